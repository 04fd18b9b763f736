"""How sure a place is: the interval, the band, and the chance of a prize."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from evaluations.rankings.models import Standing
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.standings import PEERS
from evaluations.rankings.words import level_name


@dataclass(frozen=True, slots=True)
class Place:
    """A place at one level.

    With 90 % confidence it lies between `low` and `high`. `alike` counts the others in
    the same band, who cannot be told apart from the best of it. `chance` (0 to 1) is
    that of a place in the quota, None where the level has none.
    """

    level: Level
    label: str
    rank: int
    low: int | None
    high: int | None
    band: int | None
    alike: int
    chance: float | None

    @property
    def is_sure(self) -> bool:
        return self.low == self.high

    @property
    def percent(self) -> float | None:
        return None if self.chance is None else 100 * self.chance


def places_of(standing: Standing, levels: Iterable[Level]) -> tuple[Place, ...]:
    """Return the places of a standing at `levels`, where it has one; one query."""
    ranks = standing.ranks
    ranked = {level: rank for level in levels if (rank := ranks[level]) is not None}
    alike = _alike(standing, ranked)
    found: list[Place] = []
    for level, rank in ranked.items():
        low, high, band, chance = standing.intervals.get(level) or [None] * 4
        found.append(
            Place(
                level=level,
                label=level_name(level),
                rank=rank,
                low=low,
                high=high,
                band=band,
                alike=alike.get(level, 0),
                chance=chance,
            )
        )
    return tuple(found)


def _alike(standing: Standing, levels: Iterable[Level]) -> dict[str, int]:
    """Return, by level, how many others share the band in the same list."""
    wanted = {
        f"band_{level}": Count("pk", filter=_peers(standing, level))
        for level in levels
        if standing.intervals.get(level)
    }
    if not wanted:
        return {}
    counts = Standing.objects.filter(run=standing.run_id).aggregate(**wanted)
    return {name.removeprefix("band_"): n - 1 for name, n in counts.items()}


def _peers(standing: Standing, level: Level) -> Q:
    own = {name: getattr(standing, name) for name in PEERS[level]}
    band = standing.intervals[level][2]
    return Q(**own, **{f"intervals__{level}__2": band})
