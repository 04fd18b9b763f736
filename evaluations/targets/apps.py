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
        from evaluations.targets.models import Target
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
