from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "evaluations.knowledge"
    verbose_name = _("Knowledge tests")

    def ready(self) -> None:
        from evaluations.knowledge import holdings
        from evaluations.knowledge.kinds import Tests
        from evaluations.knowledge.sources import KNOWLEDGE
        from evaluations.ledger import sources
        from outlets.exchange import kinds
        from staffing.people.personal import registry

        kinds.register(Tests)
        sources.register(KNOWLEDGE)
        registry.register(holdings.HOLDING)
