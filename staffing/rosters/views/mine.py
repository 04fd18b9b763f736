"""One's own month, and what was changed in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.models import ShiftKind
from staffing.rosters.selectors.mine import own_month, unseen_changes
from staffing.rosters.services.deciding import outlet_of, own_employee, today_at
from staffing.rosters.services.telling import see_changes
from staffing.rosters.views.asked import month_asked


@require_safe
@login_required
def my_month(request: SignedInRequest) -> HttpResponse:
    """The signed-in employee's month; what was changed since publication first."""
    employee = own_employee(request.user)
    outlet = outlet_of(employee)
    today = today_at(outlet)
    turning = month_asked(request, today)
    changes = list(unseen_changes(request.user).select_related("outlet"))
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()} if changes else {}
    context = {
        "month": own_month(request.user, turning.first),
        "turning": turning,
        "today": today,
        "outlet": outlet,
        "changes": [(change, kinds) for change in changes],
        "newest": max((change.pk for change in changes), default=0),
        "decides": request.user.sight.may(Power.PUBLISH_ROSTERS),
    }
    return render(request, "staffing/rosters/mine/month.html", context)


@require_POST
@login_required
def changes_seen(request: SignedInRequest) -> HttpResponse:
    """Take note of the changes that the page showed, up to the newest of them."""
    employee = own_employee(request.user)
    until = request.POST.get("until", "")
    known = until.isascii() and until.isdigit() and len(until) < 18
    if known and see_changes(employee=employee, until=int(until)):
        messages.success(request, _("Noted. The list below is what holds now."))
    return redirect("my_roster:mine")
