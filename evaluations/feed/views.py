"""Pages of webhooks: who is told what, what got through, and what is done about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.feed import subscribing
from evaluations.feed.addresses import AddressRefused
from evaluations.feed.forms import ReplayForm, WebhookForm
from evaluations.feed.models import Webhook
from evaluations.feed.pages import condition_of, log_of, webhooks_shown
from evaluations.feed.webhooks import secret_of
from outlets.exchange.bulk_api import DeliveryConflict
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

FOLDER = "evaluations/feed"


def _configures(request: SignedInRequest) -> bool:
    return request.user.sight.reach(Power.CONFIGURE).everywhere


def _require_reader(request: SignedInRequest) -> None:
    """Let in who sees services: a webhook may tell of the whole chain."""
    sight = request.user.sight
    powers = (Power.CONFIGURE, Power.SEE_ACCESS)
    if not any(sight.reach(power).everywhere for power in powers):
        raise PermissionDenied


def _require_keeper(request: SignedInRequest) -> None:
    _require_reader(request)
    if not _configures(request):
        raise PermissionDenied


def _webhook(request: SignedInRequest, uuid: UUID) -> Webhook:
    rows = Webhook.objects.visible_to(request.user).select_related("service")
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@login_required
def webhook_list(request: SignedInRequest) -> HttpResponse:
    """Every webhook of every service."""
    _require_reader(request)
    context = {
        "webhooks": webhooks_shown(request.user),
        "configures": _configures(request),
    }
    return render(request, f"{FOLDER}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def webhook_new(request: SignedInRequest) -> HttpResponse:
    """Make a webhook and show its secret."""
    _require_keeper(request)
    form = WebhookForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            webhook = subscribing.create_webhook(by=request.user, **form.cleaned_data)
        except DeliveryConflict:
            messages.warning(request, _("This webhook was made already."))
            return redirect("webhooks:list")
        except DomainError as error:
            about_address = (subscribing.AddressUnknown, AddressRefused)
            form.add_error(
                "url" if isinstance(error, about_address) else None, str(error)
            )
        else:
            return _show_secret(request, webhook)
    return render(request, f"{FOLDER}/new.html", {"form": form})


def _show_secret(
    request: SignedInRequest, webhook: Webhook, *, rotated: bool = False
) -> HttpResponse:
    """Answer the POST itself: what is shown once must not stand behind an address."""
    context = {"webhook": webhook, "value": secret_of(webhook), "rotated": rotated}
    return render(request, f"{FOLDER}/secret.html", context)


@require_safe
@login_required
def webhook_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One webhook with its log of deliveries."""
    _require_reader(request)
    return _detail(request, _webhook(request, uuid), ReplayForm())


def _detail(
    request: SignedInRequest, webhook: Webhook, replaying: ReplayForm
) -> HttpResponse:
    waiting = request.GET.get("state") == "waiting"
    old_until = webhook.old_until
    context = {
        "webhook": webhook,
        "condition": condition_of(webhook),
        "log": log_of(webhook, request.GET.get("page"), waiting=waiting),
        "waiting_only": waiting,
        "configures": _configures(request),
        "two_secrets": old_until is not None and timezone.now() < old_until,
        "replaying": replaying,
    }
    return render(request, f"{FOLDER}/detail.html", context)


@require_POST
@login_required
def webhook_pause(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    said = _("Paused: nothing is sent until you resume it, and nothing is lost.")
    return _do(request, uuid, subscribing.pause_webhook, said)


@require_POST
@login_required
def webhook_resume(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    said = _("Resumed: what waits is sent within a minute.")
    return _do(request, uuid, subscribing.resume_webhook, said)


@require_POST
@login_required
def webhook_end(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    said = _("Ended: it tells nothing more. The log stays.")
    return _do(request, uuid, subscribing.end_webhook, said)


def _do(
    request: SignedInRequest, uuid: UUID, what: Callable[..., Any], said: str
) -> HttpResponse:
    _require_keeper(request)
    webhook = _webhook(request, uuid)
    try:
        what(webhook=webhook, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("webhooks:detail", uuid)


@require_POST
@never_cache
@login_required
def secret_rotate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give the webhook another secret and show it."""
    _require_keeper(request)
    try:
        webhook = subscribing.rotate_secret(
            webhook=_webhook(request, uuid), by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("webhooks:detail", uuid)
    return _show_secret(request, webhook, rotated=True)


@require_POST
@login_required
def webhook_replay(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Send once more what was delivered since a moment."""
    _require_keeper(request)
    webhook = _webhook(request, uuid)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _detail(request, webhook, form)
    try:
        number = subscribing.replay(
            webhook=webhook, by=request.user, **form.cleaned_data
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _say_queued(request, number)
    return redirect("webhooks:detail", uuid)


@require_POST
@login_required
def delivery_again(
    request: SignedInRequest, uuid: UUID, delivery: UUID
) -> HttpResponse:
    """Send one delivery once more."""
    _require_keeper(request)
    webhook = _webhook(request, uuid)
    found = get_object_or_404(webhook.deliveries, uuid=delivery)
    try:
        number = subscribing.send_again(
            webhook=webhook, delivery=found, by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _say_queued(request, number)
    return redirect("webhooks:detail", uuid)


def _say_queued(request: SignedInRequest, number: int) -> None:
    if not number:
        messages.warning(request, _("Nothing was delivered since then."))
        return
    messages.success(
        request,
        ngettext(
            "%(n)s delivery is sent once more, after what waits.",
            "%(n)s deliveries are sent once more, after what waits.",
            number,
        )
        % {"n": number},
    )
