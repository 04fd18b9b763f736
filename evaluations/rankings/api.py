"""Runs, standings and one person's score over HTTP."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
)
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.ledger.periods import Period
from evaluations.rankings.api_shapes import (
    RunSerializer,
    ScoreSerializer,
    StandingSerializer,
)
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.behind import entries_behind
from evaluations.rankings.selectors.places import place_filter
from outlets.exchange.access_log import PersonalData
from outlets.places.sight import Power

PERIOD = OpenApiParameter(
    "period",
    OpenApiTypes.STR,
    description="A month, quarter or year: 2026-10, 2026-Q3, 2026.",
)
ONE_PERIOD = OpenApiParameter(
    "period",
    OpenApiTypes.STR,
    required=True,
    description="A month, quarter or year: 2026-10, 2026-Q3, 2026.",
)
LEVEL = OpenApiParameter(
    "level",
    OpenApiTypes.STR,
    enum=[level.value for level in Level],
    description="Whose rank `rank` is; `all` unless given.",
)
PLACE = OpenApiParameter(
    "place",
    OpenApiTypes.STR,
    description="Code of a region or outlet: only people listed there.",
)


def _period(request: Request) -> Period | None:
    """Return the period asked for, None where none is.

    Raises:
        ValidationError: the text is no period.
    """
    code = request.query_params.get("period")
    if code is None:
        return None
    try:
        return Period.parse(code)
    except ValueError as error:
        message = _("is no period such as 2026-10, 2026-Q3 or 2026")
        raise ValidationError({"period": [message]}) from error


def _level(request: Request) -> Level:
    """Raises ValidationError for a level that does not exist."""
    given = request.query_params.get("level", Level.ALL)
    try:
        return Level(given)
    except ValueError as error:
        message = _("is none of %(levels)s") % {"levels": ", ".join(Level)}
        raise ValidationError({"level": [message]}) from error


class RunViewSet(viewsets.ReadOnlyModelViewSet[Run]):
    """Computed rankings, newest first."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    required_scope, required_power = "rankings:read", Power.SEE_RECORDS
    keyset = "-id"

    def get_queryset(self) -> QuerySet[Run]:
        viewer: Any = self.request.user
        runs = Run.objects.visible_to(viewer).computed()
        if (period := _period(self.request)) is not None:
            runs = runs.of_period(period)
        return runs.select_related("scheme", "scheme_version")

    @extend_schema(parameters=[PERIOD])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class StandingViewSet(PersonalData, viewsets.GenericViewSet[Standing]):
    """The standings of one run, best first."""

    queryset = Standing.objects.none()
    serializer_class = StandingSerializer
    personal_data = "standings"
    required_scope, required_power = "rankings:read", Power.SEE_RECORDS
    keyset = "position"

    def get_queryset(self) -> QuerySet[Standing]:
        viewer: Any = self.request.user
        runs = Run.objects.visible_to(viewer).computed()
        run = get_object_or_404(runs, pk=self.kwargs["run"])
        return (
            Standing.objects.visible_to(viewer)
            .filter(run=run)
            .select_related("run", "employee", "outlet")
        )

    @extend_schema(parameters=[LEVEL, PLACE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        level = _level(request)
        rows = self.get_queryset().filter(self._place(request, level))
        page = self.paginate_queryset(rows)
        context = {**self.get_serializer_context(), "level": level}
        serializer = StandingSerializer(page, many=True, context=context)
        return self.get_paginated_response(serializer.data)

    def _place(self, request: Request, level: Level) -> Q:
        code = request.query_params.get("place")
        if code is None:
            return Q()
        viewer: Any = request.user
        found = place_filter(viewer, code, outlet_first=level is Level.OUTLET)
        if found is None:
            raise ValidationError({"place": [_("is no region or outlet in sight")]})
        return found


class ScoreView(PersonalData, viewsets.GenericViewSet[Standing]):
    """One person's score in the newest run of a period, with its ledger entries."""

    queryset = Standing.objects.none()
    serializer_class = ScoreSerializer
    personal_data = "score"
    required_scope, required_power = "rankings:read", Power.SEE_RECORDS

    @extend_schema(parameters=[ONE_PERIOD, LEVEL])
    def retrieve(self, request: Request, number: str) -> Response:
        period = _period(request)
        if period is None:
            raise ValidationError({"period": [_("is required")]})
        level = _level(request)
        viewer: Any = request.user
        standing = (
            Standing.objects.visible_to(viewer)
            .filter(
                run__in=Run.objects.visible_to(viewer).computed().of_period(period),
                employee__number=number,
            )
            .select_related("run", "employee", "outlet")
            .order_by("-run_id")
            .first()
        )
        if standing is None:
            raise Http404
        behind = entries_behind(standing, viewer, period.months)
        context = {"level": level, "entries": behind.by_component}
        return Response(ScoreSerializer(standing, context=context).data)
