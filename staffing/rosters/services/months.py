"""Saving the grid, publishing a month, and what both refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.rosters.models import (
    Absence,
    ChangeKind,
    PlannedDay,
    Roster,
    RosterDay,
    RosterState,
    ShiftKind,
)
from staffing.rosters.selectors.month import Cell, Month, read_month
from staffing.rosters.services.days import Day, change_days
from staffing.rosters.services.deciding import lock_roster
from staffing.rosters.services.reminding import settle_reminder


class ChangedMeanwhile(DomainError):
    code = "roster_changed_meanwhile"
    message = _(
        "%(who)s saved this roster at %(when)s, after you opened it. Nothing of yours "
        "was written over it: load it anew and make your change again."
    )


class NotOfThisMonth(DomainError):
    code = "roster_day_unknown"
    message = _("%(what)s is not part of this roster. Load it anew.")


class UnknownShift(DomainError):
    code = "roster_shift_unknown"
    message = _("“%(code)s” is no shift of this outlet. Choose one that is offered.")


class NothingPlanned(DomainError):
    code = "roster_empty"
    message = _("Nothing is planned for this month. Fill the grid first.")


class IsPublished(DomainError):
    code = "roster_published"
    message = _("This month is published already; a change to it is recorded.")


@dataclass(frozen=True, slots=True)
class Given:
    """What a cell shall hold: the code of a shift or absence, "" for neither.

    `locked` None leaves the lock as it is.
    """

    employee_id: int
    on: date
    code: str
    locked: bool | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A cell that could not be published, and the other outlet that has it."""

    employee: Employee
    on: date
    elsewhere: Outlet


def require(by: User, power: Power, outlet: Outlet) -> None:
    """Raise PermissionDenied unless `by` holds the power at the outlet."""
    reach = by.sight.reach(power)
    if not reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path):
        raise PermissionDenied


@transaction.atomic
def save(
    given: Sequence[Given],
    *,
    outlet: Outlet,
    first: date,
    version: int,
    by: User,
    why: str = "",
    kind: ChangeKind = ChangeKind.EDIT,
) -> Roster:
    """Put cells into the month that begins on `first`; all of them or none.

    A draft takes them as they are; in a published month each is a recorded change.
    Raises ChangedMeanwhile unless `version` is the one that stands.
    """
    require(by, Power.PLAN_ROSTERS, outlet)
    roster = locked_month(outlet, first, by)
    if roster.version != version:
        raise changed_meanwhile(roster)
    month = read_month(outlet, first)
    days = _days(month, given)
    if roster.is_published:
        change_days(list(days.values()), outlet=outlet, kind=kind, by=by, why=why)
    else:
        _plan(roster, month, given, days)
    roster.version += 1
    roster.saved_by, roster.saved_at = by, timezone.now()
    roster.save(update_fields=["version", "saved_by", "saved_at"])
    return roster


def changed_meanwhile(roster: Roster) -> ChangedMeanwhile:
    """Return the refusal that names who saved the month last, and when."""
    return ChangedMeanwhile(who=_name(roster.saved_by), when=_when(roster))


def locked_month(outlet: Outlet, first: date, by: User) -> Roster:
    """Return the month's row, locked, made if need be; decisions wait meanwhile.

    A month that came in by a spreadsheet begins as published.
    """
    lock_roster(outlet)
    found = Roster.objects.select_for_update(of=("self",)).filter(
        outlet=outlet, month=first
    )
    roster = found.first()
    if roster is not None:
        return roster
    month = read_month(outlet, first)
    given = {}
    if month.is_published:
        given = {
            "state": RosterState.PUBLISHED,
            "published_at": timezone.now(),
            "published_by": by,
        }
    Roster.objects.get_or_create(outlet=outlet, month=first, defaults=given)
    return found.get()


def _days(month: Month, given: Sequence[Given]) -> dict[tuple[int, date], Day]:
    """Return what each cell shall hold; raises for what is not of this month."""
    people = {person.pk: person for person in month.people}
    kinds = {kind.code: kind for kind in month.offered}
    known = {kind.code: kind for kind in month.kinds.values()}
    inside = set(month.days)
    days = {}
    for one in given:
        person = people.get(one.employee_id)
        if person is None or one.on not in inside:
            raise NotOfThisMonth(what=f"{one.employee_id} {one.on:%F}")
        standing = month.cell(person.pk, one.on).code
        shift: ShiftKind | None = None
        absence = ""
        if one.code in Absence.values:
            absence = one.code
        elif one.code:
            # A retired kind may stay where it stands.
            shift = kinds.get(one.code) or (
                known.get(one.code) if one.code == standing else None
            )
            if shift is None:
                raise UnknownShift(code=one.code)
        days[person.pk, one.on] = Day(person, one.on, shift, absence)
    return days


def _plan(
    roster: Roster,
    month: Month,
    given: Sequence[Given],
    days: Mapping[tuple[int, date], Day],
) -> None:
    locks = {(one.employee_id, one.on): one.locked for one in given}
    rows, empty = [], []
    for place, day in days.items():
        lock = locks[place]
        locked = month.cell(*place).locked if lock is None else lock
        if not day.text and not locked:
            empty.append(place)
            continue
        rows.append(
            PlannedDay(
                roster=roster,
                employee=day.employee,
                on=day.on,
                shift=day.shift,
                absence=day.absence,
                locked=locked,
            )
        )
    PlannedDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["roster", "employee", "on"],
        update_fields=["shift", "absence", "locked"],
    )
    standing = PlannedDay.objects.filter(
        roster=roster,
        employee__in={person for person, _on in empty},
        on__in={on for _person, on in empty},
    )
    gone = [row.pk for row in standing if (row.employee_id, row.on) in set(empty)]
    PlannedDay.objects.filter(pk__in=gone).delete()


@transaction.atomic
def publish(*, outlet: Outlet, first: date, by: User) -> list[Left]:
    """Publish a draft: from now on it says who is on shift.

    A cell of somebody rostered elsewhere that day is left out, and returned; one bad
    cell blocks no month. Approved leave is published with it. Raises NothingPlanned,
    IsPublished.
    """
    require(by, Power.PUBLISH_ROSTERS, outlet)
    roster = locked_month(outlet, first, by)
    if roster.is_published:
        raise IsPublished
    month = read_month(outlet, first)
    if not any(cell.code for cell in month.cells.values()):
        raise NothingPlanned
    cells = {place: cell for place, cell in month.cells.items() if cell.code}
    for place in month.leaves:
        if place not in month.away and not cells.get(place):
            cells[place] = Cell(absence=Absence.LEAVE)
    people = {person.pk: person for person in month.people}
    left = [
        Left(people[place[0]], place[1], month.elsewhere[place])
        for place in sorted(cells)
        if place in month.elsewhere
    ]
    RosterDay.objects.filter(
        outlet=outlet, on__gte=month.first, on__lte=month.last
    ).delete()
    RosterDay.objects.bulk_create(
        [
            RosterDay(
                employee_id=person,
                on=on,
                shift=cell.shift,
                absence=cell.absence,
                outlet=outlet,
            )
            for (person, on), cell in cells.items()
            if (person, on) not in month.elsewhere
        ],
        update_conflicts=True,
        unique_fields=["employee", "on"],
        update_fields=["shift", "absence", "outlet"],
    )
    now = timezone.now()
    roster.state, roster.published_at, roster.published_by = (
        RosterState.PUBLISHED,
        now,
        by,
    )
    roster.version += 1
    roster.saved_by, roster.saved_at = by, now
    roster.save()
    roster.planned_days.all().delete()
    settle_reminder(outlet, first)
    return left


def _name(user: User | None) -> str:
    if user is None:
        return str(_("Somebody"))
    return user.employee.name if user.employee else user.username


def _when(roster: Roster) -> str:
    at = roster.saved_at or timezone.now()
    return date_format(at.astimezone(roster.outlet.zone), "H:i")
