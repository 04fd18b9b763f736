"""Ratings and SMS invitations from spreadsheets and from bulk calls."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from evaluations.feedback.models import Channel, Invitation, Rating
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.selectors import codes_to_record_at, outlet_directory
from staffing.people.models import Employee
from staffing.people.selectors import employee_directory, numbers_to_record

F = TypeVar("F", bound=Model)


class _FeedbackKind(RowKind[F]):
    """Rows that happened at an outlet at an instant, perhaps about a person."""

    key = ("uuid",)
    outlet_column = "outlet_code"
    on_update: ClassVar[dict[str, Any]] = {"pending": True}
    moment: ClassVar[str]

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes = {cells.text("outlet_code") for cells in batch}
        self._outlets = outlet_directory(codes_to_record_at(codes, self.sender))
        self._employees = employee_directory(
            numbers_to_record(
                {cells.text("employee_number") for cells in batch}, self.sender
            )
        )

    def where_and_when(self, cells: Cells) -> dict[str, Any]:
        """Return the attributes that both kinds share; note faults on `cells`."""
        outlet: Outlet | None = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        number = cells.text("employee_number")
        employee: Employee | None = self._employees.get(number)
        if number and employee is None:
            cells.fail("employee_number", _("is nobody: load the employees first"))
        instant = cells.instant(self.moment, outlet.zone) if outlet else None
        return {
            "uuid": cells.uuid("uuid"),
            "outlet_id": outlet and outlet.pk,
            "employee_id": employee and employee.pk,
            self.moment: instant,
            "on": trading_day(instant, outlet.zone, outlet.day_starts_at)
            if outlet and instant
            else None,
        }


class Ratings(_FeedbackKind[Rating]):
    name = "ratings"
    model = Rating
    moment = "rated_at"
    columns = (
        Column("uuid", required=True),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("employee_number", attr="employee_id"),
        Column("channel", required=True),
        Column("rated_at", required=True),
        Column("score", required=True),
        Column("ticket_no"),
        Column("rater"),
        Column("comment"),
    )

    def clean(self, cells: Cells) -> dict[str, Any]:
        return {
            **self.where_and_when(cells),
            "channel": cells.choice("channel", Channel.values),
            "score": cells.integer("score", least=1, most=5),
            "ticket_no": cells.text("ticket_no", 40),
            "rater": cells.text("rater", 60),
            "comment": cells.text("comment", 1000),
        }


class Invitations(_FeedbackKind[Invitation]):
    name = "invitations"
    model = Invitation
    moment = "sent_at"
    columns = (
        Column("uuid", required=True),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("employee_number", attr="employee_id"),
        Column("channel", required=True),
        Column("sent_at", required=True),
        Column("replied"),
    )

    def clean(self, cells: Cells) -> dict[str, Any]:
        return {
            **self.where_and_when(cells),
            "channel": cells.choice("channel", (Channel.SMS.value,)),
            "replied": cells.flag("replied"),
        }

    def may_change(self, attr: str, old: Any, new: Any) -> bool:
        return attr == "replied" and new is True
