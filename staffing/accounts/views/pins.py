"""One's own PIN, and the PINs of one's people."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.accounts.forms.pins import NewPinForm, PinFilter
from staffing.accounts.models import Pin
from staffing.accounts.models.pins import ENDING
from staffing.accounts.services.pins import WeakPin, end_pin, set_pin
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


def may_end_pins(user: User) -> bool:
    return any(user.sight.may(power) for power in ENDING)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("password", "pin", "again")
def my_pin(request: SignedInRequest) -> HttpResponse:
    """Set one's own PIN; nothing shows the one that is set."""
    if request.user.sight.employee_id is None:
        raise Http404
    form = NewPinForm(request.POST or None)
    if form.is_valid():
        try:
            set_pin(by=request.user, **form.cleaned_data)
        except DomainError as error:
            wrong = "pin" if isinstance(error, WeakPin) else "password"
            form.add_error(wrong, str(error))
        else:
            messages.success(request, _("Your PIN is set. Use it on shared tablets."))
            return redirect("accounts:my_pin")
    context = {
        "form": form,
        "mine": Pin.objects.filter(user=request.user).first(),
        "idle_minutes": settings.TABLET_IDLE_MINUTES,
        "may_end_pins": may_end_pins(request.user),
    }
    return render(request, "staffing/accounts/devices/my_pin.html", context)


@require_safe
@login_required
def pin_list(request: SignedInRequest) -> HttpResponse:
    """Who of one's people has a PIN since when; never the PIN."""
    ends = may_end_pins(request.user)
    if not ends and not request.user.sight.may(Power.SEE_ACCESS):
        raise PermissionDenied
    form = PinFilter(request.GET)
    pins = form.narrow(Pin.objects.visible_to(request.user))
    page = page_of(
        pins.select_related("user__employee", "ended_by__employee"),
        request.GET.get("page"),
    )
    context = {"form": form, "page": page, "ends": ends}
    return render(request, "staffing/accounts/devices/pins.html", context)


@require_POST
@login_required
def pin_end(request: SignedInRequest, person: UUID) -> HttpResponse:
    if not may_end_pins(request.user):
        raise PermissionDenied
    pins = Pin.objects.ended_by(request.user)
    pin = get_object_or_404(pins, user__employee__uuid=person)
    end_pin(pin_id=pin.pk, by=request.user)
    messages.success(request, _("The PIN is ended. A new one has to be set."))
    return redirect("accounts:pins")
