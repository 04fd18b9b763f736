"""Standings as the database takes them, and the texts that their hash is made over.

Each result becomes one row for the bulk load and one line for the hash, both from the
same JSON: no model and no second encoding for each of 200,000 people. The line is the
one that `hashing.output_line` makes of the stored row, to the byte.
"""

import json
from collections.abc import Iterable
from typing import Any

from evaluations.rankings.models import Run
from evaluations.rankings.rules.results import Result
from evaluations.rankings.rules.scheme import Level, canonical
from evaluations.rankings.selectors.inputs import CollectedPerson, PlaceIds
from evaluations.rankings.services.hashing import plain
from outlets.exchange import bulk

_RANKS = {level: f"rank_{level}" for level in Level}
# The columns of a standing, in the order of `Writer.row`.
COLUMNS = (
    "run_id",
    "employee_id",
    "employee_uuid",
    *PlaceIds._fields,
    "raw_score",
    "adjusted_score",
    "adjusted_deviation",
    "score",
    *_RANKS.values(),
    "rank_low",
    "rank_high",
    "intervals",
    "eligible",
    "reasons",
    "components",
    "position",
    "tied_position",
    "input",
)
_SORTED = sorted(_RANKS)
_NEGATIVE_ZEROS = ("-0.0,", "-0.0}", "-0.0]")


def row_of(
    run: Run, person: CollectedPerson, result: Result, *, odd: bool
) -> tuple[list[Any], str]:
    """Return one person's row by `COLUMNS`, and her output line.

    `odd` is what `odd_codes` says of the components that the run shows.
    """
    components, intervals = result.components_text, result.intervals_text
    reasons = canonical(result.reasons) if result.reasons else "[]"
    ranks = result.ranks
    row = [
        run.pk,
        person.employee_id,
        bulk.uuid_text(result.uuid),
        *person.place_ids,
        decimal_text(result.raw, 2),
        decimal_text(result.adjusted, 6),
        decimal_text(result.deviation, 6),
        decimal_text(result.score, 2),
        *[ranks[level] for level in _RANKS],
        result.rank_low,
        result.rank_high,
        intervals,
        result.eligible,
        reasons,
        components,
        result.position,
        result.tied_position,
        person.line,
    ]
    of_ranks = ",".join([f'"{level}":{_number(ranks[level])}' for level in _SORTED])
    line = (
        f'{{"adjusted":{_number(result.adjusted)}'
        f',"components":{whole_numbers(components, odd=odd)}'
        f',"deviation":{_number(result.deviation)}'
        f',"eligible":{"true" if result.eligible else "false"}'
        f',"intervals":{whole_numbers(intervals)}'
        f',"position":{result.position}'
        f',"ranks":{{{of_ranks}}}'
        f',"raw":{_number(result.raw)}'
        f',"reasons":{reasons}'
        f',"score":{_number(result.score)}'
        f',"tied_position":{result.tied_position}'
        f',"uuid":"{result.uuid}"}}'
    )
    return row, line


def whole_numbers(text: str, *, odd: bool = False) -> str:
    """Return canonical JSON with every number without a fraction as a whole number.

    `odd` tells that keys in it may look like numbers. Does what `plain` does, on the
    text: what it might not do right, 1e+16 and negative zeros, is read instead.
    """
    zeros = "-0.0" in text and any(zero in text for zero in _NEGATIVE_ZEROS)
    if odd or zeros or "e+" in text:
        return canonical(plain(json.loads(text)))
    return text.replace(".0,", ",").replace(".0}", "}").replace(".0]", "]")


def odd_codes(codes: Iterable[str]) -> bool:
    """Tell whether a component's name has a point and might pass for a number."""
    return any("." in code for code in codes)


def decimal_text(number: int | None, places: int) -> str | None:
    """Return a whole number of parts, `places` decimals each, as a decimal number."""
    if number is None:
        return None
    whole, parts = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{parts:0{places}}"


def _number(number: int | None) -> int | str:
    return "null" if number is None else number
