from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "evaluations.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from evaluations.ledger import holdings
        from staffing.people.personal import registry

        registry.register(holdings.HOLDING)
        from evaluations.ledger.models import PeriodChange
        from outlets.exchange import tracking

        tracking.track(
            PeriodChange,
            group=tracking.Group.DECISIONS,
            noun=_("period"),
            label=lambda row: row.period,
            link=lambda row: reverse("ledger:periods"),
        )
