from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "staffing.rosters"
    verbose_name = _("Rosters")

    def ready(self) -> None:
        from outlets.exchange import kinds, tracking
        from staffing.accounts import on_shift
        from staffing.people.personal import keeping, registry
        from staffing.rosters import holdings
        from staffing.rosters.kinds import Roster
        from staffing.rosters.models import ShiftKind
        from staffing.rosters.selectors import roster_order

        kinds.register(Roster)
        on_shift.roster_order = roster_order
        registry.register(holdings.HOLDING)
        keeping.register(holdings.KIND)
        tracking.track(
            ShiftKind, group=tracking.Group.CONFIGURATION, noun=_("shift kind")
        )
