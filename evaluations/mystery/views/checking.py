"""The region checks a visit: whose it is, whether it goes back, its release."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.mystery.forms.appeals import AttributeForm, SendBackForm
from evaluations.mystery.models import Visit
from evaluations.mystery.services import attribute, release_visit, send_back
from evaluations.mystery.views.visits import names_of_day, page_of_visit
from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest


def _visible(request: SignedInRequest, visit_no: str) -> Visit:
    visits = Visit.objects.visible_to(request.user)
    return get_object_or_404(visits.with_places(), visit_no=visit_no)


@require_POST
@login_required
def visit_release(request: SignedInRequest, visit_no: str) -> HttpResponse:
    visit = _visible(request, visit_no)
    try:
        release_visit(visit_no=visit.visit_no, by=request.user)
    except Visit.DoesNotExist as error:
        raise PermissionDenied from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The visit is released."))
    return redirect("mystery:visit", visit.visit_no)


@require_POST
@login_required
def visit_attribute(request: SignedInRequest, visit_no: str) -> HttpResponse:
    """Say whose visit it is, before its release."""
    visit = _visible(request, visit_no)
    form = AttributeForm(request.POST, people=names_of_day(visit))
    if not form.is_valid():
        context = page_of_visit(request, visit) | {"attribute_form": form}
        return render(request, "evaluations/mystery/visit.html", context)
    try:
        attribute(
            visit_no=visit.visit_no,
            employee_number=form.cleaned_data["employee"],
            words=form.cleaned_data["words"],
            by=request.user,
        )
    except Visit.DoesNotExist as error:
        raise PermissionDenied from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is kept whose visit it is."))
    return redirect("mystery:visit", visit.visit_no)


@require_POST
@login_required
def visit_send_back(request: SignedInRequest, visit_no: str) -> HttpResponse:
    """Give a visit back to the agency, with words."""
    visit = _visible(request, visit_no)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        context = page_of_visit(request, visit) | {"send_back_form": form}
        return render(request, "evaluations/mystery/visit.html", context)
    try:
        send_back(
            visit_no=visit.visit_no, words=form.cleaned_data["words"], by=request.user
        )
    except Visit.DoesNotExist as error:
        raise PermissionDenied from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The visit is back at the agency."))
    return redirect("mystery:visit", visit.visit_no)
