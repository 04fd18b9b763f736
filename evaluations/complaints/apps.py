from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "evaluations.complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from evaluations.complaints import (
            handling_holdings,
            holdings,
            notice_kinds,
            order_holdings,
            red_line_holdings,
        )
        from evaluations.complaints.kinds import Complaints
        from evaluations.complaints.models import Case, ClockCalendar
        from evaluations.complaints.sources import COMPLAINTS, ORDERS, RED_LINES
        from evaluations.ledger import sources
        from outlets.exchange import kinds, tracking
        from staffing.notices import kinds as notices
        from staffing.people.personal import keeping, registry

        kinds.register(Complaints)
        sources.register(COMPLAINTS)
        sources.register(RED_LINES)
        sources.register(ORDERS)
        notices.register(*notice_kinds.KINDS)
        registry.register(
            holdings.HOLDING,
            *handling_holdings.HOLDINGS,
            *red_line_holdings.HOLDINGS,
            *order_holdings.HOLDINGS,
        )
        registry.register_guard(holdings.GUARD)
        registry.register_guard(red_line_holdings.GUARD)
        keeping.register(
            holdings.KIND,
            *handling_holdings.KINDS,
            *red_line_holdings.KINDS,
            *order_holdings.KINDS,
        )
        tracking.track(
            Case,
            group=tracking.Group.RECORDS,
            noun=_("complaint"),
            # The customer's words are no business of a history.
            ignore=("pending", "summary", "closed_on", "days_to_close"),
            link=lambda row: reverse("complaints:case", args=[row.case_no]),
            about="employee_id",
            creations=False,
        )
        tracking.track(
            ClockCalendar,
            group=tracking.Group.CONFIGURATION,
            noun=_("calendar of complaints"),
            label=lambda row: row.region.code,
            related=("region",),
            link=lambda row: reverse("complaints:calendar", args=[row.region.code]),
        )
