from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "outlets.places"
    verbose_name = _("Places")

    def ready(self) -> None:
        from outlets.exchange import access, kinds
        from outlets.places.gate import gate_of_reach
        from outlets.places.kinds import Outlets, Regions

        access.gate_of_reach = gate_of_reach

        kinds.register(Regions)
        kinds.register(Outlets)
