"""Numbers of customers who were served, from the business system."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from evaluations.feedback.models import CustomerNumber
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column, RowKind
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.selectors import codes_to_record_at, outlet_directory

_NUMBER = re.compile(r"\+?[0-9]{7,15}")


class CustomerNumbers(RowKind[CustomerNumber]):
    """One row per ticket: whom the system may ask. Forgotten after the call-backs."""

    name = "customer_numbers"
    model = CustomerNumber
    key = ("outlet_id", "on", "ticket_no")
    outlet_column = "outlet_code"
    columns = (
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("date", required=True, attr="on"),
        Column("ticket_no", required=True),
        Column("number", required=True),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes = {cells.text("outlet_code") for cells in batch}
        self._outlets = outlet_directory(codes_to_record_at(codes, self.sender))

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet: Outlet | None = self._outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        number = re.sub(r"[ ()-]", "", cells.text("number", 40))
        if not _NUMBER.fullmatch(number):
            cells.fail("number", _("is no telephone number: 7 to 15 digits"))
        return {
            "outlet_id": outlet and outlet.pk,
            "on": cells.date("date"),
            "ticket_no": cells.text("ticket_no", CODE_LENGTH),
            "number": number,
        }
