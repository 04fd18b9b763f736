"""Wishes for months that are not published yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.mine import WishForm
from staffing.rosters.models import Wish
from staffing.rosters.services.deciding import outlet_of, own_employee, today_at
from staffing.rosters.services.wishes import take_back, wish
from staffing.rosters.views.asked import day_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wish_list(request: SignedInRequest) -> HttpResponse:
    """One's own wishes from tomorrow on, and the form to add one."""
    employee = own_employee(request.user)
    outlet = outlet_of(employee)
    form = WishForm(request.POST or None, outlet=outlet)
    if request.method == "POST" and form.is_valid():
        try:
            wish(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your wish is noted."))
            return redirect("my_roster:wishes")
    mine = Wish.objects.visible_to(request.user).filter(
        employee=employee, on__gt=today_at(outlet)
    )
    context = {"form": form, "wishes": mine.select_related("shift")}
    return render(request, "staffing/rosters/mine/wishes.html", context)


@require_POST
@login_required
def wish_remove(request: SignedInRequest, on: str) -> HttpResponse:
    """Take a wish back."""
    if take_back(on=day_of(on), by=request.user):
        messages.success(request, _("The wish is taken back."))
    return redirect("my_roster:wishes")
