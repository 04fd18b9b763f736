"""Business calendars of regions: read by who sees records, set by who configures."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.complaints.forms.calendars import CalendarForm
from evaluations.complaints.models import ClockCalendar
from evaluations.complaints.services import drop_calendar, set_calendar
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


def _sets(request: SignedInRequest) -> bool:
    return request.user.sight.reach(Power.CONFIGURE).everywhere


@require_safe
@login_required
def calendar_list(request: SignedInRequest) -> HttpResponse:
    """Which regions have a calendar of their own."""
    sight = request.user.sight
    if not (_sets(request) or sight.may(Power.SEE_RECORDS)):
        raise PermissionDenied
    own = ClockCalendar.objects.visible_to(request.user).select_related("region")
    code = request.GET.get("region", "").strip()
    if code and _sets(request):
        region = Region.objects.visible_to(request.user).filter(code=code).first()
        if region is not None:
            return redirect("complaints:calendar", region.code)
    context = {"own": own, "sets": _sets(request), "unknown": code}
    return render(request, "evaluations/complaints/calendars.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Set the calendar of a region."""
    region = _region(request, code)
    row = ClockCalendar.objects.filter(region=region).first()
    initial = {"hours": row.hours, "days": row.days} if row else None
    form = CalendarForm(request.POST or None, initial=initial)
    if form.is_valid():
        set_calendar(
            region=region, by=request.user, now=timezone.now(), **form.cleaned_data
        )
        return redirect("complaints:calendars")
    context = {"form": form, "region": region, "row": row}
    return render(request, "evaluations/complaints/calendar.html", context)


@require_POST
@login_required
def calendar_drop(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the calendar above hold again."""
    region = _region(request, code)
    drop_calendar(region=region, by=request.user, now=timezone.now())
    return redirect("complaints:calendars")


def _region(request: SignedInRequest, code: str) -> Region:
    if not _sets(request):
        raise PermissionDenied
    return get_object_or_404(Region.objects.visible_to(request.user), code=code)
