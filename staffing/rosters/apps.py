from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "staffing.rosters"
    verbose_name = _("Rosters")

    def ready(self) -> None:
        from django.urls import reverse

        from outlets.exchange import kinds, tracking
        from staffing.accounts import on_shift
        from staffing.notices import kinds as notices
        from staffing.people.personal import keeping, registry
        from staffing.rosters import holdings, notice_kinds
        from staffing.rosters.kinds import Roster
        from staffing.rosters.models import (
            AreaOwner,
            Leave,
            RosterRules,
            ShiftKind,
            Swap,
        )
        from staffing.rosters.selectors.on_shift import roster_order

        kinds.register(Roster)
        notices.register(*notice_kinds.KINDS)
        on_shift.roster_order = roster_order
        registry.register(*holdings.HOLDINGS)
        keeping.register(holdings.KIND)
        tracking.track(
            ShiftKind, group=tracking.Group.CONFIGURATION, noun=_("shift kind")
        )
        tracking.track(
            RosterRules,
            group=tracking.Group.CONFIGURATION,
            noun=_("rules of rosters"),
        )
        tracking.track(
            Leave,
            group=tracking.Group.RECORDS,
            noun=_("leave"),
            ignore=("uuid", "note"),
            label=lambda row: f"{row.outlet.code} {row.first_on:%F}",
            link=lambda row: reverse("my_roster:leave", args=[row.uuid]),
            related=("outlet",),
            about="employee_id",
        )
        tracking.track(
            Swap,
            group=tracking.Group.RECORDS,
            noun=_("swap of shifts"),
            ignore=("uuid", "note"),
            label=lambda row: f"{row.outlet.code} {row.on:%F} {row.other_on:%F}",
            link=lambda row: reverse("my_roster:swap", args=[row.uuid]),
            related=("outlet",),
            about="asker_id",
        )
        tracking.track(
            AreaOwner,
            group=tracking.Group.RECORDS,
            noun=_("owner of an area"),
            only=("outlet", "on", "area", "employee"),
            label=lambda row: f"{row.outlet.code} {row.on:%F}",
            related=("outlet",),
            about="employee_id",
        )
