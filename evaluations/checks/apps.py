from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "evaluations.checks"
    verbose_name = _("Checks")

    def ready(self) -> None:
        from evaluations.checks import (
            action_holdings,
            floor_holdings,
            holdings,
            honesty_holdings,
            missing,
            posting,
            sent_holdings,
        )
        from evaluations.checks.kinds import Checks
        from evaluations.checks.models import (
            Campaign,
            Correction,
            Flag,
            HeldCheck,
            LocatedRegion,
            TrialDevice,
        )
        from evaluations.ledger import sources
        from outlets.exchange import kinds, tracking
        from staffing.people.personal import keeping, registry

        kinds.register(Checks)
        tracking.track(
            Correction,
            group=tracking.Group.RECORDS,
            noun=_("correction of a check"),
            label=lambda row: row.check_shown,
            link=lambda row: reverse("checks:check", args=[row.check_record.uuid]),
            related=("check_record__outlet", "check_record__employee"),
            about="check_record.employee_id",
        )
        tracking.track(
            HeldCheck,
            group=tracking.Group.RECORDS,
            noun=_("record that waited"),
            only=("state", "settled_by", "settled_because", "entered"),
            label=lambda row: row.shown,
            link=lambda row: reverse("checks:held_detail", args=[row.key]),
            related=("outlet", "employee"),
            about="employee_id",
            creations=False,
        )
        tracking.track(
            Campaign,
            group=tracking.Group.CONFIGURATION,
            noun=_("campaign"),
            only=("first_on", "last_on", "ended_by", "ended_because"),
            link=lambda row: reverse("checks:campaign", args=[row.uuid]),
        )
        tracking.track(
            TrialDevice,
            group=tracking.Group.PLACES,
            noun=_("trial device"),
            label=lambda row: f"{row.outlet.code} {row.code}",
            link=lambda row: reverse("checks:devices", args=[row.outlet.code]),
            related=("outlet",),
        )
        tracking.track(
            Flag,
            group=tracking.Group.RECORDS,
            noun=_("review flag"),
            only=("state", "note", "settled_by"),
            label=lambda row: row.shown,
            link=lambda row: reverse("checks:flag", args=[row.uuid]),
            related=("outlet", "author"),
            about="author.employee_id",
            creations=False,
        )
        tracking.track(
            LocatedRegion,
            group=tracking.Group.CONFIGURATION,
            noun=_("region whose cards ask how far they are"),
            label=lambda row: row.region.name,
            link=lambda row: reverse("checks:locating"),
            related=("region",),
        )
        sources.register(
            sources.Source(
                name=posting.SOURCE,
                label=_("Daily checks"),
                settle=missing.settle,
                link=posting.link,
            )
        )
        registry.register(
            *honesty_holdings.HOLDINGS,
            *sent_holdings.HOLDINGS,
            *action_holdings.HOLDINGS,
            *floor_holdings.HOLDINGS,
            *holdings.HOLDINGS,
        )
        keeping.register(
            holdings.KIND,
            floor_holdings.KIND,
            *sent_holdings.KINDS,
            *honesty_holdings.KINDS,
        )
