from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "evaluations.complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from evaluations.complaints.kinds import Complaints
        from evaluations.complaints.sources import COMPLAINTS
        from evaluations.ledger import sources
        from outlets.exchange import kinds

        kinds.register(Complaints)
        sources.register(COMPLAINTS)
