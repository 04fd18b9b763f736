"""Campaigns: opening one, carrying it out at an outlet, and how far it is."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.checks.forms import MarksForm
from evaluations.checks.forms.campaigns import (
    CampaignForm,
    EndForm,
    ExtendForm,
    default_days,
)
from evaluations.checks.models import (
    Campaign,
    CampaignTarget,
    CarriedBy,
    CheckMark,
    MarkKind,
)
from evaluations.checks.selectors.areas import areas_of
from evaluations.checks.selectors.asking import sections_for
from evaluations.checks.selectors.campaigns import (
    results,
    tallies,
    targets_of,
    whole,
)
from evaluations.checks.services import campaigns as services
from evaluations.checks.services.cards import holds, today_at
from evaluations.standards.rules import OUTLET, Judged
from outlets.exchange.downloads import Form, table_response
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.people.requests import SignedInRequest

STATES = {
    "done": gettext_lazy("done"),
    "open": gettext_lazy("still open"),
    "overdue": gettext_lazy("overdue"),
    "planned": gettext_lazy("not yet begun"),
    "ended": gettext_lazy("called off"),
}


@require_safe
@login_required
def campaign_list(request: SignedInRequest) -> HttpResponse:
    """Campaigns at the viewer's outlets, the latest first."""
    viewer = _who_sees_records(request)
    rows = Campaign.objects.visible_to(viewer).select_related("version__standard")
    page = page_of(rows, request.GET.get("page"))
    counted = tallies(page.rows, viewer, timezone.now())
    context = {
        "page": page,
        "rows": [(row, whole(counted.get(row.pk, ()))) for row in page.rows],
        "may_open": viewer.sight.may(Power.CORRECT),
    }
    return render(request, "evaluations/checks/campaigns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def open_campaign(request: SignedInRequest) -> HttpResponse:
    """Have the outlets of a region, or some of them, inspected once."""
    viewer = request.user
    if not viewer.sight.may(Power.CORRECT):
        raise PermissionDenied
    form = CampaignForm(
        request.POST or None, by=viewer, initial=default_days(timezone.localdate())
    )
    if form.is_valid():
        try:
            made = services.open_campaign(by=viewer, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("checks:campaign", made.uuid)
    return render(request, "evaluations/checks/campaigns/new.html", {"form": form})


@require_safe
@login_required
def campaign_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One campaign: its window, how far each region is, what failed, each outlet."""
    return _page(request, _visible(request, uuid))


@require_safe
@login_required
def campaign_file(request: SignedInRequest, uuid: UUID, form: str) -> HttpResponseBase:
    """Every outlet of a campaign with its state and what failed, as a file."""
    if form not in set(Form):
        raise Http404
    campaign, now = _visible(request, uuid), timezone.now()
    targets = list(targets_of(campaign, request.user))
    failed: dict[int, list[str]] = {}
    marks = CheckMark.objects.filter(
        check_record__in=[row.check_record_id for row in targets if row.is_done],
        mark=MarkKind.FAILED,
    )
    for check_id, code in marks.order_by("item__position").values_list(
        "check_record", "item__code"
    ):
        failed.setdefault(check_id, []).append(code)
    heading = [
        *(_("Region"), _("Outlet code"), _("Outlet"), _("State")),
        *(_("Checked at"), _("Checked by"), _("Failed"), _("Failed items"), _("Note")),
    ]
    rows = (_line(row, failed, now) for row in targets)
    name = f"campaign-{campaign.first_on:%F}-{campaign.title}"
    return table_response(name, heading, rows, form=form)


def _line(
    row: CampaignTarget, failed: dict[int, list[str]], now: datetime
) -> tuple[Any, ...]:
    outlet = row.outlet
    told = (outlet.region.name, outlet.code, outlet.name, str(STATES[row.state(now)]))
    check = row.check_record
    if check is None or not row.is_done:
        return (*told, None, None, None, None, None)
    codes = failed.get(check.pk, [])
    seen = check.observed_at and check.observed_at.astimezone(outlet.zone)
    return (
        *told,
        f"{seen:%F %H:%M}" if seen else None,
        check.by_name,
        len(codes),
        " ".join(codes),
        check.note,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def campaign_check(request: SignedInRequest, uuid: UUID, code: str) -> HttpResponse:
    """Carry the check out at one outlet."""
    viewer = request.user
    rows = CampaignTarget.objects.visible_to(viewer).select_related(
        "campaign__version__standard", "outlet__region", "check_record"
    )
    target = get_object_or_404(rows, campaign__uuid=uuid, outlet__code=code)
    campaign, outlet = target.campaign, target.outlet
    if not holds(viewer, CarriedBy(campaign.carried_by).power, outlet):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        form = MarksForm(request.POST)
        error = form.message
        if not error:
            try:
                check = services.take_campaign_check(
                    uuid=_key(request),
                    target=target,
                    marks=form.cleaned_data["marks"],
                    note=form.cleaned_data["note"],
                    by=viewer,
                )
            except DomainError as refusal:
                error = str(refusal)
            else:
                messages.success(request, _("The check is kept."))
                return redirect("checks:check", check.uuid)
    elif target.is_done and target.check_record:
        return redirect("checks:check", target.check_record.uuid)
    now = timezone.now()
    context = {
        "campaign": campaign,
        "outlet": outlet,
        "window": services.window_words(campaign),
        "is_open": campaign.ended_at is None
        and campaign.window.holds(now, outlet.zone),
        "state": target.state(now),
        "sections": sections_for(
            campaign.version, Judged(OUTLET, slot=campaign.slot), None
        ),
        "areas": areas_of(outlet, today_at(outlet)),
        "key": uuid4(),
        "error": error,
    }
    return render(request, "evaluations/checks/campaigns/check.html", context)


@require_POST
@login_required
def extend(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give a campaign a later last day."""
    campaign = _visible(request, uuid)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, extend=form)
    return _change(request, campaign, services.extend_campaign, **form.cleaned_data)


@require_POST
@login_required
def end(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Call a campaign off."""
    campaign = _visible(request, uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, end=form)
    return _change(request, campaign, services.end_campaign, **form.cleaned_data)


def _change(
    request: SignedInRequest, campaign: Campaign, service: Any, **given: Any
) -> HttpResponse:
    try:
        service(campaign=campaign, by=request.user, **given)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("checks:campaign", campaign.uuid)


def _page(request: SignedInRequest, campaign: Campaign, **forms: Any) -> HttpResponse:
    viewer, now = request.user, timezone.now()
    state = request.GET.get("state", "")
    may_change = campaign.ended_at is None and services.may_change(campaign, viewer)
    if forms and not may_change:
        raise PermissionDenied
    regions = tallies([campaign], viewer, now).get(campaign.pk, [])
    page = page_of(targets_of(campaign, viewer, state), request.GET.get("page"))
    power = CarriedBy(campaign.carried_by).power
    context = {
        "campaign": campaign,
        "window": services.window_words(campaign),
        "total": whole(regions),
        "regions": regions if len(regions) > 1 else [],
        "results": results(campaign, viewer),
        "page": page,
        "targets": [
            (row, row.state(now), holds(viewer, power, row.outlet)) for row in page.rows
        ],
        "shown": state,
        "forms": list(Form),
        "may_change": may_change,
        "extend": forms.get("extend")
        or ExtendForm(initial={"last_on": campaign.last_on}),
        "end": forms.get("end") or EndForm(),
    }
    return render(request, "evaluations/checks/campaigns/detail.html", context)


def _visible(request: SignedInRequest, uuid: UUID) -> Campaign:
    viewer = _who_sees_records(request)
    rows = Campaign.objects.visible_to(viewer).select_related(
        "version__standard", "region", "opened_by__employee", "ended_by__employee"
    )
    return get_object_or_404(rows, uuid=uuid)


def _who_sees_records(request: SignedInRequest) -> User:
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    return request.user


def _key(request: SignedInRequest) -> UUID:
    """Return what makes a second sending of the form the same check."""
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError:
        return uuid4()
