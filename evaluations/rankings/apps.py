from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class RankingsConfig(AppConfig):
    name = "evaluations.rankings"
    verbose_name = _("Rankings")

    def ready(self) -> None:
        from evaluations.rankings import feed, holdings
        from outlets.exchange import feed_kinds
        from staffing.people.personal import keeping, registry

        registry.register(holdings.HOLDING)
        registry.register_guard(holdings.GUARD)
        keeping.register(holdings.KIND)
        feed_kinds.register(feed.Rankings())
        feed_kinds.register(feed.Standings())
        from evaluations.rankings.models import (
            Display,
            PlaceScheme,
            Run,
            Scheme,
            SchemeVersion,
        )
        from outlets.exchange import tracking

        tracking.track(
            Scheme,
            group=tracking.Group.CONFIGURATION,
            noun=_("scheme"),
            label=lambda row: row.code,
            shown=str,
        )
        tracking.track(
            SchemeVersion,
            group=tracking.Group.CONFIGURATION,
            noun=_("scheme version"),
            label=lambda row: (
                f"{row.scheme.code} v{row.number}"
                if row.number
                else f"{row.scheme.code} #{row.pk}"
            ),
            shown=str,
            link=lambda row: reverse("rankings:version", args=[row.pk]),
            related=("scheme",),
            part_of="scheme",
        )
        tracking.track(
            Display,
            group=tracking.Group.CONFIGURATION,
            noun=_("what staff see of a ranking"),
            label=lambda row: f"{row.scheme.code}: {row.shown}",
            shown=str,
            related=("scheme",),
            part_of="scheme",
        )
        tracking.track(
            Run,
            group=tracking.Group.DECISIONS,
            noun=_("ranking"),
            only=(
                *("period", "scheme_version", "revision", "state"),
                *("created_by", "reviewed_by", "published_by"),
            ),
            label=lambda row: f"{row.period} {row.scheme.code} #{row.pk}",
            shown=lambda row: f"{row.scheme} {row.period} #{row.pk}",
            link=lambda row: reverse("rankings:run", args=[row.pk]),
            related=("scheme",),
        )
        tracking.track(
            PlaceScheme,
            group=tracking.Group.CONFIGURATION,
            noun=_("scheme of outlets"),
            label=lambda row: f"{row.code} v{row.number}",
            shown=str,
        )
