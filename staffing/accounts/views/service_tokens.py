"""Pages of services: who may call the API, with what, until when."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.accounts.models import ServiceAccount, ServiceState
from staffing.accounts.service_forms import (
    NewServiceForm,
    RevocationForm,
    RotationForm,
    ServiceForm,
    values_of,
)
from staffing.accounts.services import service_tokens
from staffing.people.requests import SignedInRequest

EVENTS_SHOWN = 50
FOLDER = "staffing/accounts/services"


class _Page(Protocol):
    def __call__(
        self, request: SignedInRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse: ...


def _for(*powers: Power) -> Callable[[_Page], _Page]:
    """Let in who holds one of `powers` everywhere: a service may reach all of it."""

    def decorate(page: _Page) -> _Page:
        @login_required
        @wraps(page)
        def checked(
            request: SignedInRequest, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            sight = request.user.sight
            if not any(sight.reach(power).everywhere for power in powers):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return checked

    return decorate


for_administrators = _for(Power.CONFIGURE)
for_readers = _for(Power.CONFIGURE, Power.SEE_ACCESS)


def _configures(request: SignedInRequest) -> bool:
    return request.user.sight.reach(Power.CONFIGURE).everywhere


def _service(request: SignedInRequest, uuid: UUID) -> ServiceAccount:
    services = ServiceAccount.objects.visible_to(request.user).select_related(
        "application", "region", "outlet", "created_by", "revoked_by"
    )
    return get_object_or_404(services, uuid=uuid)


@require_safe
@for_readers
def service_list(request: SignedInRequest) -> HttpResponse:
    """Every service, those that still work first."""
    services = ServiceAccount.objects.visible_to(request.user)
    found = list(services.select_related("region", "outlet"))
    order = list(ServiceState)
    found.sort(key=lambda service: (order.index(service.state), service.name))
    context = {
        "services": found,
        "soon": [service for service in found if service.expires_soon],
        "unused": [s for s in found if s.is_active and s.last_used_at is None],
        "configures": _configures(request),
    }
    return render(request, f"{FOLDER}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_administrators
def service_create(request: SignedInRequest) -> HttpResponse:
    """Make a service and show its secret, this once."""
    form = NewServiceForm(request.POST or None)
    if form.is_valid():
        key = form.cleaned_data["key"]
        if ServiceAccount.objects.filter(uuid=key).exists():
            messages.warning(request, _("This service was made already."))
            return redirect("services:detail", key)
        try:
            service, value = service_tokens.create_service(
                by=request.user, **form.values
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _show_secret(request, service, value)
    return render(request, f"{FOLDER}/form.html", {"form": form, "service": None})


def _show_secret(
    request: SignedInRequest,
    service: ServiceAccount,
    value: str,
    *,
    rotated: bool = False,
) -> HttpResponse:
    """Answer the POST itself: what is shown once must not stand behind an address."""
    context = {
        "service": service,
        "value": value,
        "rotated": rotated,
        "token_url": request.build_absolute_uri("/api/v1/oauth/token/"),
        "scope": " ".join(service.scopes),
    }
    return render(request, f"{FOLDER}/secret.html", context)


@require_safe
@for_readers
def service_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _detail(request, _service(request, uuid), RotationForm(), RevocationForm())


def _detail(
    request: SignedInRequest,
    service: ServiceAccount,
    rotation: Form,
    revocation: Form,
) -> HttpResponse:
    labels = settings.API_SCOPES
    secrets = list(service.secrets.select_related("created_by", "revoked_by"))
    live = [secret for secret in secrets if secret.is_live]
    used = [(one.last_used_at, one) for one in secrets if one.last_used_at]
    context = {
        "service": service,
        "configures": _configures(request),
        "scopes": [(scope, labels[scope]) for scope in service.scopes],
        "secrets": secrets,
        "used_last": max(used, key=lambda pair: pair[0])[1] if used else None,
        "may_rotate": service.is_active and len(live) < service_tokens.MOST_LIVE,
        "calls_per_minute": service.calls_per_minute or settings.RATE_LIMITS["service"],
        "rotation": rotation,
        "revocation": revocation,
        "events": service.events.select_related("by")[:EVENTS_SHOWN],
    }
    return render(request, f"{FOLDER}/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def service_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    service = _service(request, uuid)
    form = ServiceForm(request.POST or None, initial=values_of(service))
    if form.is_valid():
        try:
            service_tokens.change_service(
                service_id=service.pk, by=request.user, **form.values
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The service was changed."))
            return redirect("services:detail", uuid)
    return render(request, f"{FOLDER}/form.html", {"form": form, "service": service})


@require_POST
@never_cache
@for_administrators
def secret_rotate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Issue a second secret and show it, this once."""
    service = _service(request, uuid)
    form = RotationForm(request.POST)
    if not form.is_valid():
        return _detail(request, service, form, RevocationForm())
    try:
        _secret, value = service_tokens.rotate_secret(
            service_id=service.pk, by=request.user, **form.cleaned_data
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("services:detail", uuid)
    return _show_secret(request, service, value, rotated=True)


@require_POST
@for_administrators
def secret_revoke(request: SignedInRequest, uuid: UUID, secret: UUID) -> HttpResponse:
    service = _service(request, uuid)
    get_object_or_404(service.secrets, uuid=secret)
    try:
        service_tokens.revoke_secret(
            service_id=service.pk, secret=secret, by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The secret is revoked, and no token works any more.")
        )
    return redirect("services:detail", uuid)


@require_POST
@for_administrators
def tokens_end(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    service = _service(request, uuid)
    service_tokens.end_tokens(service_id=service.pk, by=request.user)
    messages.success(
        request, _("No token works any more. The service may ask for a new one.")
    )
    return redirect("services:detail", uuid)


@require_POST
@for_administrators
def service_revoke(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    service = _service(request, uuid)
    form = RevocationForm(request.POST)
    if not form.is_valid():
        return _detail(request, service, RotationForm(), form)
    try:
        service_tokens.revoke_service(
            service_id=service.pk, by=request.user, **form.cleaned_data
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The service is revoked."))
    return redirect("services:detail", uuid)
