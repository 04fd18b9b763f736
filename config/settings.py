"""Every setting, read from the environment; a missing secret stops the start.

`.env` beside `manage.py` is read when it exists (`make demo` writes one).
"""

from datetime import time, timedelta
from hashlib import sha256
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.beat import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# What the running product writes beside its database: queue, collected static files.
VAR_DIR = Path(env.str("STARHALL_VAR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
# The demo serves plain HTTP on this machine; production redirects to HTTPS.
DEMO = env.bool("STARHALL_DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or weak: set it to 50 or more random characters, for "
        "example what `openssl rand -base64 60` prints."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "outlets.exchange",
    "outlets.places",
    "outlets.flow",
    "staffing.people",
    "staffing.accounts",
    "staffing.notices",
    "staffing.rosters",
    "evaluations.ledger",
    "evaluations.standards",
    "evaluations.checks",
    "evaluations.knowledge",
    "evaluations.mystery",
    "evaluations.feedback",
    "evaluations.complaints",
    "evaluations.targets",
    "evaluations.rankings",
    "evaluations.awards",
    "evaluations.growth",
    "evaluations.feed",
    "evaluations.today",
    "simulation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_filters",
    "auditlog",
    "rest_framework",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "outlets.exchange.middleware.PrivateAnswers",
    "outlets.exchange.middleware.ApiTags",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staffing.accounts.acting_middleware.ActingMiddleware",
    "staffing.people.middleware.FirstPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staffing.accounts.device_middleware.DeviceMiddleware",
    "staffing.accounts.middleware.KnownBrowser",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "staffing.accounts.middleware.AccountLanguage",
    "staffing.accounts.middleware.SessionCare",
    # Last: it turns the answer to a locked-out sign-in into the page that says so.
    "axes.middleware.AxesMiddleware",
    "staffing.accounts.rate_limits.RateLimitMiddleware",
    "outlets.exchange.middleware.NoNulCharacters",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evaluations.today.navigation.navigation",
            ],
        },
    },
]

FORM_RENDERER = "outlets.exchange.form_renderer.FormRenderer"

# --- Data ---------------------------------------------------------------------------

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{BASE_DIR}/starhall.sqlite3"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

# What all processes count in together, or must see at once: how often one caller
# called, codes that are used up, imposed waits. Redis counts exactly; files are for one
# box, and may miss one of two calls at the very same time.
_broker = env.str("CELERY_BROKER_URL", default="")
if "CACHE_URL" in env.ENVIRON:
    CACHES = {"default": env.cache_url("CACHE_URL")}
elif _broker.startswith(("redis://", "rediss://")):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _broker,
            "KEY_PREFIX": "starhall",
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# Where a job says how far it is while SQLite's only writer is itself. On PostgreSQL
# progress is kept in the import's own row.
CACHES["progress"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": str(VAR_DIR / "progress"),
}

# --- Sign-in ------------------------------------------------------------------------
# docs/sign-in.md says what each of these means to an administrator.

LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses who is locked out, knows nobody
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATOR = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATOR + "UserAttributeSimilarityValidator"},
    {
        "NAME": _VALIDATOR + "MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("PASSWORD_MIN_LENGTH", default=10)},
    },
    {"NAME": _VALIDATOR + "CommonPasswordValidator"},
    {"NAME": _VALIDATOR + "NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 4 * 3600
# Days after which a first password that nobody has replaced opens nothing any more.
FIRST_PASSWORD_DAYS = env.int("FIRST_PASSWORD_DAYS", default=7)
if FIRST_PASSWORD_DAYS < 1:
    raise ImproperlyConfigured("FIRST_PASSWORD_DAYS is a number of days, at least 1.")

# A session ends after so much silence, and after so long in any case.
SESSION_IDLE_SECONDS = 60 * env.int("SESSION_IDLE_MINUTES", default=600)
SESSION_LIFETIME_SECONDS = 3600 * env.int("SESSION_LIFETIME_HOURS", default=168)
SESSION_COOKIE_AGE = SESSION_LIFETIME_SECONDS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# Who publishes a ranking is not who reviewed it; off where one person does both.
RANKINGS_TWO_PEOPLE = env.bool("RANKINGS_TWO_PEOPLE", default=True)

# How many proxies of ours write X-Forwarded-For; 0 believes nobody but the socket.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# Roles that must hold a second factor until an administrator decides otherwise. The
# demo asks nobody, so that the sign-ins it prints work.
SECOND_FACTOR_ROLES = () if DEMO else ("administrator", "hr", "operations", "auditor")

ACCOUNT_ADAPTER = "staffing.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from an administrator
ACCOUNT_SESSION_REMEMBER = True
# Mails to the owner of an account when its password, its factors or its browsers
# change; sent where EMAIL_URL is set.
ACCOUNT_EMAIL_NOTIFICATIONS = env.bool("SECURITY_MAILS", default=True)
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a class)
)
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # a whole office may stand behind one address
    "login_failed": None,  # django-axes counts these, in the database
}
ACCOUNT_FORMS = {
    "login": "staffing.accounts.forms.sign_in.SignInForm",
    "reauthenticate": "staffing.accounts.forms.sign_in.ConfirmPasswordForm",
    "change_password": "staffing.accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "staffing.accounts.forms.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "staffing.accounts.forms.sign_in.NewPasswordForm",
}
MFA_ADAPTER = "staffing.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
MFA_TOTP_ISSUER = "Starhall"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute off
MFA_FORMS = {
    "authenticate": "staffing.accounts.forms.sign_in.CodeForm",
    "reauthenticate": "staffing.accounts.forms.sign_in.ConfirmCodeForm",
    "activate_totp": "staffing.accounts.forms.sign_in.ActivateAppForm",
    "add_webauthn": "staffing.accounts.forms.sign_in.AddPasskeyForm",
    "edit_webauthn": "staffing.accounts.forms.sign_in.RenamePasskeyForm",
}

AXES_HANDLER = "staffing.accounts.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES_PER_PERSON", default=5)
ADDRESS_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES_PER_ADDRESS", default=50)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are part of the audit trail
AXES_LOCKOUT_CALLABLE = "staffing.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "staffing.accounts.addresses.counted_address"
AXES_USERNAME_CALLABLE = "staffing.accounts.lockout.counted_username"
AXES_SENSITIVE_PARAMETERS = [
    *("username", "password", "oldpassword", "password1", "password2", "pin"),
    *("code", "credential", "state", "next", "csrfmiddlewaretoken"),
]
AXES_VERBOSE = False

# A company's own directory (OpenID Connect); the button shows when an issuer is set.
SOCIALACCOUNT_ADAPTER = "staffing.accounts.adapters.DirectoryAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "staffing.accounts.forms.directory.DisconnectForm"}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
if OIDC_ISSUER and not OIDC_ISSUER.startswith("https://") and not (DEBUG or DEMO):
    raise ImproperlyConfigured("OIDC_ISSUER has to begin with https://")
OIDC_SECOND_FACTOR = env.bool("OIDC_SECOND_FACTOR", default=False)
SOCIALACCOUNT_PROVIDERS = (
    {
        "directory": {
            "OAUTH_PKCE_ENABLED": True,
            "APP": {
                "provider_id": "directory",
                "name": env.str("OIDC_NAME", default="Single sign-on"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": OIDC_ISSUER,
                    "username_claim": env.str(
                        "OIDC_USERNAME_CLAIM", default="preferred_username"
                    ),
                },
            },
        }
    }
    if OIDC_ISSUER
    else {}
)

# Where to e-mail goes: smtp+tls://user:password@host:587. Without one, nothing is sent
# and the sign-in page offers no reset; the demo prints its messages.
vars().update(
    env.email_url(
        "EMAIL_URL", default="consolemail://" if DEBUG or DEMO else "dummymail://"
    )
)
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Starhall <starhall@localhost>")

# Under this key the numbers of erased people are hashed. Set it before the first
# erasure and keep it when SECRET_KEY changes: with another one they are forgotten.
ERASURE_KEY = env.str("STARHALL_ERASURE_KEY", default=SECRET_KEY)

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

# --- Shared tablets -------------------------------------------------------------------

# Fewest digits of a PIN, 4 to 8.
PIN_LENGTH = env.int("STARHALL_PIN_LENGTH", default=6)
if not 4 <= PIN_LENGTH <= 8:
    raise ImproperlyConfigured("STARHALL_PIN_LENGTH is the fewest digits, 4 to 8.")
# Minutes without a tap after which a session on a shared tablet ends.
# Days within which a finding is put right where nobody names a day, and over which a
# failed item counts as repeated.
CHECKS_ACTION_DAYS = env.int("STARHALL_ACTION_DAYS", default=3)
CHECKS_REPEAT_DAYS = env.int("STARHALL_REPEAT_DAYS", default=28)

TABLET_IDLE_MINUTES = env.int("STARHALL_TABLET_IDLE_MINUTES", default=10)
# Hours after which a tablet is handed a new credential.
DEVICE_ROTATION_HOURS = env.int("STARHALL_DEVICE_ROTATION_HOURS", default=24)
DEVICE_COOKIE_SECURE = not DEBUG and not DEMO
# The prefix has browsers refuse the cookie from another host or without TLS.
DEVICE_COOKIE_NAME = "__Host-device" if DEVICE_COOKIE_SECURE else "device"
# Where a browser remembers who signed in with it.
BROWSER_COOKIE_SECURE = DEVICE_COOKIE_SECURE
BROWSER_COOKIE_NAME = "__Host-browser" if BROWSER_COOKIE_SECURE else "browser"

# --- Daily checks ---------------------------------------------------------------------
# docs/tablet.md says what each of these means on the floor.

# A record that comes so long after it was seen, or on another trading day, is late.
CHECKS_LATE_AFTER = timedelta(minutes=env.int("CHECKS_LATE_MINUTES", default=60))
# How long a tablet without a connection may keep a record.
CHECKS_KEPT_ON_TABLET = timedelta(days=env.int("CHECKS_KEPT_ON_TABLET_DAYS", default=7))
# A tablet's clock is called wrong when it differs from ours by more than this.
CHECKS_CLOCK_TOLERANCE = timedelta(
    seconds=env.int("CHECKS_CLOCK_TOLERANCE_SECONDS", default=120)
)
# How long after its trading day a night shift may still record on that day's card.
CHECKS_NIGHT_GRACE = timedelta(
    minutes=env.int("CHECKS_NIGHT_GRACE_MINUTES", default=180)
)
# From the report of a spill to the confirmation that it is cleaned; longer fails.
CHECKS_SPILL_LIMIT = timedelta(minutes=env.int("CHECKS_SPILL_MINUTES", default=5))
# Trial devices working, of those installed, in percent.
CHECKS_DEVICES_TARGET = env.int("CHECKS_DEVICES_TARGET_PERCENT", default=95)
# What one photo may be; pixels are counted before the picture is unpacked.
# Draws the hour of each outlet's random round; who knows it knows the hours to come.
CHECKS_DRAW_SECRET = env.str("CHECKS_DRAW_SECRET", default="") or SECRET_KEY
CHECKS_PHOTO_MOST_BYTES = env.int("CHECKS_PHOTO_MOST_MEGABYTES", default=8) * 1024**2
CHECKS_PHOTO_MOST_PIXELS = (
    env.int("CHECKS_PHOTO_MOST_MEGAPIXELS", default=50) * 1_000_000
)
CHECKS_PHOTOS_PER_CHECK = env.int("CHECKS_PHOTOS_PER_CHECK", default=20)

# docs/honest-checking.md says what each of these means.
# An outlet is asked for live photos on one day in so many; 0 asks nobody.
CHECKS_LIVE_PHOTO_ONE_IN = env.int("CHECKS_LIVE_PHOTO_ONE_IN", default=5)
CHECKS_LIVE_PHOTO_PEOPLE = env.int("CHECKS_LIVE_PHOTO_PEOPLE", default=2)
# Seconds per person below which a card went too quickly, from how many people on.
CHECKS_QUICK_SECONDS = env.float("CHECKS_QUICK_SECONDS", default=3.0)
CHECKS_QUICK_PEOPLE = env.int("CHECKS_QUICK_PEOPLE", default=5)
# Days in a row with the same marks for everybody, and what makes all-passed strange.
CHECKS_SAME_DAYS = env.int("CHECKS_SAME_DAYS", default=5)
CHECKS_SAME_PEOPLE = env.int("CHECKS_SAME_PEOPLE", default=3)
CHECKS_OTHERS_LEAST = env.int("CHECKS_OTHERS_LEAST", default=20)
CHECKS_OTHERS_CHANCE = env.float("CHECKS_OTHERS_CHANCE", default=0.01)
# In how many of 64 bits a photo may differ from an earlier one to be the same again.
CHECKS_REUSED_BITS = env.int("CHECKS_REUSED_BITS", default=4)
CHECKS_REUSED_MONTHS = env.int("CHECKS_REUSED_MONTHS", default=3)
# Farther than this from the outlet a check was made elsewhere.
CHECKS_OFF_SITE_METRES = env.int("CHECKS_OFF_SITE_METRES", default=500)
# How long before opening and after closing a check is still made in hours.
CHECKS_HOURS_MARGIN = timedelta(
    minutes=env.int("CHECKS_HOURS_MARGIN_MINUTES", default=120)
)
# Fewest pairs from which an agreement is worked out, and checks of one re-check.
CHECKS_KAPPA_LEAST_PAIRS = env.int("CHECKS_KAPPA_LEAST_PAIRS", default=30)
CHECKS_RECHECK_PEOPLE = env.int("CHECKS_RECHECK_PEOPLE", default=5)
if min(CHECKS_LIVE_PHOTO_ONE_IN, CHECKS_LIVE_PHOTO_PEOPLE) < 0:
    raise ImproperlyConfigured("CHECKS_LIVE_PHOTO_… are 0 or more.")
if CHECKS_SAME_DAYS < 2:
    raise ImproperlyConfigured("CHECKS_SAME_DAYS is 2 or more.")

# --- History ------------------------------------------------------------------------

# Rooms name what is tracked; the library's own table is not made.
AUDITLOG_LOGENTRY_MODEL = "accounts.HistoryRecord"
AUDITLOG_STORE_JSON_CHANGES = True
# A dump that is loaded brings its own history; reading it back is no change.
AUDITLOG_DISABLE_ON_RAW_SAVE = True
MIGRATION_MODULES = {"auditlog": None}
# Three years and a day; the purge refuses to take anything younger.
HISTORY_KEPT_DAYS = env.int("HISTORY_KEPT_DAYS", default=3 * 365 + 1)
# What the access log keeps of an address: "whole", "network" or "none".
ACCESS_LOG_ADDRESS = env.str("ACCESS_LOG_ADDRESS", default="network")
if ACCESS_LOG_ADDRESS not in ("whole", "network", "none"):
    raise ImproperlyConfigured("ACCESS_LOG_ADDRESS is whole, network or none.")
# Our own proxy ends TLS: its header says the scheme. PROXY_COUNT says whose addresses
# are believed.
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)

# --- Languages and time -------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.str("STARHALL_TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True

# --- Files --------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.NpmFinder",
]
NPM_FILES = {
    "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "idb/index.js": "idb/build/index.js",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What only a view hands out, to whom it may: no address leads here.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "private",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "config.staticfiles.HashedStorage"},
    # Spreadsheets as they came in: no address leads here.
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "imports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
# What one file may be. Rows and unpacked size also bound `manage.py ingest`.
IMPORT_MOST_BYTES = env.int("IMPORT_MOST_MEGABYTES", default=200) * 1024**2
IMPORT_MOST_UNPACKED_BYTES = (
    env.int("IMPORT_MOST_UNPACKED_MEGABYTES", default=2048) * 1024**2
)
IMPORT_MOST_ROWS = env.int("IMPORT_MOST_ROWS", default=5_000_000)
IMPORT_FILES_KEPT_DAYS = env.int("IMPORT_FILES_KEPT_DAYS", default=30)
# --- Security -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if not DEBUG and not DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    if BEHIND_TLS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

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

# --- Customer flow --------------------------------------------------------------------

# Staffing need: this share of the customers who come is to be served within so long.
FLOW_SERVED_WITHIN_SHARE = env.int("FLOW_SERVED_WITHIN_PERCENT", default=90) / 100
FLOW_WAIT_LIMIT_MINUTES = env.int("FLOW_WAIT_LIMIT_MINUTES", default=10)
# What every outlet's ticket desk offers; codes of `flow.desk.words`, or words of yours.
FLOW_SERVICES = env.list(
    "FLOW_SERVICES",
    default=["payment", "plan_change", "new_account", "broadband", "enquiry"],
)
# An outlet is idle that serves in less of its staffed time, and crowded where more of
# the customers called have waited over ten minutes.
FLOW_IDLE_BELOW_SHARE = env.int("FLOW_IDLE_BELOW_PERCENT", default=40) / 100
FLOW_CROWDED_ABOVE_SHARE = env.int("FLOW_CROWDED_ABOVE_PERCENT", default=10) / 100
# Services of tickets by which the queue machine says: sent on to self-service, or to an
# e-channel.
FLOW_TRIAGE_SERVICES = env.list(
    "FLOW_TRIAGE_SERVICES", default=["self-service", "e-channel"]
)
# Alerts; docs/metrics.md says what each of these means.
FLOW_PRIORITY_LIMIT_MINUTES = env.int("FLOW_PRIORITY_LIMIT_MINUTES", default=6)
FLOW_QUEUE_LIMIT = env.int("FLOW_QUEUE_LIMIT", default=15)
FLOW_NOBODY_SERVING_MINUTES = env.int("FLOW_NOBODY_SERVING_MINUTES", default=3)
FLOW_SILENT_MINUTES = env.int("FLOW_SILENT_MINUTES", default=30)
FLOW_ALERT_WEEKS = env.int("FLOW_ALERT_WEEKS", default=8)
# So long a link to what a forecast said leads to it.
FLOW_FORECASTS_KEPT_DAYS = env.int("FLOW_FORECASTS_KEPT_DAYS", default=60)
if (
    min(
        FLOW_PRIORITY_LIMIT_MINUTES,
        FLOW_QUEUE_LIMIT,
        FLOW_NOBODY_SERVING_MINUTES,
        FLOW_SILENT_MINUTES,
    )
    < 1
):
    raise ImproperlyConfigured("The limits of flow alerts are numbers from 1 on.")
if not 4 <= FLOW_ALERT_WEEKS <= 52:
    raise ImproperlyConfigured("FLOW_ALERT_WEEKS is a number of weeks, 4 to 52.")

if FLOW_FORECASTS_KEPT_DAYS < 1:
    raise ImproperlyConfigured(
        "FLOW_FORECASTS_KEPT_DAYS is a number of days from 1 on."
    )

# --- Notices --------------------------------------------------------------------------

# When people are not told what can wait, until they choose otherwise; the same time
# twice means never.
_quiet = env.str("QUIET_HOURS", default="22:00-07:00").partition("-")
try:
    QUIET_HOURS = (time.fromisoformat(_quiet[0]), time.fromisoformat(_quiet[2]))
except ValueError:
    raise ImproperlyConfigured(
        "QUIET_HOURS is two times of the clock, such as 22:00-07:00."
    ) from None

# --- The customer's voice: docs/ratings.md and docs/call-backs.md ---------------------

# Marks at one counter count only so far apart, where no ticket tells visits apart.
FEEDBACK_PAD_REST = timedelta(seconds=env.int("FEEDBACK_PAD_REST_SECONDS", default=15))
# How long the pad says thank you before it asks the next customer.
FEEDBACK_PAD_THANKS_SECONDS = env.int("FEEDBACK_PAD_THANKS_SECONDS", default=4)
# What a tablet kept for longer does not count any more.
FEEDBACK_PAD_KEPT = timedelta(days=env.int("FEEDBACK_PAD_KEPT_DAYS", default=7))
# How long after its end a ticket still tells whom a mark at its counter is about.
FEEDBACK_TICKET_LASTS = timedelta(
    minutes=env.int("FEEDBACK_TICKET_LASTS_MINUTES", default=10)
)
# One phone rates one outlet once in so long.
FEEDBACK_PHONE_REST = timedelta(hours=env.int("FEEDBACK_PHONE_REST_HOURS", default=4))
# Nobody reads a mark about herself sooner than this after it was given.
FEEDBACK_OWN_AFTER = timedelta(hours=env.int("FEEDBACK_OWN_AFTER_HOURS", default=24))
# Draws whom the system asks; who knows it knows whom it will.
FEEDBACK_DRAW_SECRET = env.str("FEEDBACK_DRAW_SECRET", default="") or SECRET_KEY
# The gateway that sends rating SMS; without an address nothing is drawn or sent. The
# secret signs the replies that it hands on.
FEEDBACK_SMS_GATEWAY = env.str("FEEDBACK_SMS_GATEWAY", default="")
FEEDBACK_SMS_TOKEN = env.str("FEEDBACK_SMS_TOKEN", default="")
FEEDBACK_SMS_SECRET = env.str("FEEDBACK_SMS_SECRET", default="")
if FEEDBACK_SMS_GATEWAY and len(FEEDBACK_SMS_SECRET) < 16:
    raise ImproperlyConfigured("FEEDBACK_SMS_SECRET is 16 or more random characters.")
# How many of a hundred visits are asked, and how long a number is left alone.
FEEDBACK_SMS_PERCENT = env.int("FEEDBACK_SMS_PERCENT", default=30)
FEEDBACK_SMS_NUMBER_REST = timedelta(
    days=env.int("FEEDBACK_SMS_NUMBER_REST_DAYS", default=30)
)
FEEDBACK_SMS_AFTER = timedelta(
    minutes=env.int("FEEDBACK_SMS_AFTER_MINUTES", default=10)
)
FEEDBACK_SMS_REPLY_WITHIN = timedelta(
    hours=env.int("FEEDBACK_SMS_REPLY_WITHIN_HOURS", default=72)
)
# Also ask whether anybody asked for a good mark.
FEEDBACK_SMS_ASKS = env.bool("FEEDBACK_SMS_ASKS", default=True)
_quiet = env.str("FEEDBACK_SMS_QUIET", default="20:30-09:00").partition("-")
try:
    FEEDBACK_SMS_QUIET = (time.fromisoformat(_quiet[0]), time.fromisoformat(_quiet[2]))
except ValueError:
    raise ImproperlyConfigured(
        "FEEDBACK_SMS_QUIET is two times of the clock, such as 20:30-09:00."
    ) from None
# What is aimed at, in percent: replies to the messages sent, and satisfied replies.
FEEDBACK_REPLY_TARGET = env.int("FEEDBACK_REPLY_TARGET_PERCENT", default=15)
FEEDBACK_SATISFIED_TARGET = env.int("FEEDBACK_SATISFIED_TARGET_PERCENT", default=90)
# Call-backs of each clerk a month, drawn from the last so many days; tries of one call;
# the mark from which on, downwards, a case is opened.
FEEDBACK_CALL_SAMPLE = env.int("FEEDBACK_CALL_SAMPLE", default=5)
FEEDBACK_CALL_DAYS = env.int("FEEDBACK_CALL_DAYS", default=7)
FEEDBACK_CALL_TRIES = env.int("FEEDBACK_CALL_TRIES", default=3)
FEEDBACK_CASE_FROM = env.int("FEEDBACK_CASE_FROM_MARK", default=2)
if not 0 <= FEEDBACK_SMS_PERCENT <= 100:
    raise ImproperlyConfigured("FEEDBACK_SMS_PERCENT is 0 to 100.")
if min(FEEDBACK_CALL_DAYS, FEEDBACK_CALL_TRIES) < 1 or FEEDBACK_CALL_SAMPLE < 0:
    raise ImproperlyConfigured("FEEDBACK_CALL_… are 1 or more, the sample 0 or more.")
if not 0 <= FEEDBACK_CASE_FROM <= 3:
    raise ImproperlyConfigured("FEEDBACK_CASE_FROM_MARK is 0 to 3; 0 opens no case.")

# --- Knowledge tests: domain.md 8.1 and docs/knowledge.md -----------------------------

# What passes, in points of 100, where the blueprint of a post does not say otherwise.
KNOWLEDGE_PASS_MARK = env.int("KNOWLEDGE_PASS_MARK", default=80)
if not 0 <= KNOWLEDGE_PASS_MARK <= 100:
    raise ImproperlyConfigured("KNOWLEDGE_PASS_MARK is 0 to 100.")
# So many days before Sunday, the last day, who has not begun is reminded; 0: never.
KNOWLEDGE_REMIND_DAYS = env.int("KNOWLEDGE_REMIND_DAYS", default=1)
if not 0 <= KNOWLEDGE_REMIND_DAYS <= 6:
    raise ImproperlyConfigured("KNOWLEDGE_REMIND_DAYS is 0 to 6.")
# Figures of questions: over so many weeks, flagged from so many answers on.
KNOWLEDGE_FIGURES_WEEKS = env.int("KNOWLEDGE_FIGURES_WEEKS", default=26)
KNOWLEDGE_FIGURES_LEAST = env.int("KNOWLEDGE_FIGURES_LEAST", default=30)
# Too hard below, too easy above so many right of 100; and the discrimination, in
# hundredths, below which a question does not tell strong from weak.
KNOWLEDGE_TOO_HARD = env.int("KNOWLEDGE_TOO_HARD_PERCENT", default=20)
KNOWLEDGE_TOO_EASY = env.int("KNOWLEDGE_TOO_EASY_PERCENT", default=95)
KNOWLEDGE_TOO_WEAK = env.int("KNOWLEDGE_TOO_WEAK_HUNDREDTHS", default=10)
if min(KNOWLEDGE_FIGURES_WEEKS, KNOWLEDGE_FIGURES_LEAST) < 1:
    raise ImproperlyConfigured("KNOWLEDGE_FIGURES_WEEKS and …_LEAST are 1 or more.")
if not 0 <= KNOWLEDGE_TOO_HARD <= KNOWLEDGE_TOO_EASY <= 100:
    raise ImproperlyConfigured(
        "KNOWLEDGE_TOO_HARD_PERCENT and …_TOO_EASY_PERCENT are 0 to 100, hard first."
    )
if not 0 <= KNOWLEDGE_TOO_WEAK <= 100:
    raise ImproperlyConfigured("KNOWLEDGE_TOO_WEAK_HUNDREDTHS is 0 to 100.")

# --- Mystery shopping: domain.md 8.5 and docs/mystery.md -----------------------------

# Working days: to appeal after the release of a visit, and to decide on an appeal.
MYSTERY_APPEAL_DAYS = env.int("MYSTERY_APPEAL_DAYS", default=5)
MYSTERY_DECIDE_DAYS = env.int("MYSTERY_DECIDE_DAYS", default=5)
# Days after the last planned one on which a visit is still taken, and said to be late.
# A report that comes so many days after it is not late; one that comes later is taken.
MYSTERY_SLACK_DAYS = env.int("MYSTERY_SLACK_DAYS", default=3)
# Evidence that a shopper brings: its size, and how much of it one report has.
MYSTERY_EVIDENCE_MOST_BYTES = (
    env.int("MYSTERY_EVIDENCE_MOST_MEGABYTES", default=30) * 1024**2
)
MYSTERY_EVIDENCE_MOST = env.int("MYSTERY_EVIDENCE_MOST", default=20)
if MYSTERY_SLACK_DAYS < 0:
    raise ImproperlyConfigured("MYSTERY_SLACK_DAYS is 0 or more.")
# What the planner takes for granted, in points of 100: how far shoppers differ in
# severity, outlets in what they are, and two visits to one outlet by one shopper.
MYSTERY_SEVERITY_SD = env.float("MYSTERY_SEVERITY_SD", default=8.0)
MYSTERY_OUTLET_SD = env.float("MYSTERY_OUTLET_SD", default=10.0)
MYSTERY_VISIT_SD = env.float("MYSTERY_VISIT_SD", default=8.0)
# An outlet's own checks are far kinder than visitors from this many spreads above the
# usual difference on, among outlets with this many visits or more.
MYSTERY_KINDER_VISITS = env.int("MYSTERY_KINDER_VISITS", default=3)
MYSTERY_KINDER_SPREADS = env.float("MYSTERY_KINDER_SPREADS", default=3.0)
if MYSTERY_KINDER_VISITS < 1 or MYSTERY_KINDER_SPREADS <= 0:
    raise ImproperlyConfigured("MYSTERY_KINDER_… are above 0.")
if min(MYSTERY_APPEAL_DAYS, MYSTERY_DECIDE_DAYS) < 1:
    raise ImproperlyConfigured("MYSTERY_APPEAL_DAYS and …_DECIDE_DAYS are 1 or more.")
if min(MYSTERY_SEVERITY_SD, MYSTERY_OUTLET_SD, MYSTERY_VISIT_SD) <= 0:
    raise ImproperlyConfigured("MYSTERY_…_SD are above 0.")

# --- Jobs ---------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    _queue = VAR_DIR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="starhall")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Complaints: domain.md 9.4 and 9.6 ----------------------------------------------

COMPLAINTS_CLOSE_WITHIN = timedelta(hours=env.int("COMPLAINTS_CLOSE_HOURS", default=48))
COMPLAINTS_CLOSE_WARN_AFTER = timedelta(
    hours=env.int("COMPLAINTS_CLOSE_WARN_HOURS", default=36)
)
# Local time of the outlet; the reply itself is due by its midnight.
COMPLAINTS_REPLY_WARN_AT = time(env.int("COMPLAINTS_REPLY_WARN_HOUR", default=20))
# Each further level up the path takes so much more of the closure clock.
COMPLAINTS_ESCALATE_EVERY = timedelta(
    hours=env.int("COMPLAINTS_ESCALATE_HOURS", default=24)
)
if not timedelta() < COMPLAINTS_CLOSE_WARN_AFTER <= COMPLAINTS_CLOSE_WITHIN:
    raise ImproperlyConfigured(
        "COMPLAINTS_CLOSE_WARN_HOURS is more than 0 and at most COMPLAINTS_CLOSE_HOURS."
    )
if timedelta() >= COMPLAINTS_ESCALATE_EVERY:
    raise ImproperlyConfigured("COMPLAINTS_ESCALATE_HOURS is more than 0.")

# --- Awards: domain.md 11 and 14 -----------------------------------------------------

# Days after a decision in which the nominee may appeal.
AWARDS_APPEAL_DAYS = env.int("AWARDS_APPEAL_DAYS", default=14)
# The most that a winner of a title may get, in whole units of the currency.
AWARDS_BONUS_LIMITS = {
    "service_star": env.int("AWARDS_BONUS_SERVICE_STAR", default=1000),
    "quality_service_model": env.int("AWARDS_BONUS_QUALITY_MODEL", default=2000),
    "excellent_staff": env.int("AWARDS_BONUS_EXCELLENT_STAFF", default=5000),
}
# The most points that one line of an account may add or take.
AWARDS_POINTS_LIMIT = env.int("AWARDS_POINTS_LIMIT", default=100)

# --- Growth: innovation projects and skills contests, domain.md 14.2 and 14.3 ---------

# What a project scored 10 adds to its outlet's month, in points. domain.md: at most 2.
GROWTH_BONUS_MOST = env.int("GROWTH_BONUS_MOST", default=2)
if not 0 <= GROWTH_BONUS_MOST <= 2:
    raise ImproperlyConfigured("GROWTH_BONUS_MOST is 0, 1 or 2 points.")
# Personal points for the first, second and third place of a contest.
GROWTH_CONTEST_POINTS = tuple(
    env.list("GROWTH_CONTEST_POINTS", cast=int, default=[30, 20, 10])
)
if len(GROWTH_CONTEST_POINTS) != 3 or not all(
    1 <= points <= AWARDS_POINTS_LIMIT for points in GROWTH_CONTEST_POINTS
):
    raise ImproperlyConfigured(
        "GROWTH_CONTEST_POINTS are three numbers such as 30,20,10, from 1 to "
        "AWARDS_POINTS_LIMIT."
    )

# What signs certificates: `id:64 hexadecimal digits`, the newest key last. A key that
# is retired moves, as its public half, to the second list: what it signed stays good.
CERTIFICATE_ISSUER = env.str("CERTIFICATE_ISSUER", default="Starhall")


def _keys(name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in env.list(name, default=[]):
        key_id, _colon, digits = one.partition(":")
        try:
            raw = bytes.fromhex(digits)
        except ValueError:
            raw = b""
        if len(raw) != 32 or not key_id.replace("-", "").isalnum():
            raise ImproperlyConfigured(
                f"{name} is a list of `id:key`, with letters, digits and hyphens in "
                "the id and 64 hexadecimal digits in the key."
            )
        found[key_id] = raw
    return found


CERTIFICATE_KEYS = _keys("CERTIFICATE_KEYS")
CERTIFICATE_RETIRED_KEYS = _keys("CERTIFICATE_RETIRED_KEYS")
if DEMO and not CERTIFICATE_KEYS:
    _demo_key = sha256(f"certificates {SECRET_KEY}".encode()).digest()
    CERTIFICATE_KEYS = {"demo": _demo_key}

# --- Logs ---------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # A line for each table of a font is no news.
    "loggers": {"fontTools": {"level": "WARNING"}, "fpdf": {"level": "WARNING"}},
}
