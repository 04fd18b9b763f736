"""Targets as an origin of ledger entries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.sources import Source
from evaluations.targets.services import SOURCE, settle


def entry_url(source_id: str) -> str:
    return reverse("targets:target", args=[source_id])


TARGETS = Source(name=SOURCE, label=_("target"), settle=settle, link=entry_url)
