"""What a tablet shows: enrolling it, who is there, and the PIN pad."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.errors import DomainError
from staffing.accounts.addresses import counted_address
from staffing.accounts.forms.devices import EnrolForm
from staffing.accounts.forms.pins import PinForm
from staffing.accounts.selectors.devices import people_here, people_in_order
from staffing.accounts.services import devices
from staffing.accounts.services.credentials import hand_over
from staffing.accounts.services.devices import device_of
from staffing.accounts.services.tablet_sessions import sign_in_with_pin


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
def enrol(request: HttpRequest) -> HttpResponse:
    """Make the tablet that opens this page the device of the code.

    The QR code only fills in the form: what fetches addresses to preview them must
    not use the code up.
    """
    form = EnrolForm(request.POST or None, initial={"code": request.GET.get("code")})
    if form.is_valid():
        address = counted_address(request)
        try:
            enrolment = devices.enrol(address=address, **form.cleaned_data)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            # Whoever enrolled it goes; a tablet starts with nobody signed in.
            logout(request)
            messages.success(
                request,
                _("This tablet now belongs to %(outlet)s.")
                % {"outlet": enrolment.device.outlet.name},
            )
            answer = redirect("accounts:people")
            hand_over(answer, enrolment.token)
            return answer
    context = {"form": form, "device": device_of(request)}
    return render(request, "staffing/accounts/devices/enrol.html", context)


@require_safe
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Who works here today, to tap on."""
    device = device_of(request)
    if device is None:
        return redirect("accounts:sign_in")
    context = {
        "device": device,
        "people": people_in_order(device),
        "next": _wanted(request),
    }
    return render(request, "staffing/accounts/devices/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("pin")
def pin(request: Any, person: UUID) -> HttpResponse:
    """The PIN pad of one person; a right PIN signs her in on this tablet."""
    device = device_of(request)
    if device is None:
        if request.method == "POST":
            raise PermissionDenied
        return redirect("accounts:sign_in")
    form = PinForm(request.POST or None)
    wanted = _wanted(request)
    if form.is_valid():
        try:
            sign_in_with_pin(request=request, person=person, **form.cleaned_data)
        except DomainError as error:
            form.add_error("pin", str(error))
        else:
            return redirect(wanted or resolve_url(settings.LOGIN_REDIRECT_URL))
    employee = people_here(device).filter(uuid=person).first()
    if employee is None:
        messages.warning(request, _("Choose your name from the list."))
        return redirect("accounts:people")
    context = {"device": device, "person": employee, "form": form, "next": wanted}
    return render(request, "staffing/accounts/devices/pin.html", context)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Sign out and show who is there; elsewhere than on a tablet, the sign-in page."""
    wanted = _wanted(request)
    logout(request)
    name = "accounts:people" if device_of(request) else "accounts:sign_in"
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(reverse(name) + query)


def _wanted(request: HttpRequest) -> str:
    """Return the page that was wanted before signing in; empty: none of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""
