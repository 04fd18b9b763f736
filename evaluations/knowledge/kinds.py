"""Test results from spreadsheets."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.utils.translation import gettext as _

from evaluations.knowledge.models import TestResult
from evaluations.knowledge.services.results import tests_in_the_system
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from staffing.people.selectors import AssignmentBook, employee_directory


class Tests(RowKind[TestResult]):
    name = "tests"
    model = TestResult
    key = ("employee_id", "taken_on", "test")
    in_hundredths = frozenset({"score"})
    on_update: ClassVar[dict[str, Any]] = {"pending": True}
    columns = (
        Column("employee_number", required=True, attr="employee_id"),
        Column("taken_on", required=True),
        Column("test", required=True),
        Column("score", required=True),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        self._employees = employee_directory(
            {cells.text("employee_number") for cells in batch}
        )
        people = {e.pk for e in self._employees.values()}
        self._book = AssignmentBook(people)
        self._in_system = tests_in_the_system(people)

    def clean(self, cells: Cells) -> dict[str, Any]:
        employee = self._employees.get(cells.text("employee_number"))
        if employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        employee_id = employee.pk if employee else None
        taken_on = cells.date("taken_on")
        test = cells.text("test").casefold()
        if employee_id and test in self._in_system[employee_id]:
            cells.fail("test", _("is taken in the system and marked there"))
        return {
            "uuid": uuid4(),
            "employee_id": employee_id,
            "taken_on": taken_on,
            "test": cells.code("test"),
            "score": cells.hundredths("score", least=0, most=100),
            "outlet_id": self._outlet_id(employee_id, taken_on),
        }

    def _outlet_id(self, employee_id: int | None, taken_on: date | None) -> int | None:
        if employee_id is None or taken_on is None:
            return None
        return self._book.outlet_id(employee_id, taken_on)
