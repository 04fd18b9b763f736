from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "evaluations.targets"
    verbose_name = _("Targets")

    def ready(self) -> None:
        from evaluations.ledger import sources
        from evaluations.targets import holdings
        from evaluations.targets.kinds import Targets
        from evaluations.targets.models import (
            KpiDefinition,
            KpiValue,
            MonthWeight,
            Target,
        )
        from evaluations.targets.sources import TARGETS
        from outlets.exchange import kinds, tracking
        from staffing.people.personal import registry

        kinds.register(Targets)
        sources.register(TARGETS)
        registry.register(holdings.HOLDING)
        tracking.track(
            Target,
            group=tracking.Group.RECORDS,
            noun=_("target"),
            ignore=("uuid", "pending", "ends_on"),
            link=lambda row: reverse("targets:target", args=[row.uuid]),
            about="employee_id",
            hundredths=frozenset({"base", "challenge"}),
        )
        tracking.track(
            KpiDefinition,
            group=tracking.Group.CONFIGURATION,
            noun=_("KPI"),
            label=lambda row: row.code,
            shown=lambda row: row.name,
            link=lambda row: reverse("targets:kpi", args=[row.code]),
            hundredths=frozenset(
                {
                    "lower",
                    "lower_score",
                    "upper",
                    "upper_score",
                    "below_score",
                    "overall_share",
                }
            ),
        )
        tracking.track(
            MonthWeight,
            group=tracking.Group.CONFIGURATION,
            noun=_("month weight"),
            label=lambda row: f"{row.kpi.code} {row.year}-{row.month:02d}",
            related=("kpi",),
            part_of="kpi",
            hundredths=frozenset({"weight"}),
        )
        tracking.track(
            KpiValue,
            group=tracking.Group.RECORDS,
            noun=_("KPI value"),
            label=lambda row: f"{row.kpi.code} {row.month}",
            ignore=("pending", "ends_on", "score"),
            link=lambda row: reverse("targets:value", args=[row.uuid]),
            related=("kpi",),
            hundredths=frozenset({"numerator", "denominator"}),
        )
