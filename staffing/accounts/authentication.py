"""Who calls the API: a service with a scoped token, or a person signed in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import Request as OAuthRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from outlets.places.sight import EVERYWHERE, Power, Reach, Sight
from staffing.accounts.addresses import address_in
from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_usage import note_call

# What a scope lets a service see or do, within the reach of the service.
SCOPE_POWERS: Mapping[str, frozenset[Power]] = {
    "registry:read": frozenset({Power.SEE_REGISTRY}),
    "rankings:read": frozenset({Power.SEE_REGISTRY, Power.SEE_RECORDS}),
    "awards:read": frozenset({Power.SEE_AWARDS}),
    "awards:nominate": frozenset({Power.NOMINATE}),
    "flow:read": frozenset({Power.SEE_FLOW}),
    "flow:write": frozenset({Power.RECORD}),
    "feedback:write": frozenset({Power.RECORD}),
    "checks:write": frozenset({Power.RECORD}),
}
REALM = 'Bearer realm="api"'


@dataclass(frozen=True)
class Service:
    """A machine that calls with a token: it has sight, but is no person.

    `calls_per_minute` None means the rate of the settings; `key` tells services apart
    where calls are counted.
    """

    name: str
    scopes: frozenset[str]
    reach: Reach = EVERYWHERE
    calls_per_minute: int | None = None
    key: int | None = None
    is_authenticated: bool = True
    is_active: bool = True
    pk: None = None

    @property
    def acts_as(self) -> str:
        """What the history calls the service where a person's name would stand."""
        return f"service: {self.name}"

    @cached_property
    def sight(self) -> Sight:
        powers = {
            power for scope in self.scopes for power in SCOPE_POWERS.get(scope, ())
        }
        return Sight(
            powers=dict.fromkeys(powers, self.reach),
            in_public=self.reach.everywhere,
        )


class TokenInAddress(APIException):
    """Addresses end up in logs and histories; a token there is a token lost."""

    status_code = 400
    default_code = "token_in_address"
    default_detail = _(
        "Send the token in the Authorization header, not in the address."
    )
    auth_header = f'{REALM}, error="invalid_request"'


class InvalidToken(AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = _("The token is unknown, expired or revoked. Ask for a new one.")


class InsufficientScope(PermissionDenied):
    """The token is good, but not for this."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_("This needs the scope %(scope)s.") % {"scope": scope})
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


class ServiceTokenAuthentication(BaseAuthentication):
    """Bearer tokens of client credentials; the caller becomes a `Service`.

    Who sends a token is judged by it alone: a browser session beside it counts for
    nothing, whether the token is good or not.
    """

    def authenticate(self, request: Request) -> tuple[Service, Any] | None:
        if "access_token" in request.query_params:
            raise TokenInAddress
        scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = self._token(request, value.strip())
        if token is None:
            request.refused_token = True  # type: ignore[attr-defined]
            raise InvalidToken
        account: ServiceAccount = token.application.service
        note_call(
            account,
            address=address_in(request.META),
            family=_family(request),
        )
        return caller_of(account, token.scope.split()), token

    def _token(self, request: Request, value: str) -> Any:
        """Return the live token of this value, None where there is none."""
        # Without the query: the library reads nothing from there, and trips over it.
        asked = OAuthRequest(request.build_absolute_uri(request.path))
        validator = get_oauthlib_core().server.request_validator
        good = validator.validate_bearer_token(value, [], asked)
        return asked.access_token if good else None

    def authenticate_header(self, request: Request) -> str:
        if getattr(request, "refused_token", False):
            return f'{REALM}, error="invalid_token"'
        return REALM


def caller_of(account: ServiceAccount, scopes: list[str]) -> Service:
    """Return who calls; scopes that the service has lost since count no longer."""
    return Service(
        name=account.name,
        scopes=frozenset(scopes) & frozenset(account.scopes),
        reach=account.reach,
        calls_per_minute=account.calls_per_minute,
        key=account.pk,
    )


def _family(request: Request) -> str:
    """Return the first word after the API's version: `tickets`, `rankings`."""
    found = request.resolver_match
    parts = found.route.split("/") if found else []
    return parts[2] if len(parts) > 2 else ""


class SignedInAuthentication(SessionAuthentication):
    """The browser session of a person who uses the pages."""


class HasScope(BasePermission):
    """A service needs the view's `required_scope`, a person its `required_power`.

    A view that names neither is closed to that kind of caller.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = request.user
        if not caller or not caller.is_authenticated:
            return False
        if isinstance(caller, Service):
            scope = getattr(view, "required_scope", None)
            if scope is not None and scope not in caller.scopes:
                raise InsufficientScope(scope)
            return scope is not None
        power = getattr(view, "required_power", None)
        return power is not None and caller.sight.may(power)


class ServiceTokenScheme(OpenApiAuthenticationExtension):
    target_class = "staffing.accounts.authentication.ServiceTokenAuthentication"
    name = "serviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = settings.API_SCOPES
        return {
            "type": "oauth2",
            "description": str(
                _("A service asks for a token with its client id and secret.")
            ),
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/oauth/token/",
                    "scopes": {name: str(scopes[name]) for name in SCOPE_POWERS},
                }
            },
        }


class SignedInScheme(OpenApiAuthenticationExtension):
    target_class = "staffing.accounts.authentication.SignedInAuthentication"
    name = "signedIn"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
