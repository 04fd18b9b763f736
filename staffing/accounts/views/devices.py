"""Pages about tablets: read by who sees access, changed by the administrator."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.drawings import qr_code
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.accounts.forms.devices import DeviceFilter, DeviceForm, RevokeForm
from staffing.accounts.models import Device
from staffing.accounts.services.devices import (
    CODE_MINUTES,
    add_device,
    make_code,
    revoke_device,
)
from staffing.people.requests import SignedInRequest


def _require_configuring(request: SignedInRequest) -> None:
    if not request.user.sight.may(Power.CONFIGURE):
        raise PermissionDenied


def _require_reading(request: SignedInRequest) -> None:
    sight = request.user.sight
    if not (sight.may(Power.CONFIGURE) or sight.may(Power.SEE_ACCESS)):
        raise PermissionDenied


def _device(request: SignedInRequest, uuid: UUID) -> Device:
    devices = Device.objects.visible_to(request.user).select_related(
        "outlet", "added_by", "enrolled_by", "revoked_by"
    )
    return get_object_or_404(devices, uuid=uuid)


@require_safe
@login_required
def device_list(request: SignedInRequest) -> HttpResponse:
    _require_reading(request)
    form = DeviceFilter(request.GET)
    devices = form.narrow(Device.objects.visible_to(request.user))
    page = page_of(devices.select_related("outlet"), request.GET.get("page"))
    configures = request.user.sight.may(Power.CONFIGURE)
    context = {"form": form, "page": page, "configures": configures}
    return render(request, "staffing/accounts/devices/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def device_add(request: SignedInRequest) -> HttpResponse:
    _require_configuring(request)
    form = DeviceForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            device = add_device(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            return redirect("accounts:device", device.uuid)
    return render(request, "staffing/accounts/devices/add.html", {"form": form})


@require_safe
@login_required
def device_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    _require_reading(request)
    device = _device(request, uuid)
    configures = request.user.sight.may(Power.CONFIGURE)
    context = {"device": device, "minutes": CODE_MINUTES, "configures": configures}
    return render(request, "staffing/accounts/devices/detail.html", context)


@require_POST
@login_required
@never_cache
def device_code(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Show a new code, once: it is kept as a hash, so this page cannot be had again."""
    _require_configuring(request)
    device = _device(request, uuid)
    try:
        code = make_code(device_id=device.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:device", uuid)
    page = request.build_absolute_uri(reverse("accounts:enrol"))
    context = {
        "device": device,
        "code": code,
        "minutes": CODE_MINUTES,
        "page": page,
        "drawing": qr_code(f"{page}?{urlencode({'code': code})}"),
    }
    return render(request, "staffing/accounts/devices/code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def device_revoke(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    _require_configuring(request)
    device = _device(request, uuid)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        revoke_device(device_id=device.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("The tablet has been revoked."))
        return redirect("accounts:device", uuid)
    context = {"device": device, "form": form}
    return render(request, "staffing/accounts/devices/revoke.html", context)
