"""Rostered days that nobody checked: said in the ledger, counted in no score.

The line stands under the source id of the person's day, so that a check that arrives
late puts its own in the place of this one, in one transaction.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from evaluations.checks import posting
from evaluations.checks.models import Check
from evaluations.checks.posting import BATCH, SOURCE, day_id, locked
from evaluations.checks.services.cards import today_at
from evaluations.ledger import services as ledger
from evaluations.ledger.models import Entry
from evaluations.ledger.services import Line
from outlets.places.models import Outlet
from staffing.people.models import Employee
from staffing.rosters.models import RosterDay

MISSING_CHECK = "missing_check"
# Two months: a run settles its own month and asks for what came late to the one before.
DAYS_BACK = 62
# No outlet's clock is further from ours than that.
_SURELY_OVER = timedelta(days=2)

PersonDay = tuple[int, date]


def settle(until: date) -> int:
    """Post the checks that are pending, then name the days that have none."""
    return posting.settle(until) + settle_missing(until)


def settle_missing(until: date) -> int:
    """Make the ledger name the unchecked days of the last weeks up to `until`.

    A day is looked at once it is over at its outlet. Returns the entries written; call
    it after what is pending has been posted. System task: it sees everything.
    """
    since = until - timedelta(days=DAYS_BACK)
    said = set(
        Entry.objects.standing()
        .filter(source=SOURCE, component=MISSING_CHECK, on__range=(since, until))
        .order_by()
        .values_list("employee", "on")
        .iterator(chunk_size=BATCH)
    )
    wanted = set(_unchecked(since, until))
    written = 0
    for days in _batches(wanted ^ said):
        written += _post(days)
    return written


def _unchecked(since: date, until: date) -> Iterator[PersonDay]:
    """Yield who was rostered on which day, and has no check that stands."""
    now = timezone.now()
    rows = _rostered(Q(on__range=(since, until))).values_list(
        "employee", "on", "outlet"
    )
    of_late = now.date() - _SURELY_OVER
    today: dict[int, date] = {}
    if until > of_late:
        outlets = Outlet.objects.only("timezone", "day_starts_at")  # clocks of them all
        today = {outlet.pk: today_at(outlet) for outlet in outlets}
    local = timezone.localdate(now)
    for employee_id, on, outlet_id in rows.iterator(chunk_size=BATCH):
        if on <= of_late or on < today.get(outlet_id, local):
            yield employee_id, on


def _rostered(days: Q) -> QuerySet[RosterDay]:
    """Return the shifts of people still employed on a day without a standing check."""
    checked = Check.objects.standing().filter(
        employee=OuterRef("employee"), on=OuterRef("on")
    )
    employed = Q(employee__left_on=None) | Q(employee__left_on__gte=F("on"))
    return (
        RosterDay.objects.filter(days, employed, ~Exists(checked))
        .exclude(shift=None)
        .order_by("on", "employee")
    )


def _batches(days: Collection[PersonDay]) -> Iterator[list[PersonDay]]:
    ordered = sorted(days, key=lambda day: (day[1], day[0]))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


@transaction.atomic
def _post(days: Collection[PersonDay]) -> int:
    """Say of these days whether they are missing, as it is once the people are locked.

    A check that came in between has the day already: that day is left alone.
    """
    people = locked({employee_id for employee_id, _on in days})
    every = Q(employee__in=people, on__in={on for _employee, on in days})
    outlets = {
        (employee_id, on): outlet_id
        for employee_id, on, outlet_id in _rostered(every).values_list(
            "employee", "on", "outlet"
        )
    }
    checked = set(
        Check.objects.standing().filter(every).order_by().values_list("employee", "on")
    )
    lines = [
        _line(people[day[0]], day[1], outlets[day]) for day in days if day in outlets
    ]
    gone = [
        day_id(people[employee_id].uuid, on)
        for employee_id, on in days
        if (employee_id, on) not in outlets and (employee_id, on) not in checked
    ]
    return ledger.put(source=SOURCE, lines=lines, withdrawn=gone)


def _line(person: Employee, on: date, outlet_id: int | None) -> Line:
    return Line(
        source_id=day_id(person.uuid, on),
        component=MISSING_CHECK,
        on=on,
        employee_id=person.pk,
        outlet_id=outlet_id,
    )
