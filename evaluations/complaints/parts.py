"""What somebody is to a case, and where she may log one."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from evaluations.complaints.acting import Part, State
from evaluations.complaints.models import Case, Handling
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Reach
from staffing.people.models import NEARBY, Assignment, User


def parts_of(handling: Handling, user: User) -> frozenset[Part]:
    """Return all that `user` is to a case, as her posts and grants are now."""
    case, sight = handling.case, user.sight
    outlet_id, path = case.outlet_id, case.outlet.region.path
    found = set()
    if handling.owner_id == user.pk:
        found.add(Part.OWNER)
    if sight.reach(Power.RECORD).covers(outlet_id=outlet_id, region_path=path):
        found.add(Part.LEAD)
    if sight.reach(Power.SETTLE_CASES).covers(outlet_id=outlet_id, region_path=path):
        found.add(Part.CLOSER)
    if sight.employee_id is not None and case.employee_id == sight.employee_id:
        found.add(Part.CONCERNED)
    if _has_task(handling, user):
        asked = handling.state == State.OFFERED
        found.add(Part.ASKED if asked else Part.HOLDER)
    return frozenset(found)


def _has_task(handling: Handling, user: User) -> bool:
    if handling.task_person_id is not None:
        return handling.task_person_id == user.sight.employee_id
    unit = handling.task_unit
    return unit is not None and leads_unit(user.sight.reach(Power.SETTLE_CASES), unit)


def leads_unit(reach: Reach, unit: Region) -> bool:
    """Tell whether a reach takes in the whole of a region."""
    return reach.everywhere or any(map(unit.path.startswith, reach.region_paths))


def reads_contact(handling: Handling, user: User) -> bool:
    """Tell whether `user` may know whom to reply to: who works on the case, no other.

    Whom it is about may not, unless the customer told her herself.
    """
    parts = parts_of(handling, user)
    if Part.OWNER in parts:
        return True
    working = {Part.HOLDER, Part.LEAD, Part.CLOSER}
    return Part.CONCERNED not in parts and not working.isdisjoint(parts)


def outlets_to_log_at(user: User, now: datetime | None = None) -> QuerySet[Outlet]:
    """Return where `user` may log a case: where she records or settles, or works."""
    now = now or timezone.now()
    sight = user.sight
    within = sight.outlets(Power.RECORD) | sight.outlets(Power.SETTLE_CASES)
    if sight.employee_id is not None:
        day = timezone.localdate(now)
        stints = Assignment.objects.overlapping(day - NEARBY, day + NEARBY)
        hers = stints.filter(employee=sight.employee_id).select_related("outlet")
        ids = [stint.outlet_id for stint in hers if stint.holds_at(now)]
        return Outlet.objects.filter(within | Q(pk__in=ids)).select_related("region")
    return Outlet.objects.filter(within).select_related("region")


def handled(case: Case) -> Handling | None:
    """Return the working side of a case; None: it came as a spreadsheet."""
    return getattr(case, "handling", None)
