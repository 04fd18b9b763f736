"""Complaints as an origin of ledger entries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.services import SOURCE, settle
from evaluations.ledger.sources import Source


def entry_url(source_id: str) -> str:
    return reverse("complaints:case", args=[source_id])


COMPLAINTS = Source(name=SOURCE, label=_("complaint"), settle=settle, link=entry_url)
