"""Where a tablet's own page delivers its queue."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from evaluations.checks.api import TabletAuthentication, TabletOrPerson, answer_queue
from evaluations.checks.services.deliveries import Carrier
from outlets.places.sight import NOWHERE, Power
from staffing.accounts.services.devices import device_of


class QueueView(APIView):
    """Take the queue of the tablet or browser that asks, whoever is signed in on it."""

    authentication_classes = [TabletAuthentication]
    permission_classes = [TabletOrPerson]

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        knows = NOWHERE
        if request.user.is_authenticated:
            knows = request.user.sight.reach(Power.SEE_RECORDS)
        carrier = Carrier(device=device_of(request), knows=knows)
        return Response(answer_queue(request.data, carrier))

    def get_throttles(self) -> list[BaseThrottle]:
        """Count the calls of people; a whole chain's tablets may share one address."""
        return super().get_throttles() if self.request.user.is_authenticated else []
