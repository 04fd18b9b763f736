"""Which months are published, and who may read them."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from outlets.places.models import Outlet, OutletQuerySet
from outlets.places.sight import Power
from staffing.people.models import Assignment, User
from staffing.people.models.employees import NEARBY
from staffing.rosters.models import Roster, RosterDay, RosterState, first_of_month


def published_months(outlet: Outlet, firsts: Collection[date]) -> set[date]:
    """Return those of the months that are published at the outlet.

    A month that came in by a spreadsheet and is planned nowhere counts as published.
    """
    if not firsts:
        return set()
    states = dict(
        Roster.objects.filter(outlet=outlet, month__in=firsts).values_list(
            "month", "state"
        )
    )
    loose = [first for first in firsts if first not in states]
    found = {first for first, state in states.items() if state == RosterState.PUBLISHED}
    if loose:
        days = RosterDay.objects.filter(
            outlet=outlet,
            on__gte=min(loose),
            on__lt=first_of_month(max(loose) + timedelta(days=31)),
        )
        worked = days.order_by().values_list("on", flat=True).distinct()
        found |= {first_of_month(day) for day in worked} & set(loose)
    return found


def readable_outlets(user: User) -> OutletQuerySet:
    """Return the outlets whose published roster the user may read.

    Those whose records she sees or whose rosters she plans, and where she works today
    by the trading day of each.
    """
    sight = user.sight
    within = sight.outlets(Power.SEE_RECORDS) | sight.outlets(Power.PLAN_ROSTERS)
    if sight.employee_id is not None:
        stints = current_stints(sight.employee_id)
        within |= Q(pk__in=[stint.outlet_id for stint in stints])
    return Outlet.objects.filter(within)


def current_stints(employee_id: int) -> list[Assignment]:
    """Return the assignments that hold now at their outlets, the latest first."""
    now = timezone.now()
    today = timezone.localdate(now)
    near = Assignment.objects.overlapping(today - NEARBY, today + NEARBY)
    mine = near.filter(employee=employee_id).select_related("outlet__region")
    ordered = mine.order_by("-starts_on", "-pk")
    return [stint for stint in ordered if stint.holds_at(now)]
