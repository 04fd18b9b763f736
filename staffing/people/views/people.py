"""People: the list, one person with her places over time, and what changes them."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.forms import people as forms
from staffing.people.models import Assignment, Employee, User
from staffing.people.requests import SignedInRequest
from staffing.people.selectors import with_current_places
from staffing.people.services import employees as services
from staffing.people.views.acting import Act, act, holding, posted

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@holding(Power.SEE_REGISTRY)
def person_list(request: SignedInRequest) -> HttpResponse:
    form = forms.PeopleFilter(request.GET)
    viewer = request.user
    people = form.narrow(Employee.objects.visible_to(viewer), viewer)
    context = {
        "form": form,
        "page": page_of(
            with_current_places(people, viewer, timezone.localdate()),
            request.GET.get("page"),
        ),
        "may_add": viewer.sight.reach(Power.MANAGE_PEOPLE).everywhere,
    }
    return render(request, "staffing/people/list.html", context)


@require_safe
@login_required
def person_detail(request: SignedInRequest, number: str) -> HttpResponse:
    viewer = request.user
    person = _person(viewer, number)
    today = timezone.localdate()
    stints = Assignment.objects.visible_to(viewer).filter(employee=person)
    herself = viewer.sight.employee_id == person.pk
    sees_access = viewer.sight.reach(Power.SEE_ACCESS).everywhere
    context = {
        "person": person,
        "left": person.has_left(today),
        "stints": list(stints.select_related("outlet").order_by("-starts_on", "-id")),
        "today": today,
        # Terms of employment are for who manages them, and for herself.
        "terms": herself or viewer.sight.reach(Power.SEE_REGISTRY).everywhere,
        "may_change": _managed(viewer, person),
        "sees_access": sees_access,
        "account": User.objects.filter(employee=person).first()
        if sees_access
        else None,
        "may_configure": viewer.sight.may(Power.CONFIGURE),
    }
    return render(request, "staffing/people/person.html", context)


@require_http_methods(FORM_METHODS)
@holding(Power.MANAGE_PEOPLE)
def person_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        forms.NewEmployeeForm(posted(request)),
        Act(
            title=_("Add a person"),
            button=_("Add the person"),
            back=reverse("people:list"),
            back_to=_("People"),
            lead=_("Many at once come in as a spreadsheet of the kind “employees”."),
        ),
        partial(services.add_employee, by=request.user),
        lambda person: _to(request, person.number, _("The person is on record.")),
    )


@require_http_methods(FORM_METHODS)
@login_required
def person_edit(request: SignedInRequest, number: str) -> HttpResponse:
    person = _to_change(request.user, number)
    fields = ("name", "post", "gender", "contract", "hired_on", "left_on")
    initial = {field: getattr(person, field) for field in fields}
    return act(
        request,
        forms.EmployeeForm(posted(request), initial=initial),
        _act(person, _("Change what is on record"), _("Keep the changes")),
        partial(services.change_employee, number=number, by=request.user),
        lambda _person: _to(request, number, _("The changes are kept.")),
    )


@require_http_methods(FORM_METHODS)
@login_required
def person_transfer(request: SignedInRequest, number: str) -> HttpResponse:
    person = _to_change(request.user, number)
    return act(
        request,
        forms.TransferForm(posted(request), initial={"on": timezone.localdate()}),
        _act(
            person,
            _("Move to another outlet"),
            _("Move"),
            _(
                "Every other assignment ends the day before. Records stay with the "
                "outlet where they were made."
            ),
        ),
        partial(services.transfer, number=number, by=request.user),
        lambda _stint: _to(request, number, _("The move is kept.")),
    )


@require_http_methods(FORM_METHODS)
@login_required
def person_assign(request: SignedInRequest, number: str) -> HttpResponse:
    person = _to_change(request.user, number)
    return act(
        request,
        forms.AssignForm(posted(request), initial={"starts_on": timezone.localdate()}),
        _act(
            person,
            _("Assign to a further outlet"),
            _("Assign"),
            _("The other assignments go on."),
        ),
        partial(services.assign, number=number, by=request.user),
        lambda _stint: _to(request, number, _("The assignment is kept.")),
    )


@require_http_methods(FORM_METHODS)
@login_required
def assignment_end(
    request: SignedInRequest, number: str, outlet: str, starts_on: date
) -> HttpResponse:
    person = _to_change(request.user, number)
    stint = get_object_or_404(
        person.assignments.select_related("outlet"),
        outlet__code=outlet,
        starts_on=starts_on,
    )
    day = stint.ends_on or max(timezone.localdate(), stint.starts_on)
    return act(
        request,
        forms.EndAssignmentForm(posted(request), initial={"ends_on": day}),
        _act(person, _("End the assignment"), _("Keep"), str(stint.outlet)),
        partial(
            services.end_assignment,
            number=number,
            outlet_code=outlet,
            starts_on=starts_on,
            by=request.user,
        ),
        lambda _stint: _to(request, number, _("The last day is kept.")),
    )


def _person(viewer: User, number: str) -> Employee:
    return get_object_or_404(Employee.objects.visible_to(viewer), number=number)


def _managed(viewer: User, person: Employee) -> bool:
    return Employee.objects.managed_by(viewer).filter(pk=person.pk).exists()


def _to_change(viewer: User, number: str) -> Employee:
    person = _person(viewer, number)
    if not _managed(viewer, person):
        raise PermissionDenied
    return person


def _act(person: Employee, title: str, button: str, lead: str = "") -> Act:
    return Act(
        title=title,
        button=button,
        back=reverse("people:person", args=[person.number]),
        back_to=f"{person.name} {person.number}",
        lead=lead,
    )


def _to(request: SignedInRequest, number: str, said: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:person", number)
