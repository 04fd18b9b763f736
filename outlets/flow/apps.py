from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlowConfig(AppConfig):
    name = "outlets.flow"
    verbose_name = _("Customer flow")
