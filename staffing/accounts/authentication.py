"""Who calls the API: a service with a scoped token, or a person signed in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from outlets.places.sight import EVERYWHERE, Power, Sight

# What a scope lets a service see or do. A service sees the whole chain.
SCOPE_POWERS: Mapping[str, frozenset[Power]] = {
    "registry:read": frozenset({Power.SEE_REGISTRY}),
    "rankings:read": frozenset({Power.SEE_REGISTRY, Power.SEE_RECORDS}),
    "awards:read": frozenset({Power.SEE_AWARDS}),
    "flow:read": frozenset({Power.SEE_FLOW}),
    "flow:write": frozenset({Power.RECORD}),
    "feedback:write": frozenset({Power.RECORD}),
}


@dataclass(frozen=True)
class Service:
    """A machine that calls with a token: it has sight, but is no person."""

    name: str
    scopes: frozenset[str]
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
        return Sight(powers=dict.fromkeys(powers, EVERYWHERE))


class ServiceTokenAuthentication(OAuth2Authentication):
    """Bearer tokens of client credentials; the caller becomes a `Service`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        _user, token = found
        service = Service(token.application.name, frozenset(token.scope.split()))
        return service, token


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
            return getattr(view, "required_scope", None) in caller.scopes
        power = getattr(view, "required_power", None)
        return power is not None and caller.sight.may(power)


class ServiceTokenScheme(OpenApiAuthenticationExtension):
    target_class = "staffing.accounts.authentication.ServiceTokenAuthentication"
    name = "serviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/oauth/token/",
                    "scopes": {scope: scope for scope in SCOPE_POWERS},
                }
            },
        }


class SignedInScheme(OpenApiAuthenticationExtension):
    target_class = "staffing.accounts.authentication.SignedInAuthentication"
    name = "signedIn"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
