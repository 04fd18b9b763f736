"""Taking the marks that customers give at the counter and on their own phones.

Each carries a uuid and counts once. What does not count is kept beside, with why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from evaluations.feedback.models import (
    Channel,
    Counter,
    Origin,
    Rating,
    SetAside,
    WhySetAside,
)
from evaluations.feedback.services.naming import Visit, visit_at
from evaluations.feedback.services.refusals import CounterEnded, PadNotBound
from outlets.places.models import Outlet
from staffing.accounts.models import Device


class Result(StrEnum):
    ACCEPTED = "accepted"
    KNOWN = "known"  # the same uuid came before
    SET_ASIDE = "set_aside"  # kept, and does not count


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap on a pad; `tapped_at` by the clock of the tablet."""

    uuid: UUID
    score: int
    tapped_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark from 1 to 5 with all that goes with it."""

    uuid: UUID
    channel: Channel
    score: int
    rated_at: datetime
    counter: Counter | None = None
    comment: str = ""
    phone_hash: str = ""


def counter_of(device: Device | None) -> Counter:
    """Return the counter at which a tablet asks.

    Raises:
        PadNotBound: it is no enrolled tablet, or bound to no counter.
    """
    if device is None:
        raise PadNotBound
    bound = Counter.objects.filter(device=device, ended_at=None)
    counter = bound.select_related("outlet").first()
    if counter is None or counter.outlet_id != device.outlet_id:
        raise PadNotBound
    return counter


def take_taps(
    *, device: Device | None, taps: Iterable[Tap], sent_at: datetime, now: datetime
) -> list[tuple[UUID, Result]]:
    """Take what a pad kept, oldest first; return what became of each.

    The tablet's clock is put right by `sent_at`. The counter is that of the tablet.

    Raises:
        PadNotBound: the tablet asks at no counter.
    """
    counter = counter_of(device)
    return [
        (
            tap.uuid,
            _take_tap(counter, tap, _put_right(tap.tapped_at, sent_at, now), now),
        )
        for tap in taps
    ]


def _put_right(tapped_at: datetime, sent_at: datetime, now: datetime) -> datetime:
    return now - max(sent_at - tapped_at, timedelta())


def _take_tap(counter: Counter, tap: Tap, at: datetime, now: datetime) -> Result:
    mark = Mark(tap.uuid, Channel.PAD, tap.score, at, counter)
    if now - at > settings.FEEDBACK_PAD_KEPT:
        return _kept_beside(mark, counter.outlet, WhySetAside.OLD)
    if counter.bound_at is not None and at < counter.bound_at:
        return _kept_beside(mark, counter.outlet, WhySetAside.BEFORE)
    return take_at_counter(mark, counter)


def take_at_counter(mark: Mark, counter: Counter) -> Result:
    """Take a mark given at a counter, on its pad or by its QR code.

    Raises:
        CounterEnded: it is not in use any more.
    """
    with transaction.atomic():
        # One customer stands at a counter at a time: its marks come one by one.
        rows = Counter.objects.select_for_update(of=("self",)).select_related("outlet")
        counter = rows.get(pk=counter.pk)
        if _came_before(mark.uuid):
            return Result.KNOWN
        if counter.ended_at is not None:
            raise CounterEnded
        visit = visit_at(counter, mark.rated_at)
        why = _why_not(mark, counter, visit)
        if why is not None:
            return _kept_beside(mark, counter.outlet, why)
        return take_mark(mark, counter.outlet, visit)


def take_of_ticket(mark: Mark, outlet: Outlet, visit: Visit) -> Result:
    """Take a mark given on the page of a ticket."""
    if _came_before(mark.uuid):
        return Result.KNOWN
    if _rated(visit):
        return _kept_beside(mark, outlet, WhySetAside.RATED)
    if _phone_again(mark, outlet):
        return _kept_beside(mark, outlet, WhySetAside.PHONE)
    return take_mark(mark, outlet, visit)


def take_mark(mark: Mark, outlet: Outlet, visit: Visit) -> Result:
    """Write a mark that counts; of two for one visit the first counts."""
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                uuid=mark.uuid,
                outlet=outlet,
                employee_id=visit.employee_id,
                channel=mark.channel,
                rated_at=mark.rated_at,
                on=visit.on,
                score=mark.score,
                ticket_no=visit.ticket_no,
                comment=mark.comment,
            )
            Origin.objects.create(
                rating=rating,
                counter=mark.counter,
                arrival=visit.arrival,
                phone_hash=mark.phone_hash,
                named_by=visit.named_by,
            )
    except IntegrityError:
        if _came_before(mark.uuid):
            return Result.KNOWN
        return _kept_beside(mark, outlet, WhySetAside.RATED)
    return Result.ACCEPTED


def phone_hash(key: str) -> str:
    """Return what is kept of a browser's random key, or of a number."""
    return salted_hmac(
        "evaluations.feedback.phone", key, algorithm="sha256"
    ).hexdigest()


def _came_before(uuid: UUID) -> bool:
    known = Rating.objects.filter(uuid=uuid).exists()
    return known or SetAside.objects.filter(uuid=uuid).exists()


def _why_not(mark: Mark, counter: Counter, visit: Visit) -> WhySetAside | None:
    if _rated(visit):
        return WhySetAside.RATED
    if _phone_again(mark, counter.outlet):
        return WhySetAside.PHONE
    if visit.arrival is None and _rested_too_little(mark, counter):
        return WhySetAside.SOON
    return None


def _rated(visit: Visit) -> bool:
    if visit.arrival is None:
        return False
    return Origin.objects.filter(arrival=visit.arrival, on_site=True).exists()


def _phone_again(mark: Mark, outlet: Outlet) -> bool:
    if not mark.phone_hash:
        return False
    rest = settings.FEEDBACK_PHONE_REST
    return Origin.objects.filter(
        phone_hash=mark.phone_hash,
        on_site=True,
        rating__outlet=outlet,
        rating__rated_at__gt=mark.rated_at - rest,
    ).exists()


def _rested_too_little(mark: Mark, counter: Counter) -> bool:
    rest = settings.FEEDBACK_PAD_REST
    return Origin.objects.filter(
        counter=counter,
        rating__rated_at__gt=mark.rated_at - rest,
        rating__rated_at__lt=mark.rated_at + rest,
    ).exists()


def _kept_beside(mark: Mark, outlet: Outlet, why: WhySetAside) -> Result:
    if _came_before(mark.uuid):
        return Result.KNOWN
    _row, made = SetAside.objects.get_or_create(
        uuid=mark.uuid,
        defaults={
            "outlet": outlet,
            "counter": mark.counter,
            "channel": mark.channel,
            "rated_at": mark.rated_at,
            "score": mark.score,
            "why": why,
        },
    )
    return Result.SET_ASIDE if made else Result.KNOWN
