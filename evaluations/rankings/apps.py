from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RankingsConfig(AppConfig):
    name = "evaluations.rankings"
    verbose_name = _("Rankings")

    def ready(self) -> None:
        from evaluations.rankings import holdings
        from staffing.people.personal import keeping, registry

        registry.register(holdings.HOLDING)
        registry.register_guard(holdings.GUARD)
        keeping.register(holdings.KIND)
