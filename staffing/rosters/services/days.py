"""Changing a published day, so that everybody concerned can see what it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from outlets.places.models import Outlet
from staffing.people.models import Employee, User
from staffing.rosters.models import (
    ChangeKind,
    RosterChange,
    RosterDay,
    ShiftKind,
)
from staffing.rosters.services.telling import tell_changed

# Who asked for leave or a swap is told what was decided.
TOLD_BY_THEIR_DECISION = frozenset({ChangeKind.LEAVE, ChangeKind.SWAP})


@dataclass(frozen=True, slots=True)
class Day:
    """What a person's day becomes: a shift, an absence, or neither (not rostered)."""

    employee: Employee
    on: date
    shift: ShiftKind | None = None
    absence: str = ""

    @property
    def text(self) -> str:
        return self.shift.code if self.shift else self.absence


def code_of(day: RosterDay | None) -> str:
    """Return the code of a day's shift or absence; "" where nobody is rostered."""
    if day is None:
        return ""
    return day.shift.code if day.shift else day.absence


@transaction.atomic
def change_days(
    days: Sequence[Day], *, outlet: Outlet, kind: ChangeKind, by: User, why: str = ""
) -> list[RosterChange]:
    """Make published days what they shall be; record each that becomes another.

    A day that is rostered at another outlet is not touched: ask for it first. Returns
    what was changed. Days that stay as they are leave no trace.
    """
    rows = RosterDay.objects.select_for_update(of=("self",)).filter(
        employee__in={day.employee.pk for day in days}, on__in={day.on for day in days}
    )
    standing = {(row.employee_id, row.on): row for row in rows.select_related("shift")}
    changes: list[RosterChange] = []
    gone: list[int] = []
    new: list[RosterDay] = []
    other: list[RosterDay] = []
    for day in days:
        row = standing.get((day.employee.pk, day.on))
        before = code_of(row)
        if before == day.text:
            continue
        if row is not None and row.outlet_id not in (outlet.pk, None) and row.shift:
            continue
        changes.append(
            RosterChange(
                outlet=outlet,
                employee=day.employee,
                on=day.on,
                before=before,
                after=day.text,
                kind=kind,
                why=why,
                by=by,
            )
        )
        if not day.text:
            gone.append(row.pk if row else 0)
            continue
        made = row or RosterDay(employee=day.employee, on=day.on)
        made.shift, made.absence, made.outlet = day.shift, day.absence, outlet
        (other if row else new).append(made)
    RosterDay.objects.filter(pk__in=gone).delete()
    RosterDay.objects.bulk_create(new)
    RosterDay.objects.bulk_update(other, ["shift", "absence", "outlet"])
    made_changes = RosterChange.objects.bulk_create(changes)
    if kind not in TOLD_BY_THEIR_DECISION:
        tell_changed(made_changes)
    return made_changes
