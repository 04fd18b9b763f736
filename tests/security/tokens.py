"""Tokens of services, made without asking for them."""

from datetime import timedelta
from itertools import count

from tests.staffing.accounts.factories import make_service, token_of

_numbers = count(1)


def bearer(scope: str, *, valid: timedelta = timedelta(hours=1)) -> dict[str, str]:
    """Return the header of a new token; a negative `valid` has run out already."""
    scopes = scope.split()
    name = f"Service {next(_numbers)} for {scope}"[:60]
    service, _secret = make_service(name=name, scopes=scopes)
    return {"Authorization": f"Bearer {token_of(service, *scopes, lives=valid)}"}
