"""Rounds and nominations over HTTP.

A service writes drafts in the name of a lead and does nothing else: what moves a
nomination on is a person's own act.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.awards.models import (
    Nomination,
    NominationOrder,
    Round,
)
from evaluations.awards.services.drafting import draft_for
from evaluations.awards.services.nominations import nominate
from outlets.exchange.access_log import PersonalData
from outlets.exchange.keys import IDEMPOTENCY_KEY, key_of, once
from outlets.places.sight import Power
from staffing.accounts.authentication import Service

UUID_IN_PATH = OpenApiParameter(
    "uuid",
    OpenApiTypes.UUID,
    OpenApiParameter.PATH,
    description="The nomination's id.",
)
_ROUND = "5b1f0c2a-0d6e-4c3c-8f6b-1f0f4a9d7e21"
_DAYS = {
    "nominate_from": "First day for nominations.",
    "nominate_until": "Last day for nominations.",
    "review_until": "Last day for the county's review.",
    "decide_until": "Last day for decisions.",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An open round",
            value={
                "id": "5b1f0c2a-0d6e-4c3c-8f6b-1f0f4a9d7e21",
                "period": "2026-Q4",
                "level": "county",
                "title": "quality_service_model",
                "state": "open",
                "run": 17,
                "places": 2,
                "nominate_from": "2027-01-04",
                "nominate_until": "2027-01-10",
                "review_until": "2027-01-14",
                "decide_until": "2027-01-18",
            },
        )
    ]
)
class RoundSerializer(serializers.ModelSerializer):
    """An award round that the caller may know of."""

    id = serializers.UUIDField(source="uuid", help_text="The round's id.")
    run = serializers.IntegerField(
        source="run_id", help_text="The ranking run that it rests on."
    )

    class Meta:
        model = Round
        fields = ["id", "period", "level", "title", "state", "run", "places", *_DAYS]
        extra_kwargs = {
            "period": {"help_text": "2026-10, 2026-Q3 or 2026."},
            "level": {"help_text": "Where the prizes are given: outlet … province."},
            "title": {"help_text": "What winners may call themselves."},
            "state": {"help_text": "open, display, finished or cancelled."},
            "places": {"help_text": "How many may win in each place."},
            **{name: {"help_text": text} for name, text in _DAYS.items()},
        }


class RoundFilter(filters.FilterSet):
    period = filters.CharFilter(help_text="2026-10, 2026-Q3 or 2026.")

    class Meta:
        model = Round
        fields = ["state", "title", "level"]


class RoundViewSet(viewsets.ReadOnlyModelViewSet[Round]):
    """Award rounds, newest last."""

    queryset = Round.objects.none()
    serializer_class = RoundSerializer
    required_scope, required_power = "awards:read", Power.SEE_AWARDS
    keyset = "id"
    filterset_class = RoundFilter

    def get_queryset(self) -> QuerySet[Round]:
        viewer: Any = self.request.user
        return Round.objects.visible_to(viewer)


class NominationRequestSerializer(serializers.Serializer):
    """A draft of a nomination."""

    round = serializers.UUIDField(help_text="The round, as the list of rounds has it.")
    number = serializers.CharField(
        max_length=40,
        help_text="Whom it proposes: the badge number; for outlets the outlet's code.",
    )
    reason = serializers.CharField(
        max_length=1000, help_text="Why, in words that the nominee may read."
    )
    exception = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=1000,
        help_text="Why somebody beyond the round's list is proposed; else left out.",
    )
    stars = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=5,
        help_text="1 to 5, asked for a Star Outlet; left out for every other title.",
    )
    nominated_by = serializers.CharField(
        required=False,
        max_length=40,
        help_text=(
            "Badge number of who leads the outlet and is to submit it. A service names "
            "her; a person who is signed in leaves it out."
        ),
    )


class NominationSerializer(serializers.ModelSerializer):
    """How a nomination stands."""

    id = serializers.UUIDField(source="uuid", help_text="The nomination's id.")
    round = serializers.UUIDField(source="round.uuid", help_text="Its round.")
    number = serializers.SerializerMethodField(
        help_text="Badge number of the nominee, or the outlet's code."
    )
    outlet_code = serializers.CharField(
        source="outlet.code", help_text="The outlet where it was made."
    )
    nominated_by = serializers.SerializerMethodField(
        help_text="Badge number of who nominates; null where she has none."
    )

    class Meta:
        model = Nomination
        fields = [
            "id",
            "round",
            "number",
            "outlet_code",
            "place_code",
            "state",
            "listed",
            "stars",
            "nominated_by",
            "nominated_at",
            "decided_at",
        ]
        extra_kwargs = {
            "place_code": {"help_text": "The outlet or region whose prize it is."},
            "state": {
                "help_text": (
                    "draft, submitted, county_approved, approved, rejected, withdrawn "
                    "or disqualified."
                )
            },
            "listed": {"help_text": "Whether the nominee is on the round's list."},
            "stars": {"help_text": "1 to 5 for a Star Outlet, else null."},
            "nominated_at": {"help_text": "When the draft was written."},
            "decided_at": {"help_text": "When it was decided; null before."},
        }

    def get_number(self, row: Nomination) -> str:
        return row.outlet.code if row.employee is None else row.employee.number

    def get_nominated_by(self, row: Nomination) -> str | None:
        by = row.nominated_by
        return by.employee.number if by is not None and by.employee else None


_DRAFT = OpenApiExample(
    "A service drafts for the store manager",
    value={
        "round": _ROUND,
        "number": "100482",
        "reason": "Three months without one complaint.",
        "nominated_by": "100007",
    },
    request_only=True,
)
_STANDS = OpenApiExample(
    "A draft",
    value={
        "id": "0d9c6f0e-6a55-4b1e-9d5c-0c4c0f6f5b11",
        "round": _ROUND,
        "number": "100482",
        "outlet_code": "GD-SZ-118",
        "place_code": "GD-SZ-NS",
        "state": "draft",
        "listed": True,
        "stars": None,
        "nominated_by": "100007",
        "nominated_at": "2026-11-02T02:00:00Z",
        "decided_at": None,
    },
    response_only=True,
)


class NominationViewSet(PersonalData, viewsets.ViewSet):
    """Nominations that the caller's reach covers."""

    personal_data = "a nomination"
    required_scope, required_power = "awards:nominate", Power.NOMINATE

    @extend_schema(
        operation_id="nominations_create",
        summary="Draft a nomination",
        description=(
            "Writes a draft. A service names in `nominated_by` who leads the outlet: "
            "the draft stands in her name, she is told, and nobody but her submits it. "
            "Everything that holds for her on the page holds here."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=NominationRequestSerializer,
        responses={201: NominationSerializer},
        examples=[_DRAFT, _STANDS],
    )
    def make(self, request: Request) -> Response:
        asked = NominationRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(asked.validated_data)
        caller: Any = request.user
        lead = given.pop("nominated_by", None)
        service = isinstance(caller, Service)
        if service and lead is None:
            raise ValidationError(
                {"nominated_by": [_("A service names who nominates.")]}
            )
        if not service and lead is not None:
            raise ValidationError(
                {"nominated_by": [_("You nominate in your own name.")]}
            )
        rounds = Round.objects.visible_to(caller)
        found = rounds.filter(uuid=given.pop("round")).first()
        if found is None:
            raise ValidationError({"round": [_("There is no such round.")]})

        def draft(uuid: UUID) -> Nomination:
            if service:
                return draft_for(
                    round_id=found.pk,
                    nominated_by=lead,
                    reach=caller.sight.reach(Power.NOMINATE),
                    uuid=uuid,
                    **given,
                )
            return nominate(round_id=found.pk, by=caller, uuid=uuid, **given)

        made = once(
            orders=NominationOrder,
            sender=f"service:{caller.key}" if service else f"user:{caller.pk}",
            kind=Nomination,
            key=key_of(request),
            content=[str(found.uuid), lead, given],
            make=draft,
        )
        return Response(NominationSerializer(_related(made.pk)).data, status=201)

    @extend_schema(
        operation_id="nominations_retrieve",
        summary="How a nomination stands",
        parameters=[UUID_IN_PATH],
        responses={200: NominationSerializer},
        examples=[_STANDS],
    )
    def show(self, request: Request, uuid: UUID) -> Response:
        # Who sits on a blind committee does not read here whom it is about.
        viewer: Any = request.user
        within = viewer.sight.outlets(Power.NOMINATE, "outlet__")
        row = visible_nomination(request, uuid)
        if not Nomination.objects.filter(within, pk=row.pk).exists():
            raise Http404
        return Response(NominationSerializer(row).data)


def _related(pk: int) -> Nomination:
    related = Nomination.objects.select_related(
        "round", "employee", "outlet", "nominated_by__employee"
    )
    return related.get(pk=pk)


def visible_nomination(request: Request, uuid: UUID) -> Nomination:
    """Return a nomination that the caller may see. Raises Http404."""
    viewer: Any = request.user
    seen = Nomination.objects.visible_to(viewer).filter(uuid=uuid).first()
    if seen is None:
        raise Http404
    return _related(seen.pk)
