"""The HTTP API: scopes, tokens, rates, the schema, webhooks and exports."""

from django.utils.translation import gettext_lazy as _

from config.settings.environment import env

# --- API ----------------------------------------------------------------------------

# Calls a minute: of one service (unless it has a rate of its own), of one person, of
# one address without a good token, and of one address at the token endpoint.
RATE_LIMITS = {
    "service": env.int("RATE_SERVICE", default=600),
    "person": env.int("RATE_PERSON", default=300),
    "address": env.int("RATE_ADDRESS", default=60),
    "token": env.int("RATE_TOKEN", default=30),
    # The pages of tickets: a hall full of customers may share one address.
    "ticket": env.int("RATE_TICKET", default=600),
    # The page on which customers rate, and the gateway that hands on their replies.
    "rating": env.int("RATE_RATING", default=120),
    "replies": env.int("RATE_REPLIES", default=1200),
}
# Networks of your own that webhooks may go to, over plain HTTP too: "10.20.0.0/16".
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])
FEED_TOMBSTONES_KEPT_DAYS = env.int("FEED_TOMBSTONES_KEPT_DAYS", default=400)
EXPORTS_KEPT_HOURS = env.int("EXPORTS_KEPT_HOURS", default=24)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "staffing.accounts.authentication.ServiceTokenAuthentication",
        "staffing.accounts.authentication.SignedInAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["staffing.accounts.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["staffing.accounts.rate_limits.CallerThrottle"],
    "DEFAULT_PAGINATION_CLASS": "outlets.exchange.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["outlets.exchange.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "outlets.exchange.problems.problem_response",
    # OPTIONS would describe an address to whoever may not use it; the schema does.
    "DEFAULT_METADATA_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Starhall API",
    "DESCRIPTION": "Registry, rankings, awards and flow of a chain of outlets.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AwardStateEnum": "evaluations.awards.models.lists.AwardState",
        "AwardLevelEnum": "evaluations.awards.models.lists.Level",
        "DeliveryStateEnum": "evaluations.feed.models.DeliveryState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "outlets.exchange.schema.with_problems",
    ],
}

# What services may be given; the powers behind them are in accounts.
API_SCOPES = {
    "registry:read": _("Read outlets, regions and employees"),
    "rankings:read": _("Read ranking runs, standings and scores"),
    "awards:read": _("Read award lists"),
    "awards:nominate": _("Draft nominations in the name of who leads the outlet"),
    "flow:read": _("Read customer flow by hour"),
    "flow:write": _("Deliver tickets, counts and transactions"),
    "feedback:write": _("Deliver ratings"),
    "checks:write": _("Deliver daily checks for tablets"),
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "SCOPES": API_SCOPES,
    "DEFAULT_SCOPES": [],
    # Client credentials are the only grant there is.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "staffing.accounts.oauth.ServiceTokenValidator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # RFC 9700, the security practice of OAuth 2.0: no implicit or password grants,
    # tokens hashed at rest and never in an address.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
