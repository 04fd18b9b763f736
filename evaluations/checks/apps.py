from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "evaluations.checks"
    verbose_name = _("Checks")

    def ready(self) -> None:
        from evaluations.checks import posting
        from evaluations.checks.kinds import Checks
        from evaluations.ledger import sources
        from outlets.exchange import kinds

        kinds.register(Checks)
        sources.register(
            sources.Source(
                name=posting.SOURCE,
                label=_("Daily checks"),
                settle=posting.settle,
                link=posting.link,
            )
        )
