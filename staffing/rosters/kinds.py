"""Rosters from spreadsheets."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.kinds import REGISTRY_POWERS, Column, RowKind
from outlets.places.selectors import outlet_directory
from staffing.people.selectors import AssignmentBook, employee_directory
from staffing.rosters.models import Absence, RosterDay, ShiftKind


class Roster(RowKind[RosterDay]):
    """Without an outlet the day is worked where the person is assigned."""

    name = "roster"
    powers = REGISTRY_POWERS
    model = RosterDay
    key = ("employee_id", "on")
    registry = True
    columns = (
        Column("employee_number", required=True, attr="employee_id"),
        Column("date", required=True, attr="on"),
        Column("shift", required=True, attr="shift_id", also=("absence",)),
        Column("outlet_code", attr="outlet_id"),
    )

    def open(self) -> None:
        self._shifts = {shift.code: shift.pk for shift in ShiftKind.objects.all()}

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        numbers = {cells.text("employee_number") for cells in batch}
        self._employees = employee_directory(numbers)
        self._outlets = outlet_directory({cells.text("outlet_code") for cells in batch})
        self._book = AssignmentBook([e.pk for e in self._employees.values()])

    def clean(self, cells: Cells) -> dict[str, Any]:
        employee = self._employees.get(cells.text("employee_number"))
        if employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        on = cells.date("date")
        shift = cells.choice("shift", (*self._shifts, *Absence.values))
        outlet_code = cells.text("outlet_code")
        outlet_id = None
        if outlet_code:
            outlet = self._outlets.get(outlet_code)
            outlet_id = outlet and outlet.pk
            if outlet is None:
                cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        elif employee and on:
            outlet_id = self._book.outlet_id(employee.pk, on)
        return {
            "employee_id": employee and employee.pk,
            "on": on,
            "shift_id": self._shifts.get(shift),
            "absence": shift if shift in Absence.values else "",
            "outlet_id": outlet_id,
        }
