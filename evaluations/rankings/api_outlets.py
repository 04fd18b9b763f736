"""The outlets of a run over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.rankings.models import PlaceStanding, Run
from outlets.places.sight import Power


class OutletRanksSerializer(serializers.Serializer):
    """Places in the lists of peers, ties shared (1, 1, 3)."""

    county = serializers.IntegerField(
        source="rank_county", allow_null=True, help_text="Null: no county or no score."
    )
    city = serializers.IntegerField(
        source="rank_city", allow_null=True, help_text="Null: no city or no score."
    )
    province = serializers.IntegerField(
        source="rank_province",
        allow_null=True,
        help_text="Null: no province or no score.",
    )
    # `class` is a word of Python's own.
    vars()["class"] = serializers.IntegerField(
        source="rank_class",
        allow_null=True,
        help_text="Among the province's outlets of one class; null: unknown class.",
    )
    all = serializers.IntegerField(
        source="rank_all", allow_null=True, help_text="In the whole chain."
    )


class OutletPartSerializer(serializers.Serializer):
    """One part of an outlet's score."""

    value = serializers.FloatField(
        allow_null=True, help_text="Value from 0 to 100; null: the part is left out."
    )
    figure = serializers.FloatField(
        allow_null=True,
        help_text="What the value is made of, such as complaints per 10,000.",
    )
    n = serializers.IntegerField(help_text="Records behind the part.")
    missing = serializers.CharField(
        allow_null=True, help_text="nothing, too_few, or null where there is a value."
    )
    weight = serializers.FloatField(
        allow_null=True, help_text="Percent, rescaled over what counts; null: none."
    )
    points = serializers.FloatField(
        allow_null=True, help_text="What it adds to the score; null: nothing."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An outlet in a run",
            value={
                "outlet_code": "GD-FS-SD-03",
                "outlet_class": "C",
                "score": 95.12,
                "ranks": {"county": 1, "city": 1, "province": 1, "class": 1, "all": 1},
                "rank_low": 1,
                "rank_high": 13,
                "people": 6,
                "staff": 5,
                "parts": {
                    "staff": {
                        "value": 94.998,
                        "figure": None,
                        "n": 5,
                        "missing": None,
                        "weight": 55.555556,
                        "points": 52.776667,
                    },
                    "complaints": {
                        "value": 100.0,
                        "figure": 0.0,
                        "n": 9075,
                        "missing": None,
                        "weight": 11.111111,
                        "points": 11.111111,
                    },
                },
            },
        )
    ]
)
class OutletStandingSerializer(serializers.Serializer):
    """One outlet in a run."""

    outlet_code = serializers.CharField(source="outlet.code", help_text="Its code.")
    outlet_class = serializers.CharField(help_text="A to D; empty: unknown.")
    score = serializers.FloatField(
        allow_null=True, help_text="Two decimals; null: too little applies."
    )
    ranks = OutletRanksSerializer(source="*", help_text="Place in each list of peers.")
    rank_low = serializers.IntegerField(
        allow_null=True, help_text="Best rank in the interval among all."
    )
    rank_high = serializers.IntegerField(
        allow_null=True, help_text="Worst rank in the interval among all."
    )
    people = serializers.IntegerField(help_text="People listed there.")
    staff = serializers.IntegerField(help_text="Those of them with a score.")
    parts = serializers.DictField(
        child=OutletPartSerializer(), help_text="What the score is made of, by part."
    )


class OutletStandingViewSet(viewsets.GenericViewSet[PlaceStanding]):
    """The outlets of one run, best first."""

    queryset = PlaceStanding.objects.none()
    serializer_class = OutletStandingSerializer
    required_scope, required_power = "rankings:read", Power.SEE_RECORDS
    keyset = "position"

    def get_queryset(self) -> QuerySet[PlaceStanding]:
        viewer: Any = self.request.user
        runs = Run.objects.visible_to(viewer).computed()
        run = get_object_or_404(runs, pk=self.kwargs["run"])
        return (
            PlaceStanding.objects.visible_to(viewer)
            .filter(places__run=run)
            .select_related("outlet")
        )

    @extend_schema(summary="Outlets of a ranking")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        rows = OutletStandingSerializer(page, many=True)
        return self.get_paginated_response(rows.data)
