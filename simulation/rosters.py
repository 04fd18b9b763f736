"""A month in the making at the demo's outlet, and what its people have asked for.

Spreadsheets bring published days only. The draft, leave, swaps, wishes and owners of
areas are made as people make them, through the services.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from outlets.places.models import Area, Outlet
from simulation.accounts import account_of
from staffing.people.models import Employee, Post, User
from staffing.rosters.hours import month_days
from staffing.rosters.models import Absence, Roster, RosterDay, Swap
from staffing.rosters.selectors.month import Month, read_month
from staffing.rosters.selectors.swaps import Exchange, partners_for
from staffing.rosters.services.leaves import approve_leave, ask_leave, refuse_leave
from staffing.rosters.services.months import Given, save
from staffing.rosters.services.owning import Choice, plan_owners
from staffing.rosters.services.swaps import answer_swap, propose_swap
from staffing.rosters.services.wishes import wish

# The draft repeats what was worked so long before: the same weekdays.
REPEATED = timedelta(weeks=4)
LOCKED_DAYS = 5
WISHES = 3


@dataclass(frozen=True, slots=True)
class _Team:
    """The demo's outlet, who leads it, the clerk who signs in, and her colleagues."""

    outlet: Outlet
    manager: User
    clerk: User
    colleagues: list[Employee]


@transaction.atomic
def make_rosters(*, home: Outlet, manager: User, clerk: User) -> date | None:
    """Draft the first month that is not published; return its first day.

    None: there was one already, or published days end in the past, and nothing is
    changed.
    """
    latest = RosterDay.objects.filter(outlet=home).order_by("on").last()
    if latest is None or Roster.objects.filter(outlet=home).exists():
        return None
    first = (latest.on.replace(day=28) + timedelta(days=4)).replace(day=1)
    if first <= timezone.localdate():
        return None
    month = read_month(home, first)
    here = [
        person
        for person in month.people
        if person.post == Post.CLERK and person != clerk.employee
    ]
    for person in here:
        account_of(person)
    team = _Team(home, manager, clerk, here)
    _wishes(team, first)
    _leaves(team, first)
    _draft(team, read_month(home, first))
    _swaps(team)
    return first


def _draft(team: _Team, month: Month) -> None:
    """Repeat the published weeks; somebody is fixed, a last week is still open."""
    worked = {
        (row.employee_id, row.on): row.shift.code if row.shift else Absence.OFF
        for row in RosterDay.objects.filter(
            employee__in=month.people, on__gte=month.first - REPEATED
        ).select_related("shift")
    }
    fixed = month.people[0].pk
    given = [
        Given(person.pk, day, code, locked=person.pk == fixed and n < LOCKED_DAYS)
        for person in month.people
        for n, day in enumerate(month.days[:-7])
        if (code := worked.get((person.pk, day - REPEATED)))
        and not {(person.pk, day)} & (month.leaves | month.away)
    ]
    save(given, outlet=team.outlet, first=month.first, version=0, by=team.manager)
    planned = read_month(team.outlet, month.first)
    plan_owners(
        list(_owners(planned, month.first)),
        outlet=team.outlet,
        on=month.first,
        by=team.manager,
        following=True,
    )


def _owners(month: Month, on: date) -> Iterator[Choice]:
    """Yield an owner for each area: whoever comes next, shift by shift."""
    for kind in month.offered:
        working = [p for p in month.people if month.cell(p.pk, on).shift == kind]
        for area, person in zip(Area, working, strict=False):
            yield Choice(kind, area, person.pk)


def _wishes(team: _Team, first: date) -> None:
    days = month_days(first)
    saturday = next(day for day in days if day.isoweekday() == 6)
    for person in team.colleagues[:WISHES]:
        wish(on=saturday, shift=None, by=account_of(person))
    wish(on=saturday + timedelta(days=7), shift=None, by=team.clerk)


def _leaves(team: _Team, first: date) -> None:
    """Ask for leave: one approved, one refused with the reason, one that waits."""
    waiting = ask_leave(
        first_on=first + timedelta(days=17),
        last_on=first + timedelta(days=19),
        note="孩子家长会 Parents' evening",
        by=team.clerk,
    )
    others = team.colleagues
    if len(others) < 2:  # noqa: PLR2004 two are asked about
        return
    granted = ask_leave(
        first_on=first + timedelta(days=9),
        last_on=first + timedelta(days=11),
        note="回乡探亲 Visiting my parents",
        by=account_of(others[0]),
    )
    approve_leave(uuid=granted.uuid, by=team.manager)
    refused = ask_leave(
        first_on=waiting.first_on,
        last_on=waiting.last_on,
        note="",
        by=account_of(others[1]),
    )
    reason = "当天已有一人请假，请换一天 Somebody is away already; choose another day"
    refuse_leave(uuid=refused.uuid, because=reason, by=team.manager)


def _swaps(team: _Team) -> None:
    """Propose two swaps: one that waits for the clerk, one that waits for approval."""
    agreed = _proposed(team.colleagues, avoid=team.clerk.employee)
    if agreed is not None:
        answer_swap(uuid=agreed.uuid, agrees=True, by=account_of(agreed.colleague))
    if team.clerk.employee is not None:
        busy = {agreed.asker, agreed.colleague} if agreed is not None else set()
        free = [person for person in team.colleagues if person not in busy]
        _proposed(free, of=team.clerk.employee)


def _proposed(
    askers: list[Employee],
    *,
    of: Employee | None = None,
    avoid: Employee | None = None,
) -> Swap | None:
    """Propose the first swap that is possible; None where none is."""
    for asker in askers:
        for one in _possible(asker):
            if one.colleague != avoid and of in (None, one.colleague):
                return propose_swap(
                    on=one.on,
                    colleague=one.colleague,
                    other_on=one.other_on,
                    note="上午有事 An appointment in the morning",
                    by=account_of(asker),
                )
    return None


def _possible(asker: Employee) -> Iterator[Exchange]:
    today = timezone.localdate()
    rows = RosterDay.objects.filter(
        employee=asker, on__gt=today, shift__isnull=False, outlet__isnull=False
    ).select_related("employee", "shift", "outlet__region")
    for row in rows.order_by("on"):
        for partner in partners_for(row, today):
            yield from partner.exchanges
