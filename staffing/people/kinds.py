"""Employees and assignments from spreadsheets."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.kinds import REGISTRY_POWERS, Column, RowKind
from outlets.places.selectors import outlet_directory
from staffing.people.models import Assignment, Contract, Employee, Gender, Post
from staffing.people.selectors import employee_directory


class Employees(RowKind[Employee]):
    name = "employees"
    powers = REGISTRY_POWERS
    model = Employee
    person_column = "number"
    key = ("number",)
    registry = True
    columns = (
        Column("number", required=True),
        Column("name", required=True),
        Column("gender"),
        Column("post", required=True),
        Column("contract"),
        Column("hired_on"),
        Column("left_on"),
    )

    def is_own(self, row: Employee) -> bool:
        return row.pk is not None and row.pk == self.loaded_by.employee_id

    def clean(self, cells: Cells) -> dict[str, Any]:
        hired_on, left_on = cells.date("hired_on"), cells.date("left_on")
        if hired_on and left_on and left_on < hired_on:
            cells.fail("left_on", _("is before hired_on"))
        return {
            "number": cells.code("number"),
            "name": cells.text("name", 120),
            "gender": cells.choice("gender", Gender.values),
            "post": cells.choice("post", Post.values),
            "contract": cells.choice("contract", Contract.values),
            "hired_on": hired_on,
            "left_on": left_on,
        }


class Assignments(RowKind[Assignment]):
    name = "assignments"
    powers = REGISTRY_POWERS
    model = Assignment
    key = ("employee_id", "outlet_id", "starts_on")
    registry = True
    columns = (
        Column("employee_number", required=True, attr="employee_id"),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("from", required=True, attr="starts_on"),
        Column("to", attr="ends_on"),
    )

    def is_own(self, row: Assignment) -> bool:
        return row.employee_id == self.loaded_by.employee_id

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        numbers = {cells.text("employee_number") for cells in batch}
        self._employees = employee_directory(numbers)
        self._outlets = outlet_directory({cells.text("outlet_code") for cells in batch})

    def clean(self, cells: Cells) -> dict[str, Any]:
        employee = self._employees.get(cells.text("employee_number"))
        if employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        outlet = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        starts_on, ends_on = cells.date("from"), cells.date("to")
        if starts_on and ends_on and ends_on < starts_on:
            cells.fail("to", _("is before from"))
        return {
            "employee_id": employee and employee.pk,
            "outlet_id": outlet and outlet.pk,
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
