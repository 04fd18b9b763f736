from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms import VisitFilter, VisitForm
from evaluations.mystery.models import Visit, enters_visits, handles_visits
from evaluations.mystery.services import enter_visit, release_visit
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def visit_list(request: SignedInRequest) -> HttpResponse:
    """Visits within reach, newest first; unreleased ones only for who handles them."""
    form = VisitFilter(request.GET)
    visits = form.narrow(Visit.objects.visible_to(request.user))
    page = page_of(visits.with_places(), request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [(visit, visit.shows_employee(request.user)) for visit in page.rows],
        "handles": handles_visits(request.user.sight),
        "may_add": enters_visits(request.user.sight),
        "outside": _is_outside(request.user),
    }
    return render(request, "evaluations/mystery/list.html", context)


@require_safe
@login_required
def visit_detail(request: SignedInRequest, visit_no: str) -> HttpResponse:
    visits = Visit.objects.visible_to(request.user)
    visit = get_object_or_404(visits.with_places(), visit_no=visit_no)
    enters = _holds_at(request.user, Power.ENTER_VISITS, visit)
    looks_on = _holds_at(request.user, Power.SEE_UNRELEASED, visit)
    hers = visit.agency_id in request.user.sight.agency_ids
    context = {
        "visit": visit,
        "handles": enters or hers or looks_on,
        # Who assessed stays unknown in the chain above the outlet as well.
        "shows_agency": enters or hers,
        "shows_employee": visit.shows_employee(request.user),
        # Entered by an agency, whose badge numbers may be anybody's or nobody's.
        "badge": visit.badge if enters or looks_on else "",
        "may_release": visit.released_at is None
        and _holds_at(request.user, Power.RELEASE_VISITS, visit),
    }
    return render(request, "evaluations/mystery/visit.html", context)


def _is_outside(user: User) -> bool:
    """Tell whether somebody sees visits for an agency and not for the chain."""
    return bool(user.sight.agency_ids) and not user.sight.powers


def _holds_at(user: User, power: Power, visit: Visit) -> bool:
    return user.sight.reach(power).covers(
        outlet_id=visit.outlet_id, region_path=visit.outlet.region.path
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit_add(request: SignedInRequest) -> HttpResponse:
    if not enters_visits(request.user.sight):
        raise PermissionDenied
    form = VisitForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            visit = enter_visit(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("The visit is kept. The region checks and releases it.")
                if _is_outside(request.user)
                else _("The visit is kept. The outlet sees it once you release it."),
            )
            return redirect("mystery:visit", visit.visit_no)
    context = {"form": form, "outside": _is_outside(request.user)}
    return render(request, "evaluations/mystery/add.html", context)


@require_POST
@login_required
def visit_release(request: SignedInRequest, visit_no: str) -> HttpResponse:
    visit = get_object_or_404(Visit.objects.visible_to(request.user), visit_no=visit_no)
    try:
        release_visit(visit_no=visit.visit_no, by=request.user)
    except Visit.DoesNotExist as error:
        raise PermissionDenied from error
    messages.success(request, _("The visit is released."))
    return redirect("mystery:visit", visit.visit_no)
