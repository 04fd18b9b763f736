"""Complaints from spreadsheets."""

from collections.abc import Collection, Hashable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from evaluations.complaints.models import (
    Case,
    CaseChange,
    CaseKind,
    Handling,
    Verdict,
)
from evaluations.complaints.services import concerns_ledger
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.selectors import outlet_directory
from staffing.people.selectors import employee_directory

# What an inquiry may turn round. What follows from the closing turns with it.
LOGGED = ("verdict", "closed_at")
CHANGEABLE = (*LOGGED, "closed_on", "days_to_close")


class Complaints(RowKind[Case]):
    name = "complaints"
    outlet_column = "outlet_code"
    model = Case
    key = ("case_no",)
    on_update: ClassVar[dict[str, Any]] = {"pending": True}
    columns = (
        Column("case_no", required=True),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("employee_number", attr="employee_id"),
        Column("received_at", required=True),
        Column("closed_at", also=("closed_on", "days_to_close")),
        Column("channel"),
        Column("category", required=True),
        Column("kind"),
        Column("verdict"),
        Column("summary"),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        self._outlets = outlet_directory({cells.text("outlet_code") for cells in batch})
        self._employees = employee_directory(
            {cells.text("employee_number") for cells in batch}
        )
        numbers = {cells.text("case_no") for cells in batch}
        handled = Handling.objects.filter(case__case_no__in=numbers)
        self._handled = set(handled.values_list("case__case_no", flat=True))

    def find(
        self, keys: Collection[tuple[Hashable, ...]]
    ) -> dict[tuple[Hashable, ...], Case]:
        rows = super().find(keys)
        self._before = {
            row.pk: [getattr(row, attr) for attr in LOGGED] for row in rows.values()
        }
        return rows

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        number = cells.text("employee_number")
        employee = self._employees.get(number)
        if number and employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        if cells.text("case_no") in self._handled:
            # Whoever answers for it closes it, and not a file.
            cells.fail("case_no", _("is handled here: go on with it on its page"))
        kind = cells.choice("kind", CaseKind.values)
        verdict = cells.choice("verdict", Verdict.values)
        return {
            "case_no": cells.code("case_no"),
            "outlet_id": outlet and outlet.pk,
            "employee_id": employee and employee.pk,
            "channel": cells.text("channel", 120),
            "category": cells.text("category", 200),
            "kind": kind,
            "verdict": verdict,
            "summary": cells.text("summary", 10_000),
            # Most cases never concern the ledger: it need not look at them.
            "pending": employee is not None and concerns_ledger(kind, verdict),
            **(self._clock(cells, outlet) if outlet else {}),
        }

    @staticmethod
    def _clock(cells: Cells, outlet: Outlet) -> dict[str, Any]:
        received_at = cells.instant("received_at", outlet.zone)
        closed_at = cells.instant("closed_at", outlet.zone)
        if received_at is None:
            return {}
        on = trading_day(received_at, outlet.zone, outlet.day_starts_at)
        closed_on = None
        if closed_at is not None:
            closed_on = trading_day(closed_at, outlet.zone, outlet.day_starts_at)
            if closed_at < received_at:
                cells.warn("closed_at", _("is before received_at"))
        return {
            "received_at": received_at,
            "on": on,
            "closed_at": closed_at,
            "closed_on": closed_on,
            "days_to_close": (closed_on - on).days if closed_on else None,
        }

    def may_change(self, attr: str, old: Any, new: Any) -> bool:
        return attr in CHANGEABLE

    def written(self, created: Sequence[Case], updated: Sequence[Case]) -> None:
        """Log every verdict and closing that came or turned."""
        CaseChange.objects.bulk_create(
            CaseChange(case=row, field=attr, old=_text(old), new=_text(new))
            for row in updated
            for attr, old in zip(LOGGED, self._before[row.pk], strict=True)
            if (new := getattr(row, attr)) != old
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else value.isoformat(timespec="seconds")
