"""Pages of an erasure: what it would do, who asked, who confirmed."""

from uuid import UUID

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

from outlets.exchange.errors import DomainError
from staffing.people.models import Employee
from staffing.people.personal.forms import ReasonForm
from staffing.people.personal.models import Erasure, ErasureState
from staffing.people.personal.selectors import (
    foreseen,
    labelled,
    may_manage,
    people_managed,
)
from staffing.people.personal.services.carrying_out import require_erasable
from staffing.people.personal.services.erasing import (
    confirm_erasure,
    propose_erasure,
    withdraw_erasure,
)
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def propose(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Say exactly what erasing her would do; POST asks for it, with a reason."""
    if not may_manage(request.user):
        raise PermissionDenied
    employee = get_object_or_404(people_managed(request.user), uuid=uuid)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erasure = propose_erasure(
                employee=employee, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("personal:erasure", erasure.uuid)
    context = {
        "employee": employee,
        "form": form,
        "foreseen": [] if employee.erased_at else foreseen(employee),
        "refusal": _refusal(employee),
    }
    return render(request, "staffing/people/personal/propose.html", context)


def _refusal(employee: Employee) -> str:
    try:
        require_erasable(employee)
    except DomainError as error:
        return str(error)
    return ""


def _erasure(request: SignedInRequest, uuid: UUID) -> Erasure:
    if not may_manage(request.user):
        raise PermissionDenied
    erasures = Erasure.objects.visible_to(request.user).select_related(
        "employee",
        "proposed_by__employee",
        "confirmed_by__employee",
        "closed_by__employee",
    )
    return get_object_or_404(erasures, uuid=uuid)


@require_safe
@login_required
def erasure_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What waits, or what was done, with its counts."""
    erasure = _erasure(request, uuid)
    waits = erasure.state == ErasureState.PROPOSED
    herself = erasure.employee_id == request.user.employee_id
    context = {
        "erasure": erasure,
        "waits": waits,
        "may_confirm": waits
        and erasure.proposed_by_id != request.user.pk
        and not herself,
        "may_withdraw": waits and not herself,
        "foreseen": foreseen(erasure.employee) if waits else [],
        "done": labelled(erasure.counts),
    }
    return render(request, "staffing/people/personal/erasure.html", context)


@require_POST
@login_required
def confirm(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    erasure = _erasure(request, uuid)
    try:
        confirm_erasure(uuid=erasure.uuid, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The erasure is confirmed and being carried out."))
    return redirect("personal:erasure", uuid)


@require_POST
@login_required
def withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    erasure = _erasure(request, uuid)
    try:
        withdraw_erasure(uuid=erasure.uuid, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The erasure is withdrawn. Nothing was changed."))
    return redirect("personal:erasure", uuid)
