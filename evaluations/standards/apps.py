from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _page(standard: Any) -> str:
    return reverse("checks:standard", args=[standard.code])


class StandardsConfig(AppConfig):
    name = "evaluations.standards"
    verbose_name = _("Standards")

    def ready(self) -> None:
        from evaluations.standards.kinds import Standards
        from evaluations.standards.models import Item, Standard, StandardVersion
        from outlets.exchange import kinds, tracking

        kinds.register(Standards)
        tracking.track(
            Standard,
            group=tracking.Group.CONFIGURATION,
            noun=_("checklist"),
            label=lambda row: f"{row.code} {row.title_en}",
            link=_page,
        )
        tracking.track(
            StandardVersion,
            group=tracking.Group.CONFIGURATION,
            noun=_("checklist version"),
            label=lambda row: f"{row.standard.code} v{row.number}",
            link=lambda row: _page(row.standard),
            related=("standard",),
            part_of="standard",
        )
        tracking.track(
            Item,
            group=tracking.Group.CONFIGURATION,
            noun=_("checklist item"),
            ignore=("version", "position"),
            label=lambda row: (
                f"{row.version.standard.code} v{row.version.number} {row.code}"
            ),
            link=lambda row: _page(row.version.standard),
            related=("version__standard",),
            part_of="version__standard",
            hundredths=frozenset({"weight"}),
        )
