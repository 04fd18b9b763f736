from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "evaluations.awards"
    verbose_name = _("Awards")

    def ready(self) -> None:
        from evaluations.awards import holdings
        from staffing.people.personal import registry

        registry.register(holdings.HOLDING)
