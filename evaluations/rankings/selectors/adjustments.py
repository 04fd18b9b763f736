"""What lies between a raw value and its adjusted one, component by component."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.sentences import (
    WORTH_SAYING,
    drawn_in_words,
    load_in_words,
    note_in_words,
    severity_in_words,
)
from evaluations.rankings.words import records_in_words


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Both values of a component, 0 to 100, and in words what made the difference."""

    label: str
    raw: float
    adjusted: float
    reliability: float
    sentences: tuple[str, ...]


def adjustments(standing: Standing, rules: SchemeRules) -> tuple[Adjustment, ...]:
    """Return the components with an adjusted value, in the scheme's order."""
    one_month = standing.run.kind is PeriodKind.MONTH
    return tuple(
        Adjustment(
            label=component_label(rule.code),
            raw=part["raw"],
            adjusted=part["adjusted"],
            reliability=part["reliability"],
            sentences=tuple(_sentences(rule.code, part, one_month=one_month)),
        )
        for rule in rules.components
        if (part := standing.components.get(rule.code))
        and part.get("adjusted") is not None
    )


def average_drawn_to(part: dict[str, Any]) -> float | None:
    """Return the average of the peers that a value of one month was drawn towards.

    It follows from `adjusted = m + r (corrected - m)`; None where nothing was drawn, or
    so little that the stored decimals do not tell it.
    """
    drawn = 1 - part["reliability"]
    if drawn < 0.001:
        return None
    corrected = part["raw"] + part["severity"] + part["load"]
    return (part["adjusted"] - part["reliability"] * corrected) / drawn


def _sentences(code: str, part: dict[str, Any], *, one_month: bool) -> Iterator[str]:
    severity, load = part["severity"], part["load"]
    drawn = part["adjusted"] - part["raw"] - severity - load
    if abs(severity) >= WORTH_SAYING:
        yield severity_in_words(severity)
    if abs(load) >= WORTH_SAYING:
        yield load_in_words(load)
    if abs(drawn) >= WORTH_SAYING:
        average = average_drawn_to(part) if one_month else None
        records = records_in_words(code, part["n"])
        yield drawn_in_words(drawn, average, records, part["reliability"])
    for note in part["notes"]:
        yield note_in_words(note)
