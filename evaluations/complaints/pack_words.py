"""The words of a pack: labels of its codes, and its figures as rows of a file."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import Reason
from evaluations.complaints.packs import Pack

# What the five bars are called (五个维度).
CHARTED: Mapping[str, Any] = {
    "reliability": _("Reliability"),
    "responsiveness": _("Responsiveness"),
    "assurance": _("Assurance"),
    "empathy": _("Empathy"),
    "tangibles": _("Tangibles"),
    "": _("of none of them"),
}
_REASONS = dict(Reason.choices)


def reason_label(reason: str) -> str:
    """Return a reason in the reader's words; a spreadsheet's category is its own."""
    return str(_REASONS.get(Reason(reason), reason) if reason in Reason else reason)


def rows_of(pack: Pack) -> Iterator[tuple[str, str, str, Any]]:
    """Yield the figures of a pack as (part, what, figure, value)."""
    number, upheld = gettext("complaints"), gettext("upheld")
    rate = gettext("per 10,000 transactions")
    yield from _totals(pack, number, rate)
    for one in pack["trend"]:
        yield gettext("Trend"), one["month"], number, one["n"]
        yield gettext("Trend"), one["month"], upheld, one["upheld"]
    for one in pack["reasons"]:
        what = reason_label(one["reason"])
        yield gettext("By reason"), what, number, one["n"]
        yield gettext("By reason"), what, gettext("the month before"), one["before"]
        yield gettext("By reason"), what, gettext("hard to settle"), one["hard"]
        yield gettext("By reason"), what, upheld, one["upheld"]
    for one in pack["dimensions"]:
        what = str(CHARTED[one["dimension"]])
        yield gettext("Dimensions of service quality"), what, number, one["n"]
    for one in pack["outlets"]:
        what = f"{one['code']} {one['name']}"
        yield gettext("By outlet"), what, number, one["n"]
        yield gettext("By outlet"), what, rate, one["rate"]
    for one in pack["classes"]:
        yield gettext("By outlet class"), one["class"], number, one["n"]
        yield gettext("By outlet class"), one["class"], rate, one["rate"]
    for one in pack["repeaters"]:
        what = f"{one['code']} {reason_label(one['reason'])}"
        yield gettext("Repeated at one outlet"), what, number, one["n"]
    for one in pack["typical"]:
        yield (
            gettext("Typical cases"),
            one["case_no"],
            gettext("levels up"),
            one["levels"],
        )
    yield from _handling(pack)


def _totals(pack: Pack, number: str, rate: str) -> Iterator[tuple[str, str, str, Any]]:
    total = gettext("In all")
    yield total, pack["month"], number, pack["complaints"]
    yield total, pack["month"], gettext("the month before"), pack["before"]
    yield total, pack["month"], gettext("upheld"), pack["upheld"]
    yield total, pack["month"], rate, pack["rate"]
    yield total, pack["month"], gettext("days to close, median"), pack["days_median"]


def _handling(pack: Pack) -> Iterator[tuple[str, str, str, Any]]:
    clocks, told, orders = pack["clocks"], pack["satisfaction"], pack["orders"]
    part = gettext("Clocks")
    yield part, "", gettext("handled here"), clocks["handled"]
    yield part, "", gettext("first reply too late"), clocks["reply_late"]
    yield part, "", gettext("closed too late"), clocks["closed_late"]
    yield part, "", gettext("open and overdue"), clocks["open_late"]
    part = gettext("Satisfaction after handling")
    yield part, "", gettext("customers asked"), told["n"]
    yield part, "", gettext("satisfied (4 or 5 of 5)"), told["satisfied"]
    yield part, "", gettext("mean mark"), told["mean"]
    part = gettext("Supervision orders")
    yield part, "", gettext("not done yet"), orders["undone"]
    yield part, "", gettext("overdue"), orders["overdue"]
    yield part, "", gettext("waiting to be checked"), orders["to_check"]
    yield part, "", gettext("kept, of 100"), orders["kept"]
