"""The desk of who manages personal data, and what is held about one person."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from outlets.exchange.errors import DomainError
from staffing.people.personal.forms import ReasonForm
from staffing.people.personal.models import Erasure
from staffing.people.personal.registry import holdings
from staffing.people.personal.selectors import desk, may_manage, people_managed
from staffing.people.personal.services.exporting import request_export
from staffing.people.requests import SignedInRequest

LONGEST_SEARCH = 80


@require_safe
@login_required
def desk_page(request: SignedInRequest) -> HttpResponse:
    """Search a person; below, what waits and what was done."""
    if not may_manage(request.user):
        raise PermissionDenied
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    context = {"desk": desk(request.user, text), "q": text}
    return render(request, "staffing/people/personal/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person_page(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What is held about one person; POST asks for the file, with a reason."""
    if not may_manage(request.user):
        raise PermissionDenied
    employee = get_object_or_404(people_managed(request.user), uuid=uuid)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            export = request_export(
                employee=employee, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("personal:export", export.uuid)
    erasures = Erasure.objects.visible_to(request.user).filter(employee=employee)
    context = {
        "employee": employee,
        "form": form,
        "holdings": holdings(),
        "erasures": erasures,
    }
    return render(request, "staffing/people/personal/person.html", context)
