from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MysteryConfig(AppConfig):
    name = "evaluations.mystery"
    verbose_name = _("Mystery visits")

    def ready(self) -> None:
        from evaluations.ledger import sources
        from evaluations.mystery import holdings
        from evaluations.mystery.kinds import Visits
        from evaluations.mystery.sources import MYSTERY
        from outlets.exchange import kinds
        from staffing.people.personal import keeping, registry

        kinds.register(Visits)
        sources.register(MYSTERY)
        registry.register(holdings.HOLDING)
        keeping.register(holdings.KIND)
