from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _list_shown(award_list: Any) -> str:
    """Return title, period and level in the reader's language."""
    title, level = award_list.get_title_display(), award_list.get_level_display()
    return f"{title} {award_list.period} · {level}"


class AwardsConfig(AppConfig):
    name = "evaluations.awards"
    verbose_name = _("Awards")

    def ready(self) -> None:
        from evaluations.awards import feed, holdings
        from outlets.exchange import feed_kinds
        from staffing.people.personal import registry

        registry.register(holdings.HOLDING)
        feed_kinds.register(feed.AwardLists())
        feed_kinds.register(feed.Awards())
        from evaluations.awards.models import Award, AwardList
        from outlets.exchange import tracking

        tracking.track(
            AwardList,
            group=tracking.Group.DECISIONS,
            noun=_("award list"),
            ignore=("uuid", "published_at"),
            shown=_list_shown,
            link=lambda row: reverse("awards:detail", args=[row.uuid]),
        )
        tracking.track(
            Award,
            group=tracking.Group.DECISIONS,
            noun=_("award"),
            only=("state", "reason"),
            label=lambda row: f"{row.award_list} · {row.employee.number}",
            shown=lambda row: f"{_list_shown(row.award_list)} · {row.employee.number}",
            link=lambda row: reverse("awards:detail", args=[row.award_list.uuid]),
            related=("award_list", "employee"),
            about="employee_id",
            part_of="award_list",
            creations=False,
        )
