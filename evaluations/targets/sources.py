"""Targets, KPIs and the months of the flow as an origin of ledger entries."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.ledger.sources import Source
from evaluations.targets.services import flow, kpis, volume


def settle(until: date) -> int:
    """Post what people, KPIs and flow have to say; return the entries written."""
    return volume.settle(until) + flow.settle(until) + kpis.settle(until)


def entry_url(source_id: str) -> str:
    """Return the page of what stands behind an entry of this source."""
    if source_id.startswith(kpis.PREFIX):
        return reverse("targets:value", args=[source_id.removeprefix(kpis.PREFIX)])
    if source_id.startswith(flow.PREFIX):
        month, _colon, code = source_id.removeprefix(flow.PREFIX).partition(":")
        query = urlencode({"day": Period.parse(month).last})
        return f"{reverse('flow:outlet', args=[code])}?{query}"
    return reverse("targets:target", args=[source_id])


TARGETS = Source(name=volume.SOURCE, label=_("target"), settle=settle, link=entry_url)
