"""The monthly complaint meeting, and the daily report: pages, prints and files."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.complaints.days import day_report
from evaluations.complaints.forms.orders import HoldForm, MeetingFilter
from evaluations.complaints.models import ComplaintMeeting, SupervisionOrder
from evaluations.complaints.pack_words import CHARTED, reason_label, rows_of
from evaluations.complaints.packs import Pack, pack_of
from evaluations.complaints.parts import leads_unit
from evaluations.complaints.services.meetings import hold_meeting, holds_meetings
from evaluations.ledger.periods import Period
from outlets.exchange.downloads import table_response
from outlets.exchange.errors import DomainError
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

MOST_REGIONS = 200


def _regions(request: SignedInRequest) -> Any:
    """Return the regions whose records she sees as a whole."""
    reach = request.user.sight.reach(Power.SEE_RECORDS)
    visible = Region.objects.visible_to(request.user)
    return visible if reach.everywhere or reach.region_paths else visible.none()


def _region(request: SignedInRequest, code: str) -> Region:
    region = get_object_or_404(_regions(request), code=code)
    if not leads_unit(request.user.sight.reach(Power.SEE_RECORDS), region):
        raise Http404
    return region


@require_safe
@login_required
def meeting_list(request: SignedInRequest) -> HttpResponse:
    """The meetings of regions within sight, and the way to any month's pack."""
    reach = request.user.sight.reach(Power.SEE_RECORDS)
    if not (reach.everywhere or reach.region_paths):
        raise PermissionDenied
    form = MeetingFilter(request.GET or None)
    if form.is_valid():
        code = form.cleaned_data["region"].strip()
        region = _regions(request).filter(code=code).first()
        if region is None or not leads_unit(reach, region):
            form.add_error("region", _("You see no region with this code."))
        else:
            return redirect("complaints:meeting", code, form.cleaned_data["month"].code)
    held = ComplaintMeeting.objects.visible_to(request.user).select_related("region")
    last = Period.month_of(timezone.localdate()).previous
    regions = [
        region
        for region in _regions(request).order_by("path")[:MOST_REGIONS]
        if leads_unit(reach, region)
    ]
    context = {
        "form": form,
        "meetings": held[:100],
        "regions": regions[:12],
        "last": last,
        "yesterday": timezone.localdate() - timedelta(days=1),
    }
    return render(request, "evaluations/complaints/meetings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def meeting(request: SignedInRequest, code: str, month: str) -> HttpResponseBase:
    """The pack of a region and a month; POST: it was held, and is frozen."""
    region, period = _region(request, code), _month(month)
    row = ComplaintMeeting.objects.filter(region=region, month=period.first).first()
    now = timezone.now()
    form = HoldForm(request.POST or None)
    if request.method == "POST":
        if not holds_meetings(request.user, region):
            raise PermissionDenied
        if form.is_valid():
            try:
                hold_meeting(
                    region=region, month=period, by=request.user, **form.cleaned_data
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return redirect("complaints:meeting", code, month)
    frozen = row is not None and row.pack is not None
    kept = None if row is None else row.pack
    pack: Pack = pack_of(region, period, now) if kept is None else kept
    if request.method != "POST" and (kind := request.GET.get("format")) in (
        "csv",
        "xlsx",
    ):
        heading = [_("Part"), _("What"), _("Figure"), _("Reading")]
        name = f"complaints-{region.code}-{period.code}"
        return table_response(name, heading, rows_of(pack), form=kind)
    orders = SupervisionOrder.objects.visible_to(request.user).select_related(
        "outlet__region", "region"
    )
    given = list(orders.filter(meeting=row)) if row is not None else []
    context = {
        "region": region,
        "month": period,
        "row": row,
        "frozen": frozen,
        "pack": _shown(pack),
        "orders": given,
        "late": [order.pk for order in given if order.is_late(now)],
        "holds": holds_meetings(request.user, region),
        "over": timezone.localdate(now) > period.last,
        "form": form,
        "now": now,
        "charted": CHARTED,
    }
    return render(request, "evaluations/complaints/meetings/pack.html", context)


def _month(text: str) -> Period:
    try:
        month = Period.month(text)
    except ValueError as error:
        raise Http404 from error
    if month.first > timezone.localdate():
        raise Http404
    return month


def _shown(pack: Pack) -> Pack:
    """Return a pack with labels and widths of bars, for the template."""
    most = max((one["n"] for one in pack["trend"]), default=0) or 1
    told = sum(one["n"] for one in pack["dimensions"]) or 1
    return {
        **pack,
        "trend": [
            {**one, "width": round(100 * one["n"] / most)} for one in pack["trend"]
        ],
        "reasons": [
            {
                **one,
                "label": reason_label(one["reason"]),
                "more": one["n"] - one["before"],
            }
            for one in pack["reasons"]
        ],
        "repeaters": [
            {**one, "label": reason_label(one["reason"])} for one in pack["repeaters"]
        ],
        "typical": [
            {**one, "label": reason_label(one["reason"])} for one in pack["typical"]
        ],
        "dimensions": [
            {
                **one,
                "label": CHARTED[one["dimension"]],
                "width": round(100 * one["n"] / told),
            }
            for one in pack["dimensions"]
        ],
    }


@require_safe
@login_required
def day(request: SignedInRequest, code: str, on: str) -> HttpResponse:
    """The detailed report of a day, where the daily bulletin leads."""
    region = _region(request, code)
    try:
        asked = date.fromisoformat(on)
    except ValueError as error:
        raise Http404 from error
    now = timezone.now()
    today = timezone.localdate(now)
    if asked > today:
        raise Http404
    report = day_report(region, asked, now, over=asked < today)
    context = {
        "report": report,
        "today": asked == today,
        "reasons": [(reason_label(reason), n) for reason, n in report.reasons],
        "before": asked - timedelta(days=1),
        "after": None if asked == today else asked + timedelta(days=1),
    }
    return render(request, "evaluations/complaints/meetings/day.html", context)
