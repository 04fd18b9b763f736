"""The address of a ticket's own page: signed, so that nobody can guess or count it.

It carries the uuid of the ticket's arrival, which tells nothing else. Only addresses
that we gave out are looked up.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.core import signing

_signer = signing.Signer(salt="outlets.flow.ticket", sep=".")


def token_of(arrival: UUID | str) -> str:
    """Return the token of a ticket, named by the uuid of its arrival."""
    text = urlsafe_b64encode(UUID(str(arrival)).bytes).decode().rstrip("=")
    return _signer.sign(text)


def arrival_of(token: str) -> UUID | None:
    """Return the uuid that a token carries; None: it is not one of ours."""
    try:
        text = _signer.unsign(token)
        return UUID(bytes=urlsafe_b64decode(f"{text}=="))
    except (signing.BadSignature, ValueError):
        return None
