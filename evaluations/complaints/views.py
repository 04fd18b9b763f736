from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.complaints.forms import CaseFilter
from evaluations.complaints.models import Case
from evaluations.complaints.selectors import overall_figures
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def case_list(request: SignedInRequest) -> HttpResponse:
    """Cases within reach, newest first; figures once a filter bounds their cost."""
    form = CaseFilter(request.GET)
    cases = form.narrow(Case.objects.visible_to(request.user))
    context = {
        "form": form,
        "page": page_of(
            cases.select_related("outlet", "employee"), request.GET.get("page")
        ),
        "figures": overall_figures(cases) if form.narrows else None,
    }
    return render(request, "evaluations/complaints/list.html", context)


@require_safe
@login_required
def case_detail(request: SignedInRequest, case_no: str) -> HttpResponse:
    cases = Case.objects.visible_to(request.user)
    case = get_object_or_404(
        cases.select_related("outlet__region", "employee"), case_no=case_no
    )
    context = {
        "case": case,
        "shows_summary": case.shows_summary(request.user),
        "changes": case.changes.visible_to(request.user),
    }
    return render(request, "evaluations/complaints/case.html", context)
