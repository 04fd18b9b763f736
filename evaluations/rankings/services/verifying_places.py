"""Verifying the outlets and regions of a run, from their own stored input."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evaluations.rankings.models import PlaceRun, PlaceStanding, RegionStanding, Run
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.places import (
    REGION_LEVELS,
    OutletInput,
    OutletResult,
    PlaceRanking,
    rank_places,
)
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.services.hashing import (
    outlet_figures,
    plain,
    region_figures,
    scaled,
)
from evaluations.rankings.services.places import place_hashes
from evaluations.rankings.services.verification import (
    Difference,
    Verification,
    said_of,
    unlike,
)

# Another processor may round the last digit of a float the other way.
TOLERANCE = 1e-12


def verify_places(run: Run, found: Verification) -> None:
    """Add what the outlets of a run say that does not follow from their input."""
    made = PlaceRun.objects.select_related("scheme").filter(run=run).first()
    if made is None:
        return
    found.places_hash = made.hash
    try:
        found.differences += _differences(run, made, found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found.add(f"what is stored of the outlets cannot be read: {error!r}")


def _differences(run: Run, made: PlaceRun, found: Verification) -> Iterator[Difference]:
    rows = list(
        made.standings.select_related("outlet", "region", "county", "city", "province")
    )
    rows.sort(key=lambda row: OutletInput.parse(row.input).code)
    found.outlets = len(rows)
    head = json.loads(made.head)
    scheme = made.scheme
    kept = (head["scheme"], head["version"], head["rules"], head["period"])
    if kept != (scheme.code, scheme.number, scheme.rules, run.period):
        yield Difference("", "the scheme of outlets says other rules than its head")
    rules = PlaceRules.parse(head["rules"])
    lines = [row.input for row in rows]
    ranking = rank_places(rules, lines)
    input_hash, whole = place_hashes(made.head, lines, ranking)
    if made.input_hash != input_hash:
        yield Difference("", "the hash of the outlets' stored input differs")
    if made.hash != whole:
        yield Difference("", "the hash over input and output of the outlets differs")
    ranked = sum(one.score is not None for one in ranking.outlets)
    for name, number in (("outlets", len(rows)), ("ranked", ranked)):
        if getattr(made, name) != number:
            said = said_of(getattr(made, name), number)
            yield Difference("", f"{name} of the outlets' run", *said)
    positions = positions_of(ranking)
    scores = _scores_of(run)
    for row, result in zip(rows, ranking.outlets, strict=True):
        computed = computed_figures(rules, row, result, positions[result.code])
        yield from _of_outlet(row, computed)
        yield from _of_people(row, scores.get(row.outlet_id, []))
    yield from _of_regions(made, ranking)


def positions_of(ranking: PlaceRanking) -> dict[str, int]:
    """Return every outlet's place in one unique order: by score, then by code."""
    ordered = sorted(
        ranking.outlets,
        key=lambda one: -1 if one.score is None else one.score,
        reverse=True,
    )
    return {one.code: number for number, one in enumerate(ordered, start=1)}


def computed_figures(
    rules: PlaceRules, row: PlaceStanding, result: OutletResult, position: int
) -> dict[str, Any]:
    """Return the figures of an outlet as `outlet_figures` names them."""
    one = OutletInput.parse(row.input)
    in_city = result.ranks[Level.CITY]
    return {
        "code": result.code,
        "parts": plain(result.parts),
        "people": one.people,
        "position": position,
        "rank_high": result.high,
        "rank_low": result.low,
        "ranks": dict(result.ranks),
        "score": result.score,
        "staff": len(one.scores),
        "winner": in_city is not None and in_city <= rules.winners,
    }


def _of_outlet(row: PlaceStanding, computed: Mapping[str, Any]) -> Iterator[Difference]:
    who = f"outlet {computed['code']}"
    for path, stored, again in unlike(outlet_figures(row), computed, TOLERANCE):
        yield Difference(who, path, *said_of(stored, again))
    place = OutletInput.parse(row.input).place
    for name in ("region", "county", "city", "province"):
        shown = getattr(row, name)
        code = shown.code if shown else None
        if getattr(place, name) != code:
            yield Difference(who, name, *said_of(code, getattr(place, name)))
    if place.outlet_class != row.outlet_class:
        said = said_of(row.outlet_class, place.outlet_class)
        yield Difference(who, "outlet_class", *said)


def _scores_of(run: Run) -> dict[int, list[int | None]]:
    """Return the scores in hundredths of everybody listed, by outlet; None: none."""
    scores: dict[int, list[int | None]] = defaultdict(list)
    rows = run.standings.exclude(outlet=None).order_by().values_list("outlet", "score")
    for outlet_id, score in rows.iterator(chunk_size=2000):
        scores[outlet_id].append(scaled(score, 2))
    return scores


def _of_people(
    row: PlaceStanding, listed: Sequence[int | None]
) -> Iterator[Difference]:
    """Yield where an outlet's input is not what the run says of its people."""
    one = OutletInput.parse(row.input)
    scores = sorted(score for score in listed if score is not None)
    if (one.people, list(one.scores)) != (len(listed), scores):
        said = said_of([one.people, list(one.scores)], [len(listed), scores])
        yield Difference(f"outlet {one.code}", "people and scores", *said)


def _of_regions(made: PlaceRun, ranking: PlaceRanking) -> Iterator[Difference]:
    stored = {
        (row.level, row.region.code): region_figures(row) for row in regions_of(made)
    }
    computed = {
        (str(one.level), one.code): json.loads(one.line()) for one in ranking.regions
    }
    for key in sorted(stored.keys() | computed.keys()):
        one, other = stored.get(key), computed.get(key)
        if one is None or other is None:
            said = said_of(one, other)
            yield Difference(f"{key[0]} {key[1]}", "the region", *said)
            continue
        for path, shown, again in unlike(one, other, 0.0):
            yield Difference(f"{key[0]} {key[1]}", path, *said_of(shown, again))


def regions_of(made: PlaceRun) -> list[RegionStanding]:
    """Return the regions of an outlets' run in the order that its hash takes them."""
    order = [str(level) for level in REGION_LEVELS]
    rows = list(made.regions.select_related("region"))
    return sorted(rows, key=lambda row: (order.index(row.level), row.region.code))
