"""The address behind a counter's QR code: signed, and good while the counter is."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from evaluations.feedback.models import Counter
from outlets.flow.desk.tokens import token_of

_signer = signing.Signer(salt="evaluations.feedback.counter", sep=".")


def counter_token(counter: Counter) -> str:
    return _signer.sign(counter.uuid.hex)


def counter_uuid(token: str) -> UUID | None:
    """Return the uuid that a token carries; None: it is not one of ours."""
    try:
        return UUID(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def page_of_ticket(arrival: UUID | str) -> str:
    """Return the address at which the customer of a ticket rates her visit."""
    return reverse("feedback:rate_ticket", args=[token_of(arrival)])
