from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "evaluations.feedback"
    verbose_name = _("Customer feedback")

    def ready(self) -> None:
        from evaluations.feedback import holdings
        from evaluations.feedback.kinds import Invitations, Ratings
        from evaluations.feedback.sources import FEEDBACK
        from evaluations.ledger import sources
        from outlets.exchange import kinds
        from staffing.people.personal import keeping, registry

        kinds.register(Ratings)
        kinds.register(Invitations)
        sources.register(FEEDBACK)
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
