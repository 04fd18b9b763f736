from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "evaluations.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from evaluations.ledger import holdings
        from staffing.people.personal import registry

        registry.register(holdings.HOLDING)
