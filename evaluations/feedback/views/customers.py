"""What a customer opens on her own phone with a QR code: no sign-in, one mark."""

from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evaluations.feedback.addresses import counter_uuid
from evaluations.feedback.forms.rating import RatingForm
from evaluations.feedback.levels import levels
from evaluations.feedback.models import Channel, Counter
from evaluations.feedback.services.naming import visit_of
from evaluations.feedback.services.taking import (
    Mark,
    phone_hash,
    take_at_counter,
    take_of_ticket,
)
from outlets.exchange.public import public_under
from outlets.flow.desk.line import State
from outlets.flow.desk.tokens import arrival_of
from outlets.flow.events import Happening
from outlets.flow.models import TicketEvent
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.accounts.services.devices import device_of

PHONE = "rater"
GONE = 410
# A ticket is rated when its customer has been at a counter.
RATED_WHEN = frozenset({State.CALLED, State.SERVING, State.FINISHED})


@public_under("rating")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rate_counter(request: HttpRequest, token: str) -> HttpResponse:
    """Rate the visit at a counter."""
    uuid = counter_uuid(token)
    if uuid is None:
        raise Http404
    counter = get_object_or_404(Counter.objects.select_related("outlet"), uuid=uuid)
    if counter.ended_at is not None:
        return _page(request, counter.outlet, {"state": "gone"}, GONE)

    def take(form: RatingForm, phone: str) -> None:
        take_at_counter(_mark(form, phone, counter), counter)

    return _rate(request, counter.outlet, take)


@public_under("rating")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rate_ticket(request: HttpRequest, token: str) -> HttpResponse:
    """Rate the visit of a ticket, once, on its trading day."""
    arrival = arrival_of(token)
    if arrival is None:
        raise Http404
    events = TicketEvent.objects.select_related("outlet")
    event = get_object_or_404(events, uuid=arrival, event=Happening.ARRIVE)
    outlet = event.outlet
    if trading_day(timezone.now(), outlet.zone, outlet.day_starts_at) != event.date:
        return _page(request, outlet, {"state": "gone"}, GONE)
    found = visit_of(event)
    if found is None or found[1] not in RATED_WHEN:
        return _page(request, outlet, {"state": "early"})
    visit = found[0]

    def take(form: RatingForm, phone: str) -> None:
        take_of_ticket(_mark(form, phone), outlet, visit)

    return _rate(request, outlet, take)


def _mark(form: RatingForm, phone: str, counter: Counter | None = None) -> Mark:
    return Mark(
        uuid=form.cleaned_data["key"],
        channel=Channel.QR,
        score=form.cleaned_data["score"],
        rated_at=timezone.now(),
        counter=counter,
        comment=form.cleaned_data["comment"],
        phone_hash=phone_hash(phone),
    )


def _rate(request: HttpRequest, outlet: Outlet, take: Any) -> HttpResponse:
    # Staff and their tablets are no customers, whose mark this is.
    if request.user.is_authenticated or device_of(request) is not None:
        return _page(request, outlet, {"state": "staff"}, 403)
    if request.method != "POST":
        return _page(request, outlet, {"form": RatingForm(initial={"key": uuid4()})})
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, outlet, {"form": form})
    phone = _phone_of(request) or token_urlsafe(24)
    take(form, phone)
    # Whether it counted is nobody's business here: the thanks are the same.
    answer = _page(request, outlet, {"state": "thanks"})
    answer.set_cookie(
        PHONE,
        signing.dumps(phone, salt=PHONE),
        max_age=int(settings.FEEDBACK_PHONE_REST.total_seconds()),
        httponly=True,
        secure=settings.DEVICE_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


def _phone_of(request: HttpRequest) -> str:
    """Return the random key that this browser was given; "": none, or not by us."""
    try:
        return str(signing.loads(request.COOKIES.get(PHONE, ""), salt=PHONE))
    except signing.BadSignature:
        return ""


def _page(
    request: HttpRequest, outlet: Outlet, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    shown = context | {"outlet": outlet, "levels": levels()}
    return render(request, "evaluations/feedback/rate.html", shown, status=status)
