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
        from evaluations.awards import (
            feed,
            feed_outlets,
            holdings,
            notice_kinds,
            round_holdings,
        )
        from evaluations.awards.models import (
            Award,
            AwardList,
            Bonus,
            Certificate,
            Nomination,
            Round,
        )
        from outlets.exchange import feed_kinds, tracking
        from staffing.notices import kinds as notices
        from staffing.people.personal import registry

        registry.register(holdings.HOLDING, *round_holdings.HOLDINGS)
        notices.register(*notice_kinds.KINDS)
        feed_kinds.register(feed.AwardLists())
        feed_kinds.register(feed.Awards())
        feed_kinds.register(feed_outlets.OutletTitles())

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
        tracking.track(
            Round,
            group=tracking.Group.DECISIONS,
            noun=_("award round"),
            only=("state",),
            shown=_list_shown,
            link=lambda row: reverse("awards:round", args=[row.uuid]),
        )
        tracking.track(
            Nomination,
            group=tracking.Group.DECISIONS,
            noun=_("nomination"),
            only=("state",),
            label=lambda row: f"{row.round} · {_whose(row)}",
            shown=lambda row: f"{_list_shown(row.round)} · {_whose(row)}",
            link=lambda row: reverse("awards:nomination", args=[row.uuid]),
            related=("round", "employee", "outlet"),
            about="employee_id",
            part_of="round",
        )
        tracking.track(
            Certificate,
            group=tracking.Group.DECISIONS,
            noun=_("certificate"),
            only=("revoked_at", "revoked_because"),
            label=lambda row: f"{row.uuid}",
            link=lambda row: reverse("awards:certificate", args=[row.uuid]),
            related=("award",),
            about="award.employee_id",
            creations=False,
        )
        tracking.track(
            Bonus,
            group=tracking.Group.DECISIONS,
            noun=_("award bonus"),
            only=("amount", "taken_back_at"),
            label=lambda row: f"{row.award.award_list} · {row.award.employee.number}",
            related=("award__award_list", "award__employee"),
            about="award.employee_id",
            hundredths=frozenset({"amount"}),
        )


def _whose(row: Any) -> str:
    return row.employee.number if row.employee_id else row.outlet.code
