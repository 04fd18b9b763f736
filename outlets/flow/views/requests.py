"""What the pages read from an address: whose flow, and when."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from outlets.flow.forms import DayForm, MonthForm
from outlets.flow.rules import Month
from outlets.flow.selectors.scopes import (
    Scope,
    scope_of_outlet,
    scope_of_region,
    widest_scope,
)
from outlets.flow.selectors.tickets import newest_day
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer


class SeeingRequest(HttpRequest):
    """The request of a page behind `login_required`."""

    user: Viewer  # type: ignore[assignment]


def check_power(request: SeeingRequest) -> None:
    """Refuse whoever may see no flow anywhere."""
    if not request.user.sight.may(Power.SEE_FLOW):
        raise PermissionDenied


def asked_outlet(request: SeeingRequest, code: str) -> Scope:
    check_power(request)
    try:
        return scope_of_outlet(request.user, code)
    except Outlet.DoesNotExist:
        raise Http404 from None


def may_record(request: SeeingRequest, outlet: Outlet) -> bool:
    """Tell whether who asks records what happens at an outlet."""
    reach = request.user.sight.reach(Power.RECORD)
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def asked_scope(request: SeeingRequest) -> Scope:
    """Return what `?outlet=` or `?region=` names, else the widest that there is."""
    check_power(request)
    if outlet := request.GET.get("outlet"):
        return asked_outlet(request, outlet)
    if region := request.GET.get("region"):
        try:
            return scope_of_region(request.user, region)
        except Region.DoesNotExist:
            raise Http404 from None
    return widest_scope(request.user)


def asked_month(request: SeeingRequest, scope: Scope) -> tuple[MonthForm, Month]:
    """Return the form and the month of `?month=`, else the newest with tickets."""
    form = MonthForm(request.GET if request.GET.get("month") else None)
    month = form.cleaned_data["month"] if form.is_valid() else None
    return form, month or Month.of(newest_day(scope.outlets) or timezone.localdate())


def asked_day(request: SeeingRequest, scope: Scope) -> tuple[DayForm, date]:
    """Return the form and the day of `?day=`, else the newest with tickets."""
    form = DayForm(request.GET if request.GET.get("day") else None)
    day = form.cleaned_data["day"] if form.is_valid() else None
    return form, day or newest_day(scope.outlets) or timezone.localdate()
