from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlowConfig(AppConfig):
    name = "outlets.flow"
    verbose_name = _("Customer flow")

    def ready(self) -> None:
        from outlets.exchange.kinds import register
        from outlets.flow.kinds import KINDS

        for kind in KINDS:
            register(kind)
