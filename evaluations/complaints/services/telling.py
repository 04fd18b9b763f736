"""Telling people through the notification centre what waits for them here."""

from collections.abc import Sequence
from datetime import datetime

from evaluations.complaints.models import (
    RedLineFile,
    RedLineParty,
    SupervisionOrder,
)
from evaluations.complaints.models.red_lines import HIGH
from evaluations.complaints.notice_kinds import (
    ORDER,
    ORDER_LATE,
    RED_LINE,
    RED_LINE_ABOUT,
)
from outlets.places.models import Region
from outlets.places.rules import paths_above
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import (
    Recipient,
    holders,
    leaders,
    nearest,
)
from staffing.notices.services.notifying import Message, notify


def tell_of_report(file: RedLineFile, now: datetime) -> None:
    """Tell who decides on red lines there, from the city up: the nearest of them."""
    high = Region.objects.filter(
        path__in=paths_above(file.outlet.region.path), level__in=HIGH
    )
    paths = sorted(high.values_list("path", flat=True), key=len, reverse=True)
    # Without a city or a province above, whoever decides on all of them is told.
    path = paths[0] if paths else paths_above(file.outlet.region.path)[-1]
    found = leaders(Power.DECIDE_RED_LINES, [path], now)[path]
    notify(
        [
            Message(
                kind=RED_LINE,
                key=f"{RED_LINE}:{file.file_no}",
                to=to,
                arguments={"file_no": file.file_no},
                outlet_id=file.outlet_id,
            )
            for to in nearest(found)
        ],
        now=now,
    )


def tell_whom_it_names(party: RedLineParty, *, decided: bool, now: datetime) -> None:
    """Tell her that a file names her, or each time that it was decided about her."""
    file = party.file
    key = f"{RED_LINE_ABOUT}:{file.file_no}"
    if decided:
        key += f":{now.isoformat(timespec='seconds')}"
    notify(
        [
            Message(
                kind=RED_LINE_ABOUT,
                key=key,
                to=Recipient(employee_id=party.employee_id),
                arguments={"file_no": file.file_no, "decided": decided},
                outlet_id=file.outlet_id,
            )
        ],
        now=now,
    )


def tell_of_order(order: SupervisionOrder, what: str, now: datetime) -> None:
    """Tell the unit what was asked or found, and whoever issued it that it is done."""
    people = [Recipient.of(order.issued_by)]
    if what != "report":
        people = _leading(order, now)
    key = f"{ORDER}:{order.order_no}:{what}:{now.isoformat(timespec='seconds')}"
    notify(
        [
            Message(
                kind=ORDER,
                key=key,
                to=to,
                arguments={**_told(order), "what": what},
                outlet_id=order.outlet_id,
            )
            for to in people
        ],
        now=now,
    )


def _told(order: SupervisionOrder) -> dict[str, str]:
    return {
        "order_no": order.order_no,
        "unit": order.unit_name,
        "due": order.due_on.isoformat(),
    }


def _leading(order: SupervisionOrder, now: datetime) -> list[Recipient]:
    """Return who leads the unit itself: nobody above her is told in her place."""
    power = Power.SETTLE_CASES
    if order.outlet is not None:
        found = holders(power, [order.outlet], now).get(order.outlet.pk, [])
    else:
        found = leaders(power, [order.unit_path], now)[order.unit_path]
    return [one.recipient for one in found if one.steps == 0]


def tell_levels_of_late_order(
    order: SupervisionOrder, regions: Sequence[Region], now: datetime
) -> None:
    """Tell who leads each region that an overdue order has gone up to."""
    found = leaders(Power.SETTLE_CASES, [region.path for region in regions], now)
    notify(
        [
            Message(
                kind=ORDER_LATE,
                key=f"{ORDER_LATE}:{order.order_no}:{order.due_on}:{region.code}",
                to=one.recipient,
                arguments=_told(order),
                outlet_id=order.outlet_id,
            )
            for region in regions
            for one in found[region.path]
            if one.steps == 0
        ],
        now=now,
    )
