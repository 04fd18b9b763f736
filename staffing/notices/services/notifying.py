"""Telling people something, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staffing.notices.kinds import kind_of
from staffing.notices.models import Notice, QuietHours
from staffing.notices.rules import shown_from
from staffing.notices.selectors.recipients import Recipient, zones_of

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell one person; `key` tells it from others she is told.

    `arguments` is what the kind needs for its words, as JSON, without names of people.
    The other fields are those of `Notice`.
    """

    kind: str
    key: str
    to: Recipient
    arguments: Mapping[str, Any] = field(default_factory=dict)
    outlet_id: int | None = None
    bulletin_id: int | None = None
    asks: bool = False
    due_on: date | None = None
    ends_at: datetime | None = None


@transaction.atomic
def notify(messages: Sequence[Message], *, now: datetime | None = None) -> None:
    """Tell each person, unless she has been told the same key before.

    What is not urgent and falls into her quiet hours appears when these end. Three
    queries for every AT_ONCE messages, whomever they go to.
    """
    now = now or timezone.now()
    for start in range(0, len(messages), AT_ONCE):
        _write(messages[start : start + AT_ONCE], now)


def _write(messages: Sequence[Message], now: datetime) -> None:
    appears = _appearing({one.to for one in messages}, now)
    Notice.objects.bulk_create(
        [
            Notice(
                employee_id=one.to.employee_id,
                user_id=one.to.user_id,
                kind=one.kind,
                key=one.key,
                arguments=dict(one.arguments),
                outlet_id=one.outlet_id,
                bulletin_id=one.bulletin_id,
                urgent=kind_of(one.kind).urgent,
                sent_at=now,
                appears_at=now if kind_of(one.kind).urgent else appears[one.to],
                ends_at=one.ends_at,
                asks=one.asks,
                due_on=one.due_on,
            )
            for one in messages
        ],
        ignore_conflicts=True,
    )


def _appearing(
    people: Collection[Recipient], now: datetime
) -> dict[Recipient, datetime]:
    """Return when each is shown what can wait. Two queries."""
    employees = [one.employee_id for one in people if one.employee_id is not None]
    users = [one.user_id for one in people if one.user_id is not None]
    rows = QuietHours.objects.filter(
        Q(user__in=users) | Q(user__employee__in=employees)
    ).values_list("user", "user__employee", "begins", "ends")
    chosen: dict[Recipient, tuple[time, time]] = {}
    for user_id, employee_id, begins, ends in rows:
        to = (
            Recipient(user_id=user_id)
            if employee_id is None
            else Recipient(employee_id=employee_id)
        )
        chosen[to] = (begins, ends)
    outlets = zones_of(employees, now) if employees else {}
    house = ZoneInfo(settings.TIME_ZONE)
    found = {}
    for one in people:
        outlet = outlets.get(one.employee_id or 0)
        zone = house if outlet is None else outlet.zone
        found[one] = shown_from(now, zone, *chosen.get(one, settings.QUIET_HOURS))
    return found


def settle(
    keys: Collection[str],
    *,
    now: datetime,
    employee_ids: Collection[int] | None = None,
) -> None:
    """Nobody need read these any more: what they were about is over, or seen to.

    `employee_ids`: for these members of staff only; None: for everybody.
    """
    standing = Notice.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    if employee_ids is not None:
        standing = standing.filter(employee__in=list(employee_ids))
    standing.filter(key__in=list(keys)).update(ends_at=now)
