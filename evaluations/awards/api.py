"""Award lists over HTTP: what HR hands out, and on what figures it rests."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers, viewsets

from evaluations.awards.models import Award, AwardList, OutletAward
from evaluations.awards.selectors.lists import lists_with_winners
from outlets.exchange.access_log import PersonalData
from outlets.places.sight import Power


def _appeal() -> serializers.CharField:
    return serializers.CharField(
        source="appeal_state",
        help_text=(
            "What was last said against the award or its loss: none, open, upheld or "
            "dismissed."
        ),
    )


class WinnerSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(
        source="lasting_id",
        help_text=(
            "The award's lasting identifier: the same in every revision in which the "
            "same person wins the same title at the same place."
        ),
    )
    employee_number = serializers.CharField(
        source="employee.number", help_text="The number on the winner's badge."
    )
    name = serializers.CharField(
        source="employee.name", help_text="The winner's full name."
    )
    outlet_code = serializers.CharField(
        source="outlet.code", help_text="The outlet where the winner is listed."
    )
    score = serializers.DecimalField(
        source="standing.score",
        max_digits=6,
        decimal_places=2,
        coerce_to_string=False,
        allow_null=True,
        help_text=(
            "The score that made the rank, 0 to 100, two decimals; null beyond the "
            "places that the caller sees."
        ),
    )

    class Meta:
        model = Award
        fields = [
            "id",
            "employee_number",
            "name",
            "outlet_code",
            "place_code",
            "rank",
            "score",
            "state",
            "appeal",
            "bonus",
        ]
        extra_kwargs = {
            "place_code": {"help_text": "The outlet or region whose prize it is."},
            "rank": {
                "help_text": (
                    "Place in the standings of that outlet or region; null where that "
                    "is too small, and beyond the places that the caller sees."
                )
            },
            "state": {"help_text": "proposed, held, awarded or disqualified."},
        }

    appeal = _appeal()
    bonus = serializers.IntegerField(
        source="bonus_amount",
        allow_null=True,
        help_text=(
            "The bonus that stands, in hundredths of the currency; null where there "
            "is none, and where the caller reads no figures."
        ),
    )

    def to_representation(self, award: Award) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(award)
        if not award.shows_figures:  # type: ignore[attr-defined]  # `with_figures_for`
            shown |= {"rank": None, "score": None, "bonus": None}
        return shown


class OutletAwardSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(
        source="lasting_id", help_text="The award's lasting identifier."
    )
    outlet_code = serializers.CharField(
        source="outlet.code", help_text="The outlet that holds the title."
    )
    appeal = _appeal()

    class Meta:
        model = OutletAward
        fields = ["id", "outlet_code", "place_code", "stars", "state", "appeal"]
        extra_kwargs = {
            "place_code": {"help_text": "The region whose prize it is."},
            "stars": {"help_text": "1 to 5 for a Star Outlet, else null."},
            "state": {"help_text": "proposed, held, awarded or disqualified."},
        }


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A published list",
            value={
                "id": "3d5ad2a1-8f5f-4a0e-9a39-1f3a2f6f4c11",
                "period": "2026-10",
                "level": "county",
                "title": "service_star",
                "status": "published",
                "run": 17,
                "revision": 1,
                "scheme": "service_star",
                "scheme_version": 1,
                "input_hash": "9f2c…",
                "hash": "51ab…",
                "published_at": "2026-11-05T02:00:00Z",
                "changed_at": "2026-11-05T02:00:00Z",
                "winners": [
                    {
                        "id": "64bf4170-d2b1-544a-bc47-c5ac9883a328",
                        "employee_number": "GD-001585",
                        "name": "黄美玲 Huang Meiling",
                        "outlet_code": "GD-FS-NH-01",
                        "place_code": "GD-FS-NH",
                        "rank": 2,
                        "score": 93.01,
                        "state": "awarded",
                        "appeal": "none",
                        "bonus": None,
                    }
                ],
                "outlets": [],
            },
        )
    ]
)
class AwardListSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", help_text="The list's stable identifier.")
    run = serializers.IntegerField(
        source="run_id", help_text="The ranking run that the winners come from."
    )
    revision = serializers.IntegerField(
        source="run.revision", help_text="Revision of that run, from 1."
    )
    scheme = serializers.CharField(
        source="run.scheme_version.scheme.code", help_text="Code of the scheme."
    )
    scheme_version = serializers.IntegerField(
        source="run.scheme_version.number", help_text="Version of the scheme."
    )
    input_hash = serializers.CharField(
        source="run.input_hash",
        help_text="SHA-256 over the run's stored input; empty until it is computed.",
    )
    outlets = OutletAwardSerializer(
        source="outlets_awarded",
        many=True,
        help_text="Outlets that hold the title; empty for titles of people.",
    )
    hash = serializers.CharField(
        source="run.hash",
        help_text="SHA-256 over the run's stored input and output; empty in a draft.",
    )
    winners = WinnerSerializer(
        many=True, help_text="By place, then by rank where it is shown."
    )

    class Meta:
        model = AwardList
        fields = [
            "id",
            "period",
            "level",
            "title",
            "status",
            "run",
            "revision",
            "scheme",
            "scheme_version",
            "input_hash",
            "hash",
            "published_at",
            "changed_at",
            "winners",
            "outlets",
        ]
        extra_kwargs = {
            "period": {"help_text": "2026-10, 2026-Q3 or 2026."},
            "level": {"help_text": "Where the prizes are given: outlet … province."},
            "title": {"help_text": "What the winners may call themselves."},
            "status": {"help_text": "draft, published or superseded."},
            "published_at": {"help_text": "When it was published; null in a draft."},
            "changed_at": {"help_text": "When anything about the list last changed."},
        }


class InstantField(IsoDateTimeField):
    """An instant with any offset that Python reads, turned to UTC.

    PostgreSQL knows no offset of 16 hours and more.
    """

    def to_python(self, value: Any) -> datetime | None:
        at = super().to_python(value)
        try:
            return at and at.astimezone(UTC)
        except OverflowError:
            invalid = self.error_messages["invalid"]
            raise ValidationError(invalid, code="invalid") from None


class InstantFilter(filters.IsoDateTimeFilter):
    field_class = InstantField


class AwardListFilter(filters.FilterSet):
    period = filters.CharFilter(help_text="2026-10, 2026-Q3 or 2026.")
    changed_since = InstantFilter(
        field_name="changed_at",
        lookup_expr="gte",
        help_text="Only lists that changed at or after this instant.",
    )

    class Meta:
        model = AwardList
        fields = ["status", "level", "title"]


class AwardListViewSet(PersonalData, viewsets.ReadOnlyModelViewSet[AwardList]):
    """Award lists with their winners and the run, scheme and hash behind them."""

    queryset = AwardList.objects.none()
    personal_data = "award lists"
    serializer_class = AwardListSerializer
    required_scope, required_power = "awards:read", Power.SEE_AWARDS
    keyset = "id"
    lookup_field = "uuid"
    filterset_class = AwardListFilter

    def get_queryset(self) -> QuerySet[AwardList]:
        viewer: Any = self.request.user
        return lists_with_winners(viewer)
