"""The rows of a run's page: ranks at a level, ties, and the change since last time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.places import listed_beneath
from evaluations.rankings.words import Reason, reasons_in_words
from outlets.exchange.pages import Page, page_of
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer

# The columns that make up a list of peers at each level.
PEERS: dict[str, tuple[str, ...]] = {
    Level.OUTLET: ("outlet_id",),
    Level.COUNTY: ("county_id",),
    Level.CITY: ("city_id",),
    Level.PROVINCE: ("province_id",),
    Level.CLASS: ("province_id", "outlet_class"),
    Level.ALL: (),
}

# The first and the last of the likely ranks.
Interval = tuple[int | None, int | None]

# What the list may be sorted by beside the rank.
SORTS = ("adjusted", "best", "chance")


@dataclass(frozen=True, slots=True)
class Row:
    """One standing as a line of the list. `change`: places gained since last time.

    `is_chance`: the intervals of then and now touch, so that the change says nothing.
    `low` to `high` is the interval of the rank, `band` its band and `chance` (percent)
    that of the quota; None where there is none. `opens_band` tells that it can be told
    apart from the band of the row above.
    """

    standing: Standing
    rank: int | None
    tied: bool
    change: int | None
    values: tuple[dict[str, Any] | None, ...]
    reasons: tuple[Reason, ...]
    low: int | None = None
    high: int | None = None
    band: int | None = None
    chance: float | None = None
    opens_band: bool = False
    is_chance: bool = False

    @property
    def places_lost(self) -> int:
        return max(0, -(self.change or 0))


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a run's list, and the run it is compared with."""

    rows: list[Row]
    page: Page[Standing]
    before: Run | None


def listing(
    run: Run,
    standings: QuerySet[Standing],
    viewer: Viewer,
    *,
    level: Level,
    components: Sequence[str],
    asked: str | None,
    sort: str = "",
) -> Listing:
    """Return a page of `standings` as rows, best first; the queries do not grow.

    `sort` is one of `SORTS`; what is none of them sorts by rank.
    """
    page = page_of(
        standings.select_related("employee", "outlet").order_by(*_order(sort, level)),
        asked,
    )
    tied = _tied(run, page.rows, level)
    before = run_before(run, viewer)
    earlier = _earlier(before, page.rows, level, viewer)
    surety = [standing.intervals.get(level) or [None] * 4 for standing in page.rows]
    opening = _opening(page.rows, surety, level) if sort not in SORTS else set()
    return Listing(
        rows=[
            Row(
                standing=standing,
                rank=standing.ranks[level],
                tied=_peer_key(standing, level) in tied,
                change=_change(standing, level, earlier),
                values=tuple(standing.components.get(code) for code in components),
                reasons=tuple(reasons_in_words(standing.reasons)),
                low=low,
                high=high,
                band=band,
                chance=None if chance is None else 100 * chance,
                opens_band=number in opening,
                is_chance=touch(
                    (low, high), _interval(earlier.get(standing.employee_id))
                ),
            )
            for number, (standing, (low, high, band, chance)) in enumerate(
                zip(page.rows, surety, strict=True)
            )
        ],
        page=page,
        before=before,
    )


def _order(sort: str, level: Level) -> list[Any]:
    if sort == "adjusted":
        return [F("adjusted_score").desc(nulls_last=True), "position"]
    if sort == "best":
        return [F(f"intervals__{level}__0").asc(nulls_last=True), "position"]
    if sort == "chance":
        return [F(f"intervals__{level}__3").desc(nulls_last=True), "position"]
    return ["position"]


def _opening(
    rows: Sequence[Standing], surety: Sequence[Sequence[Any]], level: Level
) -> set[int]:
    """Return which rows open a band; none where the page mixes several lists."""
    lists = {tuple(getattr(row, name) for name in PEERS[level]) for row in rows}
    if len(lists) != 1:
        return set()
    bands = [of[2] for of in surety]
    # By raw scores bands may come back; what cannot be told apart then is not cut.
    if any(one and other and other < one for one, other in pairwise(bands)):
        return set()
    return {
        number
        for number, (one, other) in enumerate(pairwise(bands), start=1)
        if one is not None and other is not None and one != other
    }


def run_before(run: Run, viewer: Viewer) -> Run | None:
    """Return the newest published run of the period before, by the same scheme."""
    runs = Run.objects.visible_to(viewer).published()
    previous = runs.of_period(run.parsed_period.previous)
    return previous.filter(scheme=run.scheme_id).order_by("-revision").first()


def _peer_key(standing: Standing, level: Level) -> tuple[Any, ...]:
    return (standing.score, *(getattr(standing, name) for name in PEERS[level]))


def _tied(run: Run, rows: Sequence[Standing], level: Level) -> set[tuple[Any, ...]]:
    """Return the peers and scores that more than one person shares."""
    scores = {row.score for row in rows if row.score is not None}
    shared = (
        run.standings.filter(score__in=scores)
        .order_by()
        .values_list("score", *PEERS[level])
        .annotate(people=Count("pk"))
        .filter(people__gt=1)
    )
    return {tuple(key) for *key, _people in shared}


class _Then(NamedTuple):
    """Where somebody stood in the earlier run: her rank, and its interval."""

    rank: int | None
    interval: Interval


def _earlier(
    before: Run | None, rows: Sequence[Standing], level: Level, viewer: Viewer
) -> dict[int, _Then]:
    """Return the earlier ranks by person; none of who was listed out of sight then."""
    if before is None:
        return {}
    earlier = Standing.objects.visible_to(viewer).filter(
        run=before, employee__in=[row.employee_id for row in rows]
    )
    found = earlier.values_list("employee", f"rank_{level}", "intervals")
    return {
        person: _Then(rank, tuple((intervals.get(level) or [None] * 2)[:2]))
        for person, rank, intervals in found
    }


def _interval(then: _Then | None) -> Interval:
    return (None, None) if then is None else then.interval


def _change(standing: Standing, level: Level, earlier: dict[int, _Then]) -> int | None:
    now, then = standing.ranks[level], earlier.get(standing.employee_id)
    return None if now is None or then is None or not then.rank else then.rank - now


def touch(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals of ranks share a rank; False where one is missing."""
    (low, high), (least, most) = one, other
    if low is None or high is None or least is None or most is None:
        return False
    return low <= most and least <= high


@dataclass(frozen=True, slots=True)
class Totals:
    people: int
    ranked: int
    eligible: int


def totals(standings: QuerySet[Standing]) -> Totals:
    """Return how many people, scores and eligible people there are."""
    return Totals(
        **standings.aggregate(
            people=Count("pk"),
            ranked=Count("score"),
            eligible=Count("pk", filter=Q(eligible=True)),
        )
    )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The place whose list is shown, the way to it, and the places below it.

    Both `region` and `outlet` None: everything in sight.
    """

    region: Region | None
    outlet: Outlet | None
    trail: tuple[Region, ...]
    regions: tuple[Region, ...]
    outlets: tuple[Outlet, ...]

    @property
    def code(self) -> str:
        place = self.outlet or self.region
        return place.code if place else ""

    @property
    def name(self) -> str:
        place = self.outlet or self.region
        return place.name if place else ""

    @property
    def level(self) -> Level:
        """The list that the place itself makes up."""
        if self.outlet is not None:
            return Level.OUTLET
        if self.region is not None and self.region.level in set(Level):
            return Level(self.region.level)
        return Level.ALL

    @property
    def filter(self) -> Q:
        if self.outlet is not None:
            return Q(outlet=self.outlet)
        return Q() if self.region is None else listed_beneath(self.region)


def whereabouts(viewer: Viewer, code: str) -> Whereabouts | None:
    """Return the place that `code` names and what lies around it, as far as in sight.

    None where there is no such place in sight; an empty code means everything, which
    is her outlet for somebody who sees no more than one.
    """
    regions = Region.objects.visible_to(viewer)
    outlets = Outlet.objects.visible_to(viewer)
    code = code or _only_outlet(viewer)
    outlet = (
        outlets.select_related("region").filter(code=code).first() if code else None
    )
    region = regions.filter(code=code).first() if code and outlet is None else None
    if code and outlet is None and region is None:
        return None
    seen = {one.path: one for one in _above(regions, outlet, region)}
    if outlet is not None:
        return Whereabouts(None, outlet, tuple(seen.values()), (), ())
    if region is not None:
        below = regions.filter(parent=region)
        inside = outlets.filter(region=region)
        return Whereabouts(
            region,
            None,
            tuple(one for one in seen.values() if one.pk != region.pk),
            tuple(below.order_by("name")),
            tuple(inside.order_by("name")[:200]),
        )
    tops = regions.exclude(parent__in=regions.values("pk"))
    return Whereabouts(None, None, (), tuple(tops.order_by("name")), ())


def _only_outlet(viewer: Viewer) -> str:
    """Return the code of the one outlet within reach, "" where there are more."""
    reach = viewer.sight.reach(Power.SEE_RECORDS)
    if reach.everywhere or reach.region_paths or len(reach.outlet_ids) != 1:
        return ""
    return (
        Outlet.objects.visible_to(viewer).values_list("code", flat=True).first() or ""
    )


def _above(
    regions: QuerySet[Region], outlet: Outlet | None, region: Region | None
) -> QuerySet[Region]:
    at = outlet.region if outlet is not None else region
    if at is None:
        return regions.none()
    codes = at.path.rstrip("/").split("/")
    return regions.filter(code__in=codes).order_by("path")
