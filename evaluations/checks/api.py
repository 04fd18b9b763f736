"""Queues of daily checks: from a tablet's gateway, and from a tablet's own page."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evaluations.checks.envelope import (
    ANSWERED,
    QueueAnswerSerializer,
    QueueSerializer,
    read_queue,
)
from evaluations.checks.services.deliveries import Carrier, take_delivery
from outlets.places.sight import Power
from staffing.accounts.authentication import SignedInAuthentication
from staffing.accounts.services.devices import device_of


def answer_queue(data: Any, carrier: Carrier) -> dict[str, Any]:
    """Take what a call carries and return the body of the answer."""
    queue = read_queue(data)
    answers = take_delivery(
        checks=queue["checks"], sent_at=queue["sent_at"], carrier=carrier
    )
    return QueueAnswerSerializer(
        {
            "server_time": timezone.now(),
            "results": [
                {
                    "uuid": one.uuid,
                    "result": one.result.value,
                    "reasons": (
                        [{"code": one.reason.value, "message": one.reason.label}]
                        if one.reason
                        else []
                    ),
                    "late": one.late,
                }
                for one in answers
            ],
        }
    ).data


class CheckQueueView(APIView):
    """Take up to 1,000 records of tablets; sending the same again changes nothing.

    Each record is judged by the rights that the author of its ticket had when it was
    tapped, whoever delivers it. What cannot be accepted is kept for a person to decide
    and answered `held`. Only a call that is no queue at all is refused as a whole.

    For machines only: a tablet's own page has an address of its own.
    """

    required_scope = "checks:write"

    @extend_schema(
        operation_id="checks_deliver",
        request=QueueSerializer,
        responses={200: QueueAnswerSerializer},
        examples=[
            OpenApiExample(
                "One check with a failed item",
                value={
                    "sent_at": "2026-10-15T09:31:02+08:00",
                    "checks": [
                        {
                            "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                            "action": "record",
                            "ticket": "WyI1ZjQ5…",
                            "outlet_code": "GZ-001",
                            "employee_number": "10023",
                            "date": "2026-10-15",
                            "slot": "opening",
                            "standard": "GROOMING",
                            "version": 1,
                            "failed": ["G03"],
                            "note": "Badge forgotten at home",
                            "observed_at": "2026-10-15T08:58:40+08:00",
                            "seconds": 6,
                        }
                    ],
                },
                request_only=True,
            ),
            ANSWERED,
        ],
    )
    def post(self, request: Request) -> Response:
        caller: Any = request.user
        reach = caller.sight.reach(Power.RECORD)
        carrier = Carrier(reach=reach, knows=reach)
        return Response(answer_queue(request.data, carrier))


class TabletOrPerson(BasePermission):
    """An enrolled tablet, whoever is signed in on it, or anybody signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user.is_authenticated or device_of(request) is not None:
            return True
        raise NotAuthenticated


class TabletAuthentication(SignedInAuthentication):
    """A browser session, or none on an enrolled tablet; both prove their own page."""

    def authenticate(self, request: Request) -> Any:
        self.enforce_csrf(request)
        return super().authenticate(request)

    def authenticate_header(self, request: Request) -> str:
        return 'Cookie realm="tablet"'
