from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class GrowthConfig(AppConfig):
    name = "evaluations.growth"
    verbose_name = _("Growth")

    def ready(self) -> None:
        from evaluations.growth import holdings, notice_kinds
        from evaluations.growth.models import Contest, OutletBonus, Project
        from evaluations.growth.sources import INNOVATION
        from evaluations.ledger import sources
        from outlets.exchange import tracking
        from staffing.notices import kinds as notices
        from staffing.people.personal import registry

        registry.register(*holdings.HOLDINGS)
        notices.register(*notice_kinds.KINDS)
        sources.register(INNOVATION)
        tracking.track(
            Project,
            group=tracking.Group.DECISIONS,
            noun=_("innovation project"),
            only=("state",),
            label=_project_label,
            link=lambda row: reverse("growth:project", args=[row.uuid]),
            related=("author", "outlet"),
            about="author_id",
        )
        tracking.track(
            OutletBonus,
            group=tracking.Group.DECISIONS,
            noun=_("outlet's bonus for projects"),
            only=("points",),
            label=lambda row: f"{row.outlet.code} {row.month}",
            link=lambda row: reverse("growth:bonus", args=[row.uuid]),
            related=("outlet",),
            hundredths=frozenset({"points"}),
        )
        tracking.track(
            Contest,
            group=tracking.Group.DECISIONS,
            noun=_("skills contest"),
            only=("state",),
            shown=lambda row: row.title,
            link=lambda row: reverse("growth:contest", args=[row.uuid]),
        )


def _project_label(row: Any) -> str:
    return f"{row.outlet.code} {row.on} {row.author.number}"
