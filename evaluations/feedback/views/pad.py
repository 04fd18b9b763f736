"""The pad at a counter: a page for a tablet on which nobody is signed in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from evaluations.feedback.levels import in_both, levels
from evaluations.feedback.services.refusals import PadNotBound
from evaluations.feedback.services.taking import Tap, counter_of, take_taps
from outlets.exchange.workers import worker_answer
from staffing.accounts.authentication import SignedInAuthentication
from staffing.accounts.services.devices import device_of

WORKER = "feedback/worker.js"
SHELL = (
    "favicon.svg",
    "tabler/css/tabler.min.css",
    "django_htmx/htmx-2.min.js",
    "theme.js",
    "starhall.css",
    "starhall.js",
    "idb/index.js",
    "feedback/rating.css",
    "feedback/pad.js",
)
MOST_TAPS = 500


@login_not_required
@require_safe
@ensure_csrf_cookie
def pad_page(request: HttpRequest) -> HttpResponse:
    """The faces, for the counter that this tablet is bound to.

    While somebody is signed in nothing is asked: the pad is the customer's.
    """
    signed_in = request.user.is_authenticated
    try:
        counter = None if signed_in else counter_of(device_of(request))
    except PadNotBound as refused:
        why = {"refused": str(refused), "tablet": device_of(request)}
        return render(request, "evaluations/feedback/pad_off.html", why, status=403)
    if counter is None:
        return render(request, "evaluations/feedback/pad_off.html", status=409)
    context: dict[str, Any] = {
        "outlet": counter.outlet,
        "counter": counter,
        "levels": levels(),
        "question": in_both(gettext_noop("How was our service today?")),
        "thanks": in_both(gettext_noop("Thank you!")),
        "told": {
            "queue": reverse("feedback:taps"),
            "worker": reverse("feedback:pad_worker"),
            "scope": reverse("feedback:pad"),
            "counter": str(counter.uuid),
            "thanks_ms": 1000 * settings.FEEDBACK_PAD_THANKS_SECONDS,
        },
    }
    return render(request, "evaluations/feedback/pad.html", context)


@login_not_required
@require_safe
def pad_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the pad. It holds nothing of anybody."""
    pad = reverse("feedback:pad")
    return worker_answer(WORKER, shell=SHELL, scope=pad, told={"pad": pad})


class TapSerializer(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField()
    score = serializers.IntegerField(min_value=1, max_value=5)
    tapped_at = serializers.DateTimeField()


class TapsSerializer(serializers.Serializer[dict[str, Any]]):
    sent_at = serializers.DateTimeField()
    taps = serializers.ListField(child=TapSerializer(), max_length=MOST_TAPS)


class PadAuthentication(SignedInAuthentication):
    """Nobody: a tablet proves its own page, and whoever is signed in has no part."""

    def authenticate(self, request: Request) -> None:
        self.enforce_csrf(request)

    def authenticate_header(self, request: Request) -> str:
        return 'Cookie realm="tablet"'


class EnrolledTablet(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        if device_of(request) is not None:
            return True
        raise NotAuthenticated


class TapsView(APIView):
    """Take what a pad kept; sending the same again changes nothing."""

    authentication_classes = [PadAuthentication]
    permission_classes = [EnrolledTablet]

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        call = TapsSerializer(data=request.data)
        call.is_valid(raise_exception=True)
        said = call.validated_data
        now = timezone.now()
        results = take_taps(
            device=device_of(request),
            taps=[Tap(**tap) for tap in said["taps"]],
            sent_at=said["sent_at"],
            now=now,
        )
        return Response(
            {
                "server_time": now,
                "results": [
                    {"uuid": uuid, "result": result.value} for uuid, result in results
                ],
            }
        )

    def get_throttles(self) -> list[BaseThrottle]:
        """A whole chain's tablets may share one address."""
        return []
