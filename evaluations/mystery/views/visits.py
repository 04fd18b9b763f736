from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from evaluations.mystery.forms.appeals import AttributeForm, SendBackForm
from evaluations.mystery.forms.visits import VisitFilter, VisitForm
from evaluations.mystery.models import (
    ReportState,
    Visit,
    VisitAppeal,
    enters_visits,
    handles_visits,
)
from evaluations.mystery.selectors.answers import answers_of
from evaluations.mystery.services import enter_visit, may_appeal, people_of_day
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def visit_list(request: SignedInRequest) -> HttpResponse:
    """Visits within reach, newest first; unreleased ones only for who handles them."""
    handles = handles_visits(request.user.sight)
    form = VisitFilter(request.GET, handles=handles)
    visits = form.narrow(Visit.objects.visible_to(request.user))
    page = page_of(visits.with_places(), request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [(visit, visit.shows_employee(request.user)) for visit in page.rows],
        "handles": handles,
        "may_add": enters_visits(request.user.sight),
        "outside": _is_outside(request.user),
    }
    return render(request, "evaluations/mystery/list.html", context)


@require_safe
@login_required
def visit_detail(request: SignedInRequest, visit_no: str) -> HttpResponse:
    """One visit: what it says, and before its release what is still to be checked."""
    visits = Visit.objects.visible_to(request.user)
    visit = get_object_or_404(visits.with_places(), visit_no=visit_no)
    return render(
        request, "evaluations/mystery/visit.html", page_of_visit(request, visit)
    )


def page_of_visit(request: SignedInRequest, visit: Visit) -> dict[str, Any]:
    """Return what the page of a visit shows to this reader."""
    enters = _holds_at(request.user, Power.ENTER_VISITS, visit)
    looks_on = _holds_at(request.user, Power.SEE_UNRELEASED, visit)
    hers = visit.agency_id in request.user.sight.agency_ids
    report = getattr(visit, "report", None)
    checks = visit.released_at is None and _holds_at(
        request.user, Power.RELEASE_VISITS, visit
    )
    back = report is not None and report.state != ReportState.REVIEWED
    appeals = VisitAppeal.objects.visible_to(request.user).filter(visit=visit)
    return {
        "visit": visit,
        "report": report,
        "checks": checks and not back,
        "back_at_the_agency": back,
        "attribute_form": AttributeForm(
            people=names_of_day(visit),
            initial={"employee": visit.employee.number if visit.employee else ""},
        )
        if checks and not back
        else None,
        "send_back_form": SendBackForm() if checks and report and not back else None,
        "sheet": answers_of(visit, request.user),
        "appeals": appeals.select_related("question"),
        "may_appeal": may_appeal(visit, request.user),
        "handles": enters or hers or looks_on,
        # Who assessed stays unknown in the chain above the outlet as well.
        "shows_agency": enters or hers,
        "shows_employee": visit.shows_employee(request.user),
        # Entered by an agency, whose badge numbers may be anybody's or nobody's.
        "badge": visit.badge if enters or looks_on else "",
    }


def names_of_day(visit: Visit) -> list[tuple[str, str]]:
    """Return number and name of whoever was assigned there that day, by name."""
    people = people_of_day(visit).order_by("name", "number")
    return [(one.number, f"{one.name} · {one.number}") for one in people]


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
