"""Reminding of months that are not published while their time runs out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import Recipient, holders, nearest
from staffing.notices.services.notifying import Message, notify, settle
from staffing.people.models import Assignment
from staffing.rosters.hours import month_days
from staffing.rosters.models import (
    Roster,
    RosterDay,
    RosterRules,
    RosterState,
    first_of_month,
)
from staffing.rosters.notice_kinds import DUE, LATE

CODES_NAMED = 20
REGION_UP = 1


def unpublished(first: date) -> list[Outlet]:
    """Return the outlets with staff whose month is not published. One query."""
    last = month_days(first)[-1]
    here = {"outlet": OuterRef("pk")}
    staffed = Assignment.objects.overlapping(first, last).filter(**here)
    planned = Roster.objects.filter(**here, month=first, state=RosterState.PUBLISHED)
    came_in = RosterDay.objects.filter(
        **here, on__range=(first, last), shift__isnull=False
    )
    outlets = Outlet.objects.filter(
        Exists(staffed), ~Exists(planned), ~Exists(came_in)
    ).select_related("region")
    return [outlet for outlet in outlets if outlet.is_in_business(first, last)]


def reminded_from(outlets: Sequence[Outlet]) -> dict[int, int]:
    """Return from which day of the month each outlet is reminded, by id. One query."""
    house, days = RosterRules().remind_from_day, {}
    for path, day in RosterRules.objects.values_list("region__path", "remind_from_day"):
        if path is None:
            house = day
        else:
            days[path] = day
    found = {}
    for outlet in outlets:
        above = [path for path in days if outlet.region.path.startswith(path)]
        found[outlet.pk] = days[max(above, key=len)] if above else house
    return found


def due_key(outlet_id: int, month: str, today: date) -> str:
    return f"{DUE}:{outlet_id}:{month}:{today:%F}"


def remind(*, now: datetime) -> None:
    """Remind who publishes, once a day from the day in the rules; safe to run twice.

    On the last day of the month the region is told which outlets are late. As many
    queries for one outlet as for all of them.
    """
    today = timezone.localdate(now)
    tomorrow = today + timedelta(days=1)
    first = first_of_month(today.replace(day=28) + timedelta(days=4))
    is_last = tomorrow == first
    late = unpublished(first)
    since = reminded_from(late)
    outlets = [one for one in late if is_last or today.day >= since[one.pk]]
    if not outlets:
        return
    people = holders(Power.PUBLISH_ROSTERS, outlets, now)
    over_at = timezone.make_aware(datetime.combine(tomorrow, time.min))
    month = f"{first:%Y-%m}"
    messages = [
        Message(
            kind=DUE,
            key=due_key(outlet.pk, month, today),
            to=to,
            arguments={"month": month},
            outlet_id=outlet.pk,
            ends_at=over_at,
        )
        for outlet in outlets
        for to in nearest(people.get(outlet.pk, ()))
    ]
    if is_last:
        above: dict[Recipient, list[str]] = defaultdict(list)
        for outlet in outlets:
            theirs = people.get(outlet.pk, ())
            for to in nearest(theirs, least_steps=REGION_UP):
                above[to].append(outlet.code)
        messages += _late(above, month)
    notify(messages, now=now)


def _late(above: dict[Recipient, list[str]], month: str) -> Sequence[Message]:
    return [
        Message(
            kind=LATE,
            key=f"{LATE}:{month}",
            to=to,
            arguments={
                "month": month,
                "n": len(codes),
                "codes": sorted(codes)[:CODES_NAMED],
            },
        )
        for to, codes in above.items()
    ]


def settle_reminder(outlet: Outlet, first: date) -> None:
    """The month is published: nobody need be reminded of it today any more."""
    now = timezone.now()
    key = due_key(outlet.pk, f"{first:%Y-%m}", timezone.localdate(now))
    settle([key], now=now)
