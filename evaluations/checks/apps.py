from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "evaluations.checks"
    verbose_name = _("Checks")

    def ready(self) -> None:
        from evaluations.checks import holdings, posting
        from evaluations.checks.kinds import Checks
        from evaluations.checks.models import Correction
        from evaluations.ledger import sources
        from outlets.exchange import kinds, tracking
        from staffing.people.personal import keeping, registry

        kinds.register(Checks)
        tracking.track(
            Correction,
            group=tracking.Group.RECORDS,
            noun=_("correction of a check"),
            label=lambda row: row.check_shown,
            link=lambda row: reverse("checks:check", args=[row.check_record.uuid]),
            related=("check_record__outlet", "check_record__employee"),
            about="check_record.employee_id",
        )
        sources.register(
            sources.Source(
                name=posting.SOURCE,
                label=_("Daily checks"),
                settle=posting.settle,
                link=posting.link,
            )
        )
        registry.register(*holdings.HOLDINGS)
        keeping.register(holdings.KIND)
