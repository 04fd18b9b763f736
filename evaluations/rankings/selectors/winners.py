"""Who wins by the scheme's quotas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.scheme import Level, Quota
from evaluations.rankings.rules.winners import Candidate, select
from outlets.places.models import Outlet, Region

_COLUMNS = {
    Level.OUTLET: ("outlet_id",),
    Level.COUNTY: ("county_id",),
    Level.CITY: ("city_id",),
    Level.PROVINCE: ("province_id",),
    Level.CLASS: ("province_id", "outlet_class"),
    Level.ALL: (),
}


@dataclass(frozen=True, slots=True)
class Winner:
    """One place won. `rank` is the place in the whole list of the level.

    `outlet` is the place of an outlet prize, `region` that of the others; both None
    for a list of everybody.
    """

    level: Level
    place_code: str
    region: Region | None
    outlet: Outlet | None
    title: str
    standing: Standing
    rank: int | None


def prizes_of(run: Run) -> set[tuple[str, str]]:
    """Return level and title of all that the run's quotas give."""
    rules = Frame.parse(run.head).rules
    title = rules.title_of(run.kind)
    return {(quota.level, title) for quota in rules.quotas.get(run.kind, ())}


def winners_of(run: Run) -> list[Winner]:
    """Return the winners of a run, list by list in order of the place's code.

    System read: it sees everybody. Takes a fixed number of queries per quota.
    """
    rules = Frame.parse(run.head).rules
    return [
        winner
        for quota in rules.quotas.get(run.kind, ())
        for winner in _winners(run, quota, rules.title_of(run.kind))
    ]


def _winners(run: Run, quota: Quota, title: str) -> Iterator[Winner]:
    columns = _COLUMNS[quota.level]
    rows = (
        run.standings.exclude(score=None)
        .order_by()
        .values_list("pk", "tied_position", "eligible", *columns)
    )
    chosen = select(
        (
            Candidate(key=pk, place=place, order=order, eligible=eligible)
            for pk, order, eligible, *place_keys in rows.iterator(chunk_size=2000)
            if None not in (place := tuple(place_keys)) and "" not in place
        ),
        places=quota.places,
        least_ranked=quota.least_ranked,
    )
    standings = Standing.objects.select_related(
        "employee", "outlet", "county", "city", "province"
    ).in_bulk([one.key for one in chosen])
    winners = [_winner(quota.level, standings[one.key], title) for one in chosen]
    yield from sorted(winners, key=lambda one: (one.place_code, one.standing.position))


def _winner(level: Level, standing: Standing, title: str) -> Winner:
    outlet = standing.outlet if level is Level.OUTLET else None
    region: Any = {
        Level.COUNTY: standing.county,
        Level.CITY: standing.city,
        Level.PROVINCE: standing.province,
        Level.CLASS: standing.province,
    }.get(level)
    place = outlet or region
    return Winner(
        level=level,
        place_code=place.code if place else "",
        region=region,
        outlet=outlet,
        title=title,
        standing=standing,
        rank=standing.ranks[level],
    )
