"""Planning who owns which area, under the strip of a day."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.owners import OwnersForm
from staffing.rosters.selectors.month import read_month
from staffing.rosters.selectors.owning import planned_shifts
from staffing.rosters.services.owning import plan_owners
from staffing.rosters.views.reach import month_of, month_text, outlet_of


@require_POST
@login_required
def plan_day(request: SignedInRequest, code: str, month: str, day: int) -> HttpResponse:
    """Take the owners of a day's shifts; back to the strip of that day."""
    outlet = outlet_of(request.user, code, Power.PLAN_ROSTERS)
    on = _day(month_of(month), day)
    shifts = planned_shifts(read_month(outlet, on.replace(day=1)), on)
    form = OwnersForm(shifts, request.POST)
    if form.is_valid():
        try:
            said = plan_owners(
                form.choices(),
                outlet=outlet,
                on=on,
                by=request.user,
                following=form.cleaned_data["following"],
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _told(said))
    for found in form.errors.values():
        messages.error(request, str(found[0]))
    page = reverse("rosters:month", args=[outlet.code, month_text(on)])
    return redirect(f"{page}?day={on:%F}#owners")


def _day(first: date, day: int) -> date:
    try:
        return first.replace(day=day)
    except ValueError:
        raise Http404 from None


def _told(said: int) -> str:
    if not said:
        return _("Nothing has changed: shifts that have begun stay as they are.")
    return ngettext(
        "%(count)s area has its owner planned.",
        "%(count)s areas have their owners planned.",
        said,
    ) % {"count": said}
