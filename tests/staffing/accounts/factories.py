"""Services with tokens, without asking for one over HTTP."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from oauth2_provider.models import AccessToken

from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_tokens import create_service

ALL_SCOPES = (
    "registry:read",
    "rankings:read",
    "awards:read",
    "flow:read",
    "flow:write",
    "feedback:write",
)


def make_service(name="HR system", scopes=ALL_SCOPES, **given):
    """Return a service and the value of its secret."""
    values = {
        "purpose": "Reads results",
        "owner": "hr-it@example.com",
        "expires_on": timezone.localdate() + timedelta(days=365),
        "by": None,
    }
    return create_service(name=name, scopes=scopes, **{**values, **given})


def token_of(service: ServiceAccount, *scopes: str, lives=timedelta(hours=1)) -> str:
    """Return a token of these scopes, as the token endpoint stores it."""
    value = f"token-{uuid4()}"
    token = AccessToken(
        application=service.application,
        scope=" ".join(scopes or service.scopes),
        expires=timezone.now() + lives,
        token="",
    )
    token._raw_token = value
    token.save()
    return value


def bearer(service: ServiceAccount, *scopes: str) -> dict[str, str]:
    """Return the header of a call with a token of these scopes."""
    return {"Authorization": f"Bearer {token_of(service, *scopes)}"}
