from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "outlets.places"
    verbose_name = _("Places")

    def ready(self) -> None:
        from outlets.exchange import kinds
        from outlets.places.kinds import Outlets, Regions

        kinds.register(Regions)
        kinds.register(Outlets)
