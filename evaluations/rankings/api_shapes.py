"""What runs, standings and scores look like over HTTP."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from evaluations.ledger.models import Entry
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.scheme import STANDARD_COMPONENTS, Level


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A published run",
            value={
                "id": 17,
                "period": "2026-10",
                "scheme": "service_star",
                "scheme_version": 1,
                "state": "published",
                "revision": 1,
                "hash": "51ab…",
                "people": 297,
                "ranked": 229,
                "eligible": 207,
                "created_at": "2026-11-03T01:12:04Z",
                "reviewed_at": "2026-11-04T02:30:00Z",
                "published_at": "2026-11-05T02:00:00Z",
            },
        )
    ]
)
class RunSerializer(serializers.ModelSerializer):
    scheme = serializers.CharField(
        source="scheme.code", help_text="Code of the scheme that was applied."
    )
    scheme_version = serializers.IntegerField(
        source="scheme_version.number", help_text="The version of its rules."
    )

    class Meta:
        model = Run
        fields = [
            "id",
            "period",
            "scheme",
            "scheme_version",
            "state",
            "revision",
            "hash",
            "people",
            "ranked",
            "eligible",
            "created_at",
            "reviewed_at",
            "published_at",
        ]
        extra_kwargs = {
            "id": {"help_text": "Number of the run, as the standings' address has it."},
            "period": {"help_text": "The month, quarter or year that was ranked."},
            "state": {"help_text": "draft, reviewed or published (frozen)."},
            "revision": {"help_text": "1, and one more after each publication."},
            "hash": {"help_text": "SHA-256 over rules, stored input and output."},
            "people": {"help_text": "People in the run, with a score or without."},
            "ranked": {"help_text": "People with a score."},
            "eligible": {"help_text": "People who may win."},
            "created_at": {"help_text": "When the run was asked for."},
            "reviewed_at": {"help_text": "When it was reviewed; null before."},
            "published_at": {"help_text": "When it was published; null before."},
        }


class RanksSerializer(serializers.Serializer):
    """Places in the lists of peers, ties shared (1, 1, 3)."""

    outlet = serializers.IntegerField(
        allow_null=True, help_text="Null with fewer than three people with a score."
    )
    county = serializers.IntegerField(allow_null=True, help_text="Null: no county.")
    city = serializers.IntegerField(allow_null=True, help_text="Null: no city.")
    province = serializers.IntegerField(allow_null=True, help_text="Null: no province.")
    # `class` is a word of Python's own.
    vars()["class"] = serializers.IntegerField(
        allow_null=True,
        help_text="Among the province's outlets of one class; null: unknown class.",
    )
    all = serializers.IntegerField(allow_null=True, help_text="In the whole chain.")


class ComponentSerializer(serializers.Serializer):
    """One component of a score."""

    raw = serializers.FloatField(help_text="Value from 0 to 100, not rounded.")
    adjusted = serializers.FloatField(
        allow_null=True,
        help_text=(
            "Value from 0 to 100 after severity, load and small samples are allowed "
            "for, six decimals; null: the person has no score."
        ),
    )
    n = serializers.IntegerField(help_text="Days, tests, visits, ratings or marks.")
    weight = serializers.FloatField(
        allow_null=True,
        help_text="Percent, rescaled over what counts; null without a score.",
    )
    points = serializers.FloatField(
        allow_null=True, help_text="What it adds to the score; null without a score."
    )


class ComponentsSerializer(serializers.Serializer):
    """The five components; null where missing or too few."""

    daily = ComponentSerializer(allow_null=True, help_text="Daily checks.")
    knowledge = ComponentSerializer(allow_null=True, help_text="Knowledge tests.")
    mystery = ComponentSerializer(allow_null=True, help_text="Mystery visits.")
    onsite = ComponentSerializer(allow_null=True, help_text="On-site satisfaction.")
    callback = ComponentSerializer(allow_null=True, help_text="Call-backs.")


# As examples show it.
_STANDING = {
    "period": "2026-10",
    "employee_number": "GD-001585",
    "name": "黄美玲 Huang Meiling",
    "outlet_code": "GD-FS-NH-01",
    "raw_score": 93.01,
    "adjusted_score": 90.814101,
    "score": 93.01,
    "ranks": {
        "outlet": 2,
        "county": 4,
        "city": 8,
        "province": 62,
        "class": 16,
        "all": 62,
    },
    "rank": 62,
    "rank_low": 17,
    "rank_high": 124,
    "eligible": True,
    "reasons": [],
    "components": {
        "daily": {
            "raw": 89.473684,
            "adjusted": 89.357428,
            "n": 19,
            "weight": 15.0,
            "points": 13.421053,
        },
        "knowledge": {
            "raw": 83.0,
            "adjusted": 81.643475,
            "n": 4,
            "weight": 10.0,
            "points": 8.3,
        },
        "mystery": {
            "raw": 87.0,
            "adjusted": 86.28554,
            "n": 2,
            "weight": 25.0,
            "points": 21.75,
        },
        "onsite": {
            "raw": 98.148148,
            "adjusted": 96.48029,
            "n": 54,
            "weight": 25.0,
            "points": 24.537037,
        },
        "callback": None,
    },
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Somebody in a run",
            value=_STANDING,
        )
    ]
)
class StandingSerializer(serializers.Serializer):
    """One person in a run. The context's `level` says whose rank `rank` is."""

    period = serializers.CharField(source="run.period", help_text="As the run's.")
    employee_number = serializers.CharField(
        source="employee.number", help_text="The number on the badge."
    )
    name = serializers.CharField(source="employee.name", help_text="Full name.")
    outlet_code = serializers.CharField(
        source="outlet.code",
        default=None,
        allow_null=True,
        help_text="Where she is listed: the last day's outlet; null: none ever.",
    )
    raw_score = serializers.FloatField(
        allow_null=True, help_text="Score as written, two decimals; null: no score."
    )
    adjusted_score = serializers.FloatField(
        allow_null=True,
        help_text="Mean of the adjusted values, six decimals; null: no score.",
    )
    score = serializers.FloatField(
        allow_null=True, help_text="The score that makes the rank."
    )
    ranks = RanksSerializer(help_text="Place in each list of peers.")
    rank = serializers.SerializerMethodField(help_text="Place at the level asked for.")
    rank_low = serializers.SerializerMethodField(
        help_text="Best rank at the level, at 90 % confidence; null: no rank."
    )
    rank_high = serializers.SerializerMethodField(
        help_text="Worst rank there, at 90 % confidence; null: no rank."
    )
    eligible = serializers.BooleanField(help_text="Whether she may win.")
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of what keeps her out."
    )
    components = ComponentsSerializer(help_text="What the score is made of.")

    def get_rank(self, standing: Standing) -> int | None:
        return standing.ranks[self.context.get("level", Level.ALL)]

    def get_rank_low(self, standing: Standing) -> int | None:
        return self._bounds(standing)[0]

    def get_rank_high(self, standing: Standing) -> int | None:
        return self._bounds(standing)[1]

    def _bounds(self, standing: Standing) -> tuple[int | None, int | None]:
        found = standing.intervals.get(self.context.get("level", Level.ALL))
        return (None, None) if found is None else (found[0], found[1])


class EntrySerializer(serializers.Serializer):
    """One line of the ledger that counted."""

    on = serializers.DateField(help_text="Trading day.")
    outlet_code = serializers.CharField(
        source="outlet.code",
        default=None,
        allow_null=True,
        help_text="Where she worked that day; null: nowhere.",
    )
    points = serializers.FloatField(source="points_shown", help_text="Points had.")
    out_of = serializers.FloatField(
        source="out_of_shown", help_text="Points that could be had."
    )
    n = serializers.IntegerField(help_text="Records behind the entry.")
    source = serializers.CharField(  # type: ignore[assignment]  # a field, here
        help_text="The part of the product that it comes from."
    )
    source_id = serializers.CharField(help_text="Its record there.")
    version = serializers.IntegerField(help_text="1, one more after each correction.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A score with one entry",
            value=_STANDING
            | {
                "run": 17,
                "state": "published",
                "entries": {
                    "daily": [
                        {
                            "on": "2026-10-02",
                            "outlet_code": "GD-FS-NH-01",
                            "points": 100.0,
                            "out_of": 100.0,
                            "n": 1,
                            "source": "checks",
                            "source_id": "516ce149a0f441b28561e1fed6364527:2026-10-02",
                            "version": 1,
                        }
                    ]
                },
            },
        )
    ]
)
class ScoreSerializer(StandingSerializer):
    """A standing with its run and the ledger entries behind each component."""

    run = serializers.IntegerField(source="run_id", help_text="Number of the run.")
    state = serializers.CharField(
        source="run.state", help_text="draft, reviewed or published."
    )
    entries = serializers.SerializerMethodField(
        help_text="By component, those that counted; also those of gates."
    )

    @extend_schema_field(serializers.DictField(child=EntrySerializer(many=True)))
    def get_entries(self, standing: Standing) -> dict[str, Any]:
        found: dict[str, list[Entry]] = self.context["entries"]
        return {
            code: EntrySerializer(found.get(code, ()), many=True).data
            for code in sorted({*STANDARD_COMPONENTS, *found})
        }
