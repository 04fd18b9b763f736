"""Innovation projects as an origin of ledger entries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.growth.services.scoring import SOURCE, settle
from evaluations.ledger.sources import Source


def bonus_url(source_id: str) -> str:
    return reverse("growth:bonus", args=[source_id])


INNOVATION = Source(
    name=SOURCE, label=_("innovation project"), settle=settle, link=bonus_url
)
