"""Client credentials of services: which secret opens, which scopes, which tokens live.

django-oauth-toolkit does the protocol. What it does not know, several live secrets and
services that expire, is decided here.
"""

from base64 import b64decode
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator

from staffing.accounts.addresses import address_in
from staffing.accounts.models import ServiceSecret
from staffing.accounts.services.service_secrets import MOST_LIVE, NO_DIGEST, digest_of
from staffing.accounts.services.service_usage import note_secret


def secret_that_opens(
    *, client_id: str, value: str, at: datetime
) -> ServiceSecret | None:
    """Return the live secret of this value; None: no such client, secret or service.

    Every call compares as often, whether the client exists or not.
    """
    if "\x00" in client_id:  # no text for PostgreSQL, and no client of ours
        client_id = ""
    live = list(
        ServiceSecret.objects.live(at)
        .filter(service__application__client_id=client_id)
        .select_related("service__application")[:MOST_LIVE]
    )
    digests = [secret.digest for secret in live]
    digests += [NO_DIGEST] * (MOST_LIVE - len(live))
    given = digest_of(value)
    fits = [constant_time_compare(digest, given) for digest in digests]
    for secret, fit in zip(live, fits, strict=False):
        if fit and secret.service.is_active:
            return secret
    return None


class ServiceTokenValidator(OAuth2Validator):
    """Answers what the OAuth library asks about clients, scopes and tokens."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        client_id, value = self._credentials(request)
        secret = secret_that_opens(client_id=client_id, value=value, at=timezone.now())
        if secret is None or request.client_id not in (None, client_id):
            return False
        request.client = secret.service.application
        request.service_secret = secret
        return True

    def _credentials(self, request: Any) -> tuple[str, str]:
        """Return id and secret from the header, else from the body, else empty."""
        from_header = self._basic(request)
        if from_header is not None:
            return from_header
        return request.client_id or "", request.client_secret or ""

    def _basic(self, request: Any) -> tuple[str, str] | None:
        """Return what HTTP Basic carries, empty where garbled; None without it."""
        scheme, _space, text = request.headers.get("HTTP_AUTHORIZATION", "").partition(
            " "
        )
        if scheme.lower() != "basic":
            return None
        try:
            pair = b64decode(text.strip(), validate=True).decode()
        except ValueError:
            return "", ""
        client_id, _colon, value = pair.partition(":")
        return unquote_plus(client_id), unquote_plus(value)

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """A scope has to be asked for, and has to be the service's own."""
        return bool(scopes) and set(scopes) <= set(client.service.scopes)

    def _save_bearer_token(
        self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any
    ) -> None:
        super()._save_bearer_token(token, request, *args, **kwargs)
        note_secret(request.service_secret, address=address_in(request.headers))

    def _load_access_token(self, token: str) -> Any:
        """Return the token of this value if its service is active, in one query."""
        checksum = digest_of(token)
        found = (
            get_access_token_model()
            .objects.select_related("application__service__region")
            .filter(token_checksum=checksum, application__service__isnull=False)
            .first()
        )
        if found is None or not found.application.service.is_active:
            return None
        return found
