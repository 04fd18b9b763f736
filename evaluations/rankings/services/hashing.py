"""The texts that a run's hashes are made over: what is stored, never what is computed.

Every text follows from stored columns alone and says no name, so that two databases
and a stand-alone script make the same one. Numbers without a fraction are written as
whole numbers: databases do not agree on 100.0, 1e16 and -0.0.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from evaluations.rankings.models import PlaceStanding, RegionStanding, Run, Standing
from evaluations.rankings.rules.places import PLACE_LEVELS
from evaluations.rankings.rules.scheme import canonical


class Digest:
    """A SHA-256 over lines."""

    def __init__(self, head: str) -> None:
        self._sha = hashlib.sha256()
        self.add(head)

    def add(self, line: str) -> None:
        self._sha.update(f"{line}\n".encode())

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


def plain(data: Any) -> Any:
    """Return JSON data with every number that has no fraction as a whole number."""
    if isinstance(data, float) and data.is_integer():
        return int(data)
    if isinstance(data, Mapping):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    return data


def output_figures(standing: Standing) -> dict[str, Any]:
    """Return what a standing says, by the names of `Result.line`."""
    return {
        "adjusted": scaled(standing.adjusted_score, 6),
        "components": plain(standing.components),
        "deviation": scaled(standing.adjusted_deviation, 6),
        "eligible": standing.eligible,
        "intervals": plain(standing.intervals),
        "position": standing.position,
        "ranks": dict(standing.ranks),
        "raw": scaled(standing.raw_score, 2),
        "reasons": list(standing.reasons),
        "score": scaled(standing.score, 2),
        "tied_position": standing.tied_position,
        "uuid": str(standing.employee_uuid),
    }


def output_line(standing: Standing) -> str:
    return canonical(output_figures(standing))


def outlet_figures(standing: PlaceStanding) -> dict[str, Any]:
    """Return what a run says of an outlet; `outlet` is to be selected along."""
    return {
        "code": standing.outlet.code,
        "parts": plain(standing.parts),
        "people": standing.people,
        "position": standing.position,
        "rank_high": standing.rank_high,
        "rank_low": standing.rank_low,
        "ranks": {level: getattr(standing, f"rank_{level}") for level in PLACE_LEVELS},
        "score": scaled(standing.score, 2),
        "staff": standing.staff,
        "winner": standing.winner,
    }


def region_figures(standing: RegionStanding) -> dict[str, Any]:
    """Return what a run says of a region, by the names of `RegionResult.line`."""
    return {
        "code": standing.region.code,
        "level": standing.level,
        "outlets": standing.outlets,
        "people": standing.people,
        "rank": standing.rank,
        "rank_province": standing.rank_province,
        "score": scaled(standing.score, 2),
    }


def fits_line(fits: Mapping[str, Any]) -> str:
    return canonical(plain(fits))


def seal_line(run: Run) -> str:
    """Return what a run says of itself, its hash included; runs count by number."""
    return canonical(
        {
            "eligible": run.eligible,
            "entries_until": run.entries_until,
            "hash": run.hash,
            "input_hash": run.input_hash,
            "month_runs": plain(run.month_runs),
            "people": run.people,
            "period": run.period,
            "ranked": run.ranked,
            "revision": run.revision,
            "scheme": run.scheme.code,
            "version": run.scheme_version.number,
        }
    )


def scaled(number: Decimal | None, places: int) -> int | None:
    return None if number is None else int(number.scaleb(places))
