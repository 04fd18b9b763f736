from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.knowledge.forms.results import ResultFilter, ResultForm
from evaluations.knowledge.models import TestResult
from evaluations.knowledge.services.results import record_result
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def result_list(request: SignedInRequest) -> HttpResponse:
    """Results within reach, newest first."""
    form = ResultFilter(request.GET)
    results = form.narrow(TestResult.objects.visible_to(request.user))
    context = {
        "form": form,
        "page": page_of(
            results.select_related("outlet", "employee"), request.GET.get("page")
        ),
        "may_add": request.user.sight.may(Power.RECORD),
        "may_read": request.user.sight.may(Power.SEE_RECORDS),
    }
    return render(request, "evaluations/knowledge/list.html", context)


@require_safe
@login_required
def result_detail(request: SignedInRequest, uuid: str) -> HttpResponse:
    results = TestResult.objects.visible_to(request.user)
    result = get_object_or_404(
        results.select_related("outlet", "employee", "recorded_by"), uuid=uuid
    )
    context = {"result": result}
    return render(request, "evaluations/knowledge/result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def result_add(request: SignedInRequest) -> HttpResponse:
    if not request.user.sight.may(Power.RECORD):
        raise PermissionDenied
    form = ResultForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            result = record_result(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("The result of %(name)s is recorded.")
                % {"name": result.employee.name},
            )
            return redirect("knowledge:result", result.uuid)
    return render(request, "evaluations/knowledge/add.html", {"form": form})
