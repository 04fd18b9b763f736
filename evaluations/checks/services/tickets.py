"""Author tickets: who opened a card, where and when, so that her taps name her.

A tablet without a connection sends hours later, and somebody else may be signed in by
then. The card therefore carries a signed ticket; what was tapped on it is judged by the
rights of the person it names, at the moment of the tap.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils import timezone

from evaluations.checks.timing import day_ends
from outlets.places.models import Outlet
from staffing.accounts.models import Device
from staffing.people.models import User

SALT = "checks.author"
# The page was written a moment before our clock and the tablet's agreed on it.
EARLIER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who opened which outlet's card when; `by_pin` leaves her the floor's powers."""

    user: UUID
    outlet_id: int
    device: UUID | None
    by_pin: bool
    issued_at: datetime


def issue_ticket(
    *, user: User, outlet: Outlet, device: Device | None, by_pin: bool
) -> str:
    """Return the signed ticket of a card that `user` has just opened."""
    words = [
        user.uuid.hex,
        outlet.pk,
        device.uuid.hex if device else "",
        int(by_pin),
        int(timezone.now().timestamp()),
    ]
    return signing.dumps(words, salt=SALT)


def read_ticket(text: object) -> Ticket | None:
    """Return what a ticket says; None: it was not signed here."""
    if not isinstance(text, str) or not text:
        return None
    try:
        user, outlet, device, by_pin, issued = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return Ticket(
        user=UUID(user),
        outlet_id=outlet,
        device=UUID(device) if device else None,
        by_pin=bool(by_pin),
        issued_at=datetime.fromtimestamp(issued, tz=UTC),
    )


def good_until(ticket: Ticket, outlet: Outlet) -> datetime:
    """Return the end of the trading day of issue, and of a night shift after it."""
    ends = day_ends(ticket.issued_at, outlet.zone, outlet.day_starts_at)
    return ends + settings.CHECKS_NIGHT_GRACE


def good_at(ticket: Ticket, outlet: Outlet, instant: datetime) -> bool:
    """Tell whether something seen at `instant` may have been tapped under it."""
    return ticket.issued_at - EARLIER <= instant <= good_until(ticket, outlet)


def author_at(ticket: Ticket, outlet: Outlet, instant: datetime) -> User | None:
    """Return the author with the rights that she had at that moment, and no other.

    None: there is no such user any more, or she may not sign in.
    """
    users = User.objects.select_related("employee")
    author = users.filter(uuid=ticket.user, is_active=True).first()
    if author is None:
        return None
    sight = author.sight_at(instant)
    if ticket.by_pin:
        place = outlet.region.path
        sight = sight.on_the_floor(outlet_id=outlet.pk, region_path=place)
    author.sight = sight
    return author
