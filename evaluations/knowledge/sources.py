"""Knowledge tests as an origin of ledger entries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.services.results import SOURCE, settle
from evaluations.ledger.sources import Source


def entry_url(source_id: str) -> str:
    return reverse("knowledge:result", args=[source_id])


KNOWLEDGE = Source(
    name=SOURCE, label=_("knowledge test"), settle=settle, link=entry_url
)
