"""Mystery visits from the agency's spreadsheets."""

from collections.abc import Collection, Hashable, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from evaluations.mystery.models import Visit
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from outlets.places.selectors import outlet_directory
from staffing.people.selectors import employee_directory
from staffing.people.services.agencies import AgencyBook


class Visits(RowKind[Visit]):
    """What comes in a file has been checked before: a new visit is released at once."""

    name = "visits"
    outlet_column = "outlet_code"
    model = Visit
    key = ("visit_no",)
    in_hundredths = frozenset({"points", "out_of"})
    on_update: ClassVar[dict[str, Any]] = {"pending": True}
    columns = (
        Column("visit_no", required=True),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("employee_number", attr="employee_id"),
        Column("date", required=True),
        Column("agency", attr="agency_id"),
        Column("points", required=True),
        Column("out_of", required=True),
        Column("comment"),
    )

    def open(self) -> None:
        self._agencies = AgencyBook()

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        self._outlets = outlet_directory({cells.text("outlet_code") for cells in batch})
        self._employees = employee_directory(
            {cells.text("employee_number") for cells in batch}
        )

    def find(self, keys: Collection[tuple[Hashable, ...]]) -> dict[tuple, Visit]:
        rows = super().find(keys)
        found_out = Q(report__isnull=False) | Q(appeals__decided_at__isnull=False)
        visits = Visit.objects.filter(pk__in=[row.pk for row in rows.values()])
        self._found_out = set(visits.filter(found_out).values_list("pk", flat=True))
        return rows

    def left_empty(self, row: Visit, attr: str) -> str:
        """Whose visit it is was found out here: a file does not say it again."""
        if attr == "employee_id" and row.pk in self._found_out:
            return _("is left out: whose visit it is was decided here")
        return ""

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        number = cells.text("employee_number")
        employee = self._employees.get(number)
        if number and employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        points = cells.hundredths("points", least=0)
        out_of = cells.hundredths("out_of", least=0)
        if out_of == 0:
            cells.fail("out_of", _("is not above 0"))
        if points is not None and out_of and points > out_of:
            cells.fail("points", _("are more than out_of"))
        number_of_visit, on = cells.code("visit_no"), cells.date("date")
        agency, comment = cells.text("agency", 120), cells.text("comment", 2000)
        return {
            "visit_no": number_of_visit,
            "outlet_id": outlet and outlet.pk,
            "employee_id": employee and employee.pk,
            "date": on,
            # Last, so that a row that is refused leaves no agency behind.
            "agency_id": None if cells.bad else self._agencies.id_of(agency),
            "points": points,
            "out_of": out_of,
            "comment": comment,
        }
