from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "evaluations.complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from evaluations.complaints import holdings
        from evaluations.complaints.kinds import Complaints
        from evaluations.complaints.sources import COMPLAINTS
        from evaluations.ledger import sources
        from outlets.exchange import kinds
        from staffing.people.personal import keeping, registry

        kinds.register(Complaints)
        sources.register(COMPLAINTS)
        registry.register(holdings.HOLDING)
        registry.register_guard(holdings.GUARD)
        keeping.register(holdings.KIND)
