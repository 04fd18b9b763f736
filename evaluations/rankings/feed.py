"""Published runs and their standings, as the change feed gives them out."""

from collections.abc import Iterator, Sequence
from typing import Any

from evaluations.rankings.models import Run, RunState, Standing
from evaluations.rankings.rules.scheme import STANDARD_COMPONENTS, Level
from outlets.exchange.feed_kinds import (
    FeedKind,
    Field,
    Type,
    Watch,
    iso,
    number,
    whole_keys,
)
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import Employee

CHUNK = 2000
_PARTS = ("raw", "adjusted", "n", "weight", "points")
_RANKS = tuple(f"rank_{level}" for level in Level)
_STANDINGS_OF = (
    "SELECT standing.id AS key FROM {changed} changed"
    " JOIN rankings_standing standing ON "
)
_OF_PUBLISHED = (
    " JOIN rankings_run run ON run.id = standing.run_id AND run.state = 'published'"
)


class Rankings(FeedKind):
    name = "rankings"
    about = "Published runs; each revision stays."
    scope, power = "rankings:read", Power.SEE_RECORDS
    fields = (
        Field("run", Type.WHOLE, "Number of the run."),
        Field("period", Type.TEXT, "The month, quarter or year that was ranked."),
        Field("scheme", Type.TEXT, "Code of the scheme that was applied."),
        Field("scheme_version", Type.WHOLE, "The version of its rules."),
        Field("revision", Type.WHOLE, "1, and one more after each publication."),
        Field("input_hash", Type.TEXT, "SHA-256 over rules and stored input."),
        Field("hash", Type.TEXT, "SHA-256 over rules, stored input and output."),
        Field("people", Type.WHOLE, "People in the run, with a score or without."),
        Field("ranked", Type.WHOLE, "People with a score."),
        Field("eligible", Type.WHOLE, "People who may win."),
        Field("published_at", Type.INSTANT, "When it was published."),
    )
    example = {
        "run": 17,
        "period": "2026-10",
        "scheme": "service_star",
        "scheme_version": 1,
        "revision": 1,
        "input_hash": "9f2c…",
        "hash": "51ab…",
        "people": 1860,
        "ranked": 1742,
        "eligible": 1610,
        "published_at": "2026-11-05T02:00:00Z",
    }
    watches = (
        Watch(
            Run,
            "SELECT changed.id AS key FROM {changed} changed"
            " WHERE changed.state = 'published'",
            uses=("state",),
            on_change=("state",),
        ),
    )
    all_keys = "SELECT id AS key FROM rankings_run WHERE state = 'published'"

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = Run.objects.visible_to(viewer).published().order_by()
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        names = [field.name for field in self.fields]
        columns = seen.values_list(
            "pk",
            *("period", "scheme__code", "scheme_version__number", "revision"),
            *("input_hash", "hash", "people", "ranked", "eligible", "published_at"),
        )
        for values in columns.iterator(chunk_size=CHUNK):
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            row["published_at"] = iso(row["published_at"])
            yield str(values[0]), row

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = Run.objects.published().filter(pk__in=whole_keys(keys))
        return {str(pk) for pk in found.values_list("pk", flat=True)}


class Standings(FeedKind):
    """The name stands in `employees`: a standing says no more than whose it is."""

    name = "standings"
    about = "What published runs say of each person. The name stands in `employees`."
    scope, power = "rankings:read", Power.SEE_RECORDS
    personal = True
    fields = (
        Field("run", Type.WHOLE, "Number of the run."),
        Field("period", Type.TEXT, "As the run's."),
        Field("revision", Type.WHOLE, "Revision of the run."),
        Field("employee_number", Type.TEXT, "The number on the badge."),
        Field(
            "outlet_code",
            Type.TEXT,
            "Where she is listed: the last day's outlet; null: none ever.",
            null=True,
        ),
        Field("raw_score", Type.NUMBER, "As written, two decimals.", null=True),
        Field(
            "adjusted_score",
            Type.NUMBER,
            "Mean of the adjusted values, six decimals.",
            null=True,
        ),
        Field("score", Type.NUMBER, "The score that makes the rank.", null=True),
        Field(
            "ranks",
            Type.OBJECT,
            "Place in each list of peers: outlet, county, city, province, class, all; "
            "null where there is no such list.",
        ),
        Field("rank_low", Type.WHOLE, "Best rank among all, at 90 %.", null=True),
        Field("rank_high", Type.WHOLE, "Worst rank among all, at 90 %.", null=True),
        Field("eligible", Type.TRUTH, "Whether she may win."),
        Field("reasons", Type.LIST, "Codes of what keeps her out."),
        Field(
            "components",
            Type.OBJECT,
            "daily, knowledge, mystery, onsite, callback: raw, adjusted, n, weight "
            "and points of each; null where missing.",
        ),
    )
    example = {
        "run": 17,
        "period": "2026-10",
        "revision": 1,
        "employee_number": "100482",
        "outlet_code": "GD-SZ-118",
        "raw_score": 93.4,
        "adjusted_score": 92.114307,
        "score": 93.4,
        "ranks": {
            "outlet": 1,
            "county": 2,
            "city": 11,
            "province": 40,
            "class": 9,
            "all": 40,
        },
        "rank_low": 21,
        "rank_high": 66,
        "eligible": True,
        "reasons": [],
        "components": {
            "daily": {
                "raw": 97.5,
                "adjusted": 96.9,
                "n": 22,
                "weight": 30.0,
                "points": 29.25,
            },
            "knowledge": None,
            "mystery": None,
            "onsite": None,
            "callback": None,
        },
    }
    watches = (
        # Standings are written while their run is a draft and frozen with it.
        Watch(
            Run,
            _STANDINGS_OF
            + "standing.run_id = changed.id WHERE changed.state = 'published'",
            uses=("state",),
            on_change=("state",),
            writes=("update",),
        ),
        Watch(
            Standing,
            "SELECT changed.id AS key FROM {changed} changed",
            writes=("delete",),
        ),
        Watch(
            Employee,
            _STANDINGS_OF + "standing.employee_id = changed.id" + _OF_PUBLISHED,
            on_change=("number",),
            writes=("update",),
        ),
        Watch(
            Outlet,
            _STANDINGS_OF + "standing.outlet_id = changed.id" + _OF_PUBLISHED,
            on_change=("code", "region_id"),
            writes=("update",),
        ),
        Watch(
            Region,
            "SELECT standing.id AS key FROM {changed} changed"  # noqa: S608 - our own
            " JOIN places_outlet outlet ON outlet.region_id = changed.id"
            " JOIN rankings_standing standing ON standing.outlet_id = outlet.id"
            + _OF_PUBLISHED,
            on_change=("path",),
            writes=("update",),
        ),
    )
    all_keys = "".join(
        ("SELECT standing.id AS key FROM rankings_standing standing", _OF_PUBLISHED)
    )

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = Standing.objects.visible_to(viewer).order_by()
        seen = seen.filter(run__state=RunState.PUBLISHED)
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        columns = seen.values_list(
            *("pk", "run_id", "run__period", "run__revision"),
            *("employee__number", "outlet__code"),
            *("raw_score", "adjusted_score", "score"),
            *("rank_low", "rank_high", "eligible", "reasons", "components"),
            *_RANKS,
        )
        for (
            pk,
            run,
            period,
            revision,
            badge,
            outlet,
            raw,
            adjusted,
            score,
            low,
            high,
            eligible,
            reasons,
            components,
            *ranks,
        ) in columns.iterator(chunk_size=CHUNK):
            yield (
                str(pk),
                {
                    "run": run,
                    "period": period,
                    "revision": revision,
                    "employee_number": badge,
                    "outlet_code": outlet,
                    "raw_score": number(raw),
                    "adjusted_score": number(adjusted),
                    "score": number(score),
                    "ranks": dict(zip(_LEVELS, ranks, strict=True)),
                    "rank_low": low,
                    "rank_high": high,
                    "eligible": eligible,
                    "reasons": reasons,
                    "components": {
                        code: _part(components.get(code))
                        for code in STANDARD_COMPONENTS
                    },
                },
            )

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = Standing.objects.filter(
            pk__in=whole_keys(keys), run__state=RunState.PUBLISHED
        )
        return {str(pk) for pk in found.values_list("pk", flat=True)}


_LEVELS = tuple(str(level) for level in Level)


def _part(found: Any) -> dict[str, Any] | None:
    return found and {name: found[name] for name in _PARTS}
