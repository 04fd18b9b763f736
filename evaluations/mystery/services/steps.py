"""What somebody is to a report, whether she may act on it, and its history."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Report, ReportActionKind, ReportEvent
from evaluations.mystery.models.questionnaires import plans_visits
from evaluations.mystery.rules import stages
from evaluations.mystery.rules.stages import Action, Part, Stage
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Assignment, User


class ReportMoved(DomainError):
    code = "report_moved"
    message = _(
        "This has changed meanwhile: the visit is “%(state)s”. Reload the page."
    )


def works_at(user: User, outlet: Outlet) -> bool:
    """Tell whether somebody was ever assigned to an outlet: she is partial there."""
    if user.employee_id is None:
        return False
    return Assignment.objects.filter(employee=user.employee_id, outlet=outlet).exists()


def parts_of(report: Report, user: User) -> frozenset[Part]:
    """Return what `user` is to a report, by her accounts and grants of now."""
    found = set()
    sight, shopper = user.sight, report.shopper
    if shopper is not None:
        if shopper.user_id is not None and shopper.user_id == user.pk:
            found.add(Part.SHOPPER)
        if shopper.agency_id in sight.agency_ids:
            found.add(Part.AGENCY)
    if plans_visits(sight):
        found.add(Part.OFFICE)
    releases = sight.reach(Power.RELEASE_VISITS).covers(
        outlet_id=report.outlet_id, region_path=report.outlet.region.path
    )
    if releases and not works_at(user, report.outlet):
        found.add(Part.REGION)
    return frozenset(found)


def locked(report_id: int) -> Report:
    """Return a report for writing, its row locked until the transaction ends."""
    rows = Report.objects.select_for_update(of=("self",))
    return rows.select_related(
        "outlet__region", "shopper__agency", "wave", "version", "visit"
    ).get(pk=report_id)


def require(action: Action, report: Report, user: User) -> None:
    """Refuse what the table of stages does not allow.

    Raises:
        PermissionDenied: she may do it in no state.
        ReportMoved: not in this one.
    """
    parts, stage = parts_of(report, user), report.stage
    if stages.may(action, stage, parts):
        return
    if any(stages.may(action, other, parts) for other in Stage):
        raise ReportMoved(state=report.get_state_display())
    raise PermissionDenied


def note(
    report: Report, what: ReportActionKind | str, *, by: User | None, words: str = ""
) -> None:
    """Write a step into the report's history."""
    ReportEvent.objects.create(report=report, what=what, words=words.strip(), by=by)
