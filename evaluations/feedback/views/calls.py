"""The queue of call-backs: worked through on one page, call by call."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import retarget

from evaluations.feedback import asking
from evaluations.feedback.forms.calls import AttemptForm
from evaluations.feedback.models import CallBack, CallBackQuerySet, CallState
from evaluations.feedback.services.calls import record_attempt
from outlets.exchange.access_log import record_viewing
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

QUEUE_SHOWN = 60
OVER = (CallState.REACHED, CallState.GIVEN_UP)


class CallRequest(SignedInRequest, HtmxHttpRequest):
    """Somebody signed in, perhaps by htmx."""


@require_safe
@login_required
def call_list(request: CallRequest) -> HttpResponse:
    """Who is to be called, and beside it the calls that are over."""
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    over = request.GET.get("over") == "1"
    context = _queue(request) | {"over": over}
    if over:
        rows = _rows(request).filter(state__in=OVER).order_by("-on", "-pk")
        context["page"] = page_of(rows, request.GET.get("page"))
    return render(request, "evaluations/feedback/calls.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def call_page(request: CallRequest, uuid: str) -> HttpResponse:
    """One call: whom, about what, the script, and how it went."""
    call = get_object_or_404(_rows(request), uuid=uuid)
    makes = CallBack.objects.made_by(request.user).filter(pk=call.pk).exists()
    form = None
    if request.method == "POST":
        if not makes:
            raise PermissionDenied
        form = AttemptForm(request.POST)
        if form.is_valid():
            try:
                record_attempt(
                    call=call, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return _done(request, call)
    elif call.number and makes:
        record_viewing(
            request, what=f"feedback.number {call.uuid}", outlet_id=call.outlet_id
        )
    context = _one(request, call, makes, form)
    if wants_fragment(request):
        answer = render(request, "evaluations/feedback/_call.html", context)
        # A form with errors takes the place of the call, not of the queue.
        return retarget(answer, "#call")
    return render(request, "evaluations/feedback/calls.html", _queue(request) | context)


def _done(request: CallRequest, call: CallBack) -> HttpResponse:
    """Answer with the queue as it is now, and with what became of this call."""
    call = _rows(request).get(pk=call.pk)
    if not wants_fragment(request):
        return redirect("feedback:calls")
    context = _queue(request) | {"said": call}
    return render(request, "evaluations/feedback/_calls.html", context)


def _rows(request: CallRequest) -> CallBackQuerySet:
    rows = CallBack.objects.visible_to(request.user)
    return rows.select_related("outlet__region", "employee").prefetch_related(
        "attempts"
    )


def _queue(request: CallRequest) -> dict[str, Any]:
    waiting = _rows(request).filter(state=CallState.WAITING).order_by("on", "pk")
    now = timezone.localtime()
    return {
        "waiting": list(waiting[:QUEUE_SHOWN]),
        "more": max(waiting.count() - QUEUE_SHOWN, 0),
        "in_window": asking.in_window(now),
        "may_call": request.user.sight.may(Power.RECORD),
        "tries": settings.FEEDBACK_CALL_TRIES,
    }


def _one(
    request: CallRequest, call: CallBack, makes: bool, form: AttemptForm | None
) -> dict[str, Any]:
    open_now = makes and call.state == CallState.WAITING
    if open_now and form is None:
        form = AttemptForm(initial={"key": uuid4()})
    local = timezone.now().astimezone(call.outlet.zone)
    return {
        "call": call,
        "form": form if open_now else None,
        "call_in_window": asking.in_window(local),
        "low": settings.FEEDBACK_CASE_FROM,
        "number": call.number if makes else "",
    }
