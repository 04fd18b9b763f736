"""Customer flow over HTTP: hourly figures out; tickets, counts, transactions in."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from outlets.exchange.bulk_api import BulkResultSerializer, BulkView
from outlets.exchange.pagination import KeysetPagination
from outlets.flow.event_kind import TicketEvents
from outlets.flow.events import Happening
from outlets.flow.kinds import Counts, Tickets, Transactions
from outlets.flow.models import Delivery, Priority
from outlets.flow.selectors.tickets import HourFlow, hour_record, hourly_flow
from outlets.places.models import Outlet
from outlets.places.sight import Power

_SERVED = "Called tickets that arrived in this hour"


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An hour",
            value={
                "date": "2026-10-15",
                "hour": 9,
                "arrivals": 25,
                "served": 18,
                "abandoned": 7,
                "wait_mean_s": 453.0,
                "wait_p50_s": 404.1,
                "wait_p90_s": 856.7,
                "share_over_600_s": 0.22,
                "share_over_20_s": 0.89,
                "abandoned_wait_mean_s": 322.3,
            },
        )
    ]
)
class HourlyFlowSerializer(serializers.Serializer[Any]):
    date = serializers.DateField(help_text="Trading day of the outlet.")
    hour = serializers.IntegerField(help_text="Local hour of arrival, 0 to 23.")
    arrivals = serializers.IntegerField(help_text="Tickets taken.")
    served = serializers.IntegerField(help_text="Tickets that were called.")
    abandoned = serializers.IntegerField(help_text="Tickets that left uncalled.")
    wait_mean_s = serializers.FloatField(
        allow_null=True, help_text=f"{_SERVED}: mean wait in seconds."
    )
    wait_p50_s = serializers.FloatField(
        allow_null=True,
        help_text=f"{_SERVED}: median wait in seconds, within one wait bin.",
    )
    wait_p90_s = serializers.FloatField(
        allow_null=True,
        help_text=f"{_SERVED}: 90th percentile in seconds, within one wait bin.",
    )
    share_over_600_s = serializers.FloatField(
        allow_null=True, help_text=f"{_SERVED}: share, 0 to 1, that waited over 600 s."
    )
    share_over_20_s = serializers.FloatField(
        allow_null=True, help_text=f"{_SERVED}: share, 0 to 1, that waited over 20 s."
    )
    abandoned_wait_mean_s = serializers.FloatField(
        allow_null=True, help_text="Mean seconds until the abandoned left."
    )


class HourPagination(KeysetPagination):
    """Walks along trading day and hour, which no single column holds."""

    more: tuple[date, int] | None = None

    def hours(
        self,
        request: Request,
        read: Callable[[tuple[date, int] | None, int], list[HourFlow]],
    ) -> list[HourFlow]:
        """Return one page of what `read` gives after a place, up to a limit."""
        self.request = request
        limit = self.get_page_size(request)
        found = read(self._place(request), limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        self.more = (last.date, last.hour) if last else None
        return found[:limit]

    def get_next_link(self) -> str | None:
        if self.more is None:
            return None
        day, hour = self.more
        cursor = urlsafe_b64encode(f"{day}T{hour:02}".encode()).decode()
        return replace_query_param(
            self.request.build_absolute_uri(), self.cursor_query_param, cursor
        )

    def _place(self, request: Request) -> tuple[date, int] | None:
        cursor = request.query_params.get(self.cursor_query_param)
        if not cursor:
            return None
        try:
            day, _t, hour = urlsafe_b64decode(cursor).decode().partition("T")
            return date.fromisoformat(day), int(hour)
        except ValueError:
            raise NotFound(self.invalid_cursor_message) from None


def _day(request: Request, name: str, default: date) -> date:
    text = request.query_params.get(name)
    if not text:
        return default
    try:
        return serializers.DateField().run_validation(text)
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error


class HourlyFlowViewSet(viewsets.GenericViewSet[Any]):
    """Customer flow by hour of arrival; hours without arrivals have no item."""

    queryset = Outlet.objects.none()
    serializer_class = HourlyFlowSerializer
    pagination_class = HourPagination
    filter_backends = ()
    required_scope, required_power = "flow:read", Power.SEE_FLOW
    keyset = "code"

    @extend_schema(
        parameters=[
            OpenApiParameter("outlet", required=True, description="Code of an outlet."),
            OpenApiParameter("from", OpenApiTypes.DATE, description="First day."),
            OpenApiParameter(
                "to", OpenApiTypes.DATE, description="Last day, included."
            ),
        ]
    )
    def list(self, request: Request) -> Response:
        code = request.query_params.get("outlet")
        if not code:
            raise ValidationError({"outlet": [_("is required")]})
        first, last = _day(request, "from", date.min), _day(request, "to", date.max)
        if last < first:
            raise ValidationError({"to": [_("is before from")]})
        viewer: Any = request.user
        outlets = Outlet.objects.visible_to(viewer, Power.SEE_FLOW)
        outlet = get_object_or_404(outlets, code=code)
        paginator = HourPagination()
        hours = paginator.hours(
            request,
            lambda after, limit: hourly_flow(
                outlet, first, last, after=after, limit=limit
            ),
        )
        data = HourlyFlowSerializer(
            [hour_record(hour) for hour in hours], many=True
        ).data
        return paginator.get_paginated_response(data)


class _ItemSerializer(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField(
        required=False,
        help_text="Marks this delivery: the same uuid with other content is refused.",
    )
    outlet_code = serializers.CharField(help_text="Code of the outlet.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A ticket that was served",
            value={
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "outlet_code": "GD-SZ-NS-01",
                "ticket_no": "A017",
                "date": "2026-10-15",
                "arrived_at": "2026-10-15T09:02:11+08:00",
                "called_at": "2026-10-15T09:08:40+08:00",
                "finished_at": "2026-10-15T09:16:05+08:00",
                "service": "payment",
                "priority": "none",
                "employee_number": "GD-001007",
            },
        )
    ]
)
class TicketItemSerializer(_ItemSerializer):
    ticket_no = serializers.CharField(help_text="Unique at the outlet on its day.")
    date = serializers.DateField(help_text="Trading day.")
    arrived_at = serializers.CharField(
        help_text="ISO 8601; without an offset it is local to the outlet."
    )
    called_at = serializers.CharField(
        required=False, help_text="When called; empty while unknown."
    )
    finished_at = serializers.CharField(
        required=False, help_text="When the service ended; empty while unknown."
    )
    abandoned_at = serializers.CharField(
        required=False, help_text="When the customer left uncalled; never with a call."
    )
    service = serializers.CharField(required=False, help_text="Kind of service.")
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, help_text="Kind of customer."
    )
    employee_number = serializers.CharField(
        required=False, help_text="Who served, by number on the badge."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A call",
            value={
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "outlet_code": "GD-SZ-NS-01",
                "ticket_no": "A017",
                "date": "2026-10-15",
                "event": "call",
                "at": "2026-10-15T09:08:40+08:00",
                "employee_number": "GD-001007",
                "counter": "3",
            },
        )
    ]
)
class TicketEventItemSerializer(_ItemSerializer):
    uuid = serializers.UUIDField(
        help_text="Of this event: sent twice it changes nothing."
    )
    ticket_no = serializers.CharField(help_text="Unique at the outlet on its day.")
    date = serializers.DateField(help_text="Trading day of the ticket.")
    event = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in Happening],
        help_text="What happened. Events may come late and in any order.",
    )
    at = serializers.CharField(
        help_text="ISO 8601; without an offset it is local to the outlet."
    )
    service = serializers.CharField(required=False, help_text="Kind of service.")
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, help_text="Kind of customer."
    )
    employee_number = serializers.CharField(
        required=False, help_text="Who dealt with it, by number on the badge."
    )
    counter = serializers.CharField(
        required=False, help_text="The counter that the customer was called to."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A quarter of an hour",
            value={
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "outlet_code": "GD-SZ-NS-01",
                "start": "2026-10-15T09:00:00+08:00",
                "minutes": 15,
                "people": 34,
            },
        )
    ]
)
class CountItemSerializer(_ItemSerializer):
    start = serializers.CharField(
        help_text="ISO 8601; without an offset it is local to the outlet."
    )
    minutes = serializers.IntegerField(
        min_value=1, max_value=1440, help_text="How long was counted."
    )
    people = serializers.IntegerField(min_value=0, help_text="People counted.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "What somebody did on a day",
            value={
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "outlet_code": "GD-SZ-NS-01",
                "date": "2026-10-15",
                "employee_number": "GD-001007",
                "service": "payment",
                "quantity": 12,
                "amount": "860.00",
            },
        )
    ]
)
class TransactionItemSerializer(_ItemSerializer):
    date = serializers.DateField(help_text="Trading day.")
    employee_number = serializers.CharField(
        required=False, help_text="Whose business; empty for the whole outlet."
    )
    service = serializers.CharField(help_text="Kind of business.")
    quantity = serializers.IntegerField(min_value=0, help_text="How many.")
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, help_text="Yuan."
    )


def _bulk_schema(items: type[_ItemSerializer], what: str) -> Any:
    return extend_schema(
        request=items(many=True),
        responses={
            200: BulkResultSerializer,
            409: OpenApiResponse(
                description="A uuid came before with other content; nothing was taken."
            ),
        },
        description=f"Up to 1,000 {what}. Good items are taken, each other one is "
        "answered with the reasons. The body may also be an object with `items` and "
        "a `uuid` for the whole call.",
    )


@extend_schema_view(post=_bulk_schema(TicketItemSerializer, "tickets"))
class TicketsView(BulkView):
    kind, deliveries, required_scope = Tickets, Delivery, "flow:write"


@extend_schema_view(post=_bulk_schema(TicketEventItemSerializer, "ticket events"))
class TicketEventsView(BulkView):
    kind, deliveries, required_scope = TicketEvents, Delivery, "flow:write"


@extend_schema_view(post=_bulk_schema(CountItemSerializer, "door counts"))
class CountsView(BulkView):
    kind, deliveries, required_scope = Counts, Delivery, "flow:write"


@extend_schema_view(post=_bulk_schema(TransactionItemSerializer, "transactions"))
class TransactionsView(BulkView):
    kind, deliveries, required_scope = Transactions, Delivery, "flow:write"
