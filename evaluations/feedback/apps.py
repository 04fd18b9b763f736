from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "evaluations.feedback"
    verbose_name = _("Customer feedback")

    def ready(self) -> None:
        from evaluations.feedback import addresses, holdings, voice_holdings
        from evaluations.feedback.kinds import Invitations, Ratings
        from evaluations.feedback.number_kind import CustomerNumbers
        from evaluations.feedback.sources import FEEDBACK
        from evaluations.ledger import sources
        from outlets.exchange import kinds
        from outlets.flow.desk import afterwards
        from staffing.people.personal import keeping, registry

        afterwards.page_of_ticket = addresses.page_of_ticket
        kinds.register(Ratings)
        kinds.register(Invitations)
        kinds.register(CustomerNumbers)
        sources.register(FEEDBACK)
        registry.register(*holdings.HOLDINGS, *voice_holdings.HOLDINGS)
        keeping.register(*holdings.KINDS, *voice_holdings.KINDS)
