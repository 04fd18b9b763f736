"""Tokens of services, made without asking for them."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.utils import timezone
from oauth2_provider.models import AccessToken, Application


def bearer(scope: str, *, valid: timedelta = timedelta(hours=1)) -> dict[str, str]:
    """Return the header of a new token; a negative `valid` has run out already."""
    application = Application.objects.create(
        name=f"service for {scope}",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    token = token_urlsafe(24)
    AccessToken.objects.create(
        application=application,
        token=token,
        token_checksum=sha256(token.encode()).hexdigest(),
        scope=scope,
        expires=timezone.now() + valid,
    )
    return {"Authorization": f"Bearer {token}"}
