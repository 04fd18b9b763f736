"""Targets from spreadsheets."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from evaluations.ledger.periods import Period
from evaluations.targets.models import Target
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from outlets.places.models import Region
from outlets.places.selectors import outlet_directory
from staffing.people.selectors import employee_directory

SCOPES = ("outlet_code", "region_code", "employee_number")


class Targets(RowKind[Target]):
    name = "targets"
    outlet_column = "outlet_code"
    region_column = "region_code"
    model = Target
    key = ("outlet_id", "region_id", "employee_id", "period", "kpi")
    registry = True
    on_update: ClassVar[dict[str, Any]] = {"pending": True}
    columns = (
        Column("outlet_code", attr="outlet_id"),
        Column("region_code", attr="region_id"),
        Column("employee_number", attr="employee_id"),
        Column("period", required=True),
        Column("kpi", required=True),
        Column("base"),
        Column("challenge"),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes, regions, numbers = (
            {cells.text(column) for cells in batch} - {""} for column in SCOPES
        )
        self._ids: dict[str, dict[str, int]] = {
            "outlet_code": {c: o.pk for c, o in outlet_directory(codes).items()},
            "region_code": dict(
                Region.objects.filter(code__in=regions).values_list("code", "pk")
            ),
            "employee_number": {
                n: e.pk for n, e in employee_directory(numbers).items()
            },
        }

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet_id, region_id, employee_id = (
            self._scope(cells, column) for column in SCOPES
        )
        if sum(bool(cells.text(column)) for column in SCOPES) != 1:
            cells.fail(
                "outlet_code",
                _("name one of outlet_code, region_code and employee_number"),
            )
        base = cells.hundredths("base", least=0)
        challenge = cells.hundredths("challenge", least=0)
        if base is not None and challenge is not None and challenge < base:
            cells.fail("challenge", _("is below base"))
        return {
            "outlet_id": outlet_id,
            "region_id": region_id,
            "employee_id": employee_id,
            "period": cells.text("period"),
            "ends_on": self._ends_on(cells),
            "kpi": cells.code("kpi"),
            "base": base,
            "challenge": challenge,
        }

    def _scope(self, cells: Cells, column: str) -> int | None:
        code = cells.text(column)
        if not code:
            return None
        found = self._ids[column].get(code)
        if found is None:
            cells.fail(column, _("is unknown: load the registry first"))
        return found

    @staticmethod
    def _ends_on(cells: Cells) -> date | None:
        try:
            return Period.parse(cells.text("period")).last
        except ValueError:
            cells.fail("period", _("is no period such as 2026-10, 2026-Q3 or 2026"))
            return None
