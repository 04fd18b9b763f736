from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "evaluations.checks"
    verbose_name = _("Checks")

    def ready(self) -> None:
        from evaluations.checks import holdings, posting
        from evaluations.checks.kinds import Checks
        from evaluations.ledger import sources
        from outlets.exchange import kinds
        from staffing.people.personal import keeping, registry

        kinds.register(Checks)
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
