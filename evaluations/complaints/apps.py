from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "evaluations.complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from evaluations.complaints import handling_holdings, holdings
        from evaluations.complaints.kinds import Complaints
        from evaluations.complaints.models import Case, ClockCalendar
        from evaluations.complaints.sources import COMPLAINTS
        from evaluations.ledger import sources
        from outlets.exchange import kinds, tracking
        from staffing.people.personal import keeping, registry

        kinds.register(Complaints)
        sources.register(COMPLAINTS)
        registry.register(holdings.HOLDING, *handling_holdings.HOLDINGS)
        registry.register_guard(holdings.GUARD)
        keeping.register(holdings.KIND, *handling_holdings.KINDS)
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
