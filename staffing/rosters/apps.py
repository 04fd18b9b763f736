from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "staffing.rosters"
    verbose_name = _("Rosters")

    def ready(self) -> None:
        from outlets.exchange import kinds, tracking
        from staffing.rosters.kinds import Roster
        from staffing.rosters.models import ShiftKind

        kinds.register(Roster)
        tracking.track(
            ShiftKind, group=tracking.Group.CONFIGURATION, noun=_("shift kind")
        )
