from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "outlets.exchange"
    verbose_name = _("Exchange")
