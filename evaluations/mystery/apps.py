from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MysteryConfig(AppConfig):
    name = "evaluations.mystery"
    verbose_name = _("Mystery visits")
