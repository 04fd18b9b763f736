"""Complaints as an origin of ledger entries."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.services import SOURCE, orders, red_line_posting, settle
from evaluations.ledger.sources import Source


def entry_url(source_id: str) -> str:
    return reverse("complaints:case", args=[source_id])


COMPLAINTS = Source(name=SOURCE, label=_("complaint"), settle=settle, link=entry_url)


def file_url(source_id: str) -> str:
    """Return the list with that file only: who may not read it finds it empty."""
    return f"{reverse('complaints:red_lines')}?{urlencode({'file': source_id})}"


RED_LINES = Source(
    name=red_line_posting.SOURCE,
    label=_("red-line file"),
    settle=red_line_posting.settle,
    link=file_url,
)


def order_url(source_id: str) -> str:
    return reverse("complaints:order", args=[source_id])


ORDERS = Source(
    name=orders.SOURCE,
    label=_("supervision order"),
    settle=orders.settle_orders,
    link=order_url,
)
