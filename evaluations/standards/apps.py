from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "evaluations.standards"
    verbose_name = _("Standards")

    def ready(self) -> None:
        from evaluations.standards.kinds import Standards
        from outlets.exchange import kinds

        kinds.register(Standards)
