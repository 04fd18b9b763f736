"""The figures of a month over HTTP: of an outlet beside its peers, or of a region."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from outlets.flow.monthly import figure_record, figure_rows
from outlets.flow.ratios import FIGURES, Crowding, Unit
from outlets.flow.rules import Month
from outlets.flow.selectors.months import outlet_months, total_month
from outlets.flow.selectors.peers import peers_in_month
from outlets.flow.selectors.scopes import (
    Scope,
    scope_of_outlet,
    scope_of_reached_region,
)
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power


class FlowFigureSerializer(serializers.Serializer[Any]):
    figure = serializers.ChoiceField(
        choices=[(name, name) for name in FIGURES],
        help_text="Which figure; its definition stands in docs/metrics.md.",
    )
    value = serializers.FloatField(
        allow_null=True, help_text="Unrounded; null where it cannot be told."
    )
    unit = serializers.ChoiceField(
        choices=[(unit.value, unit.value) for unit in Unit],
        help_text="count, seconds, share (0 to 1), or each: so many for one.",
    )
    missing_because = serializers.CharField(
        help_text="Why the value is null, in words; empty where it is not."
    )
    peers = serializers.IntegerField(
        allow_null=True,
        help_text="Other outlets of the class in the province that have the figure; "
        "null where there are fewer than 5, and for a region.",
    )
    peers_lower_quartile = serializers.FloatField(
        allow_null=True, help_text="A quarter of these outlets lie below it."
    )
    peers_median = serializers.FloatField(
        allow_null=True, help_text="Half of these outlets lie below it."
    )
    peers_upper_quartile = serializers.FloatField(
        allow_null=True, help_text="A quarter of these outlets lie above it."
    )


class FlowFiguresSerializer(serializers.Serializer[Any]):
    outlet = serializers.CharField(
        help_text="Code of the outlet asked for; empty for a region."
    )
    region = serializers.CharField(
        help_text="Code of the region asked for; empty for an outlet."
    )
    month = serializers.CharField(help_text="The month, such as 2026-10.")
    crowding = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in Crowding],
        allow_null=True,
        help_text="Whether the outlet was crowded or idle; null for a region, and "
        "where there is too little on record to tell.",
    )
    figures = FlowFigureSerializer(many=True, help_text="All figures, in fixed order.")


_EXAMPLE = {
    "outlet": "GZ-001",
    "region": "",
    "month": "2026-10",
    "crowding": "idle",
    "figures": [
        {
            "figure": "utilisation",
            "value": 0.352,
            "unit": "share",
            "missing_because": "",
            "peers": 41,
            "peers_lower_quartile": 0.48,
            "peers_median": 0.57,
            "peers_upper_quartile": 0.66,
        },
        {
            "figure": "conversion",
            "value": None,
            "unit": "share",
            "missing_because": "No day has both door counts and tickets.",
            "peers": None,
            "peers_lower_quartile": None,
            "peers_median": None,
            "peers_upper_quartile": None,
        },
    ],
}


class FlowFiguresView(APIView):
    """The figures of one month, as the pages show them, unrounded."""

    required_scope, required_power = "flow:read", Power.SEE_FLOW

    @extend_schema(
        operation_id="flow_figures",
        parameters=[
            OpenApiParameter("outlet", description="Code of an outlet, or a region."),
            OpenApiParameter("region", description="Code of a region, or an outlet."),
            OpenApiParameter(
                "month", description="Such as 2026-10; without it the current one."
            ),
        ],
        responses={200: FlowFiguresSerializer},
        examples=[
            OpenApiExample(
                "An idle outlet without a door counter",
                value=_EXAMPLE,
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        scope, month = _scope(request), _month(request)
        months = outlet_months(scope.outlets, month)
        peers = peers_in_month(scope.outlet, month) if scope.outlet else None
        crowding = months[0].crowding if scope.outlet and months else None
        answer = {
            "outlet": scope.outlet.code if scope.outlet else "",
            "region": scope.region.code if scope.region else "",
            "month": str(month),
            "crowding": crowding and crowding.value,
            "figures": [
                figure_record(row) for row in figure_rows(total_month(months), peers)
            ],
        }
        return Response(FlowFiguresSerializer(answer).data)


def _scope(request: Request) -> Scope:
    viewer: Any = request.user
    outlet, region = (request.query_params.get(name) for name in ("outlet", "region"))
    if bool(outlet) == bool(region):
        raise ValidationError({"outlet": [_("give either an outlet or a region")]})
    try:
        if outlet:
            return scope_of_outlet(viewer, outlet)
        return scope_of_reached_region(viewer, region or "")
    except (Outlet.DoesNotExist, Region.DoesNotExist):
        raise Http404 from None


def _month(request: Request) -> Month:
    text = request.query_params.get("month")
    if not text:
        return Month.of(timezone.localdate())
    try:
        return Month.parse(text)
    except ValueError:
        raise ValidationError({"month": [_("write it as in 2026-10")]}) from None
