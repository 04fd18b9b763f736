"""When somebody does not want to be told what can wait."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staffing.notices.forms import QuietHoursForm
from staffing.notices.models import QuietHours
from staffing.notices.services.quiet import set_quiet_hours, zone_of
from staffing.notices.views.centre import announces
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiet_hours(request: SignedInRequest) -> HttpResponse:
    viewer = request.user
    row = QuietHours.objects.filter(user=viewer).first()
    begins, ends = (row.begins, row.ends) if row else settings.QUIET_HOURS
    form = QuietHoursForm(
        request.POST or None, initial={"begins": begins, "ends": ends}
    )
    if request.method == "POST" and form.is_valid():
        set_quiet_hours(by=viewer, **form.cleaned_data)
        messages.success(request, _("Your quiet hours are set."))
        return redirect("notices:quiet_hours")
    house_begins, house_ends = settings.QUIET_HOURS
    context = {
        "form": form,
        "chosen": row is not None,
        "zone": zone_of(viewer, timezone.now()).key,
        "house_begins": house_begins,
        "house_ends": house_ends,
        "announces": announces(request),
    }
    return render(request, "staffing/notices/quiet_hours.html", context)
