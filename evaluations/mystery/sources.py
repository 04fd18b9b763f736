"""Mystery visits as an origin of ledger entries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.sources import Source
from evaluations.mystery.services import SOURCE, settle


def entry_url(source_id: str) -> str:
    return reverse("mystery:visit", args=[source_id])


MYSTERY = Source(name=SOURCE, label=_("mystery visit"), settle=settle, link=entry_url)
