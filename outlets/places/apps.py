from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "outlets.places"
    verbose_name = _("Places")

    def ready(self) -> None:
        from outlets.exchange import access, feed_kinds, kinds, tracking
        from outlets.places import feed
        from outlets.places.gate import gate_of_reach
        from outlets.places.kinds import Outlets, Regions
        from outlets.places.models import Outlet, Region, Zone

        access.gate_of_reach = gate_of_reach

        kinds.register(Regions)
        kinds.register(Outlets)
        feed_kinds.register(feed.Regions())
        feed_kinds.register(feed.Outlets())
        for model, noun in ((Region, _("region")), (Outlet, _("outlet"))):
            tracking.track(
                model,
                group=tracking.Group.PLACES,
                noun=noun,
                ignore=("path",),  # follows from the parents
                label=lambda row: f"{row.code} {row.name}",
            )
        tracking.track(
            Zone,
            group=tracking.Group.PLACES,
            noun=_("zone"),
            label=lambda row: f"{row.outlet.code} {row.code}",
            related=("outlet",),
            part_of="outlet",
        )
