"""From judges' marks to places, exactly."""

from collections.abc import Hashable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

# From so many judges on the best and the worst mark may be left out.
LEAST_TRIMMED = 5
# Places that are public and bring points.
PLACED = 3

Key = TypeVar("Key", bound=Hashable)


def mean_mark(marks: Sequence[Decimal], *, trims: bool) -> Fraction | None:
    """Return the mean of the judges' marks in one discipline; None without any.

    `trims` leaves one best and one worst mark out, from LEAST_TRIMMED marks on.
    """
    counted = sorted(Fraction(mark) for mark in marks)
    if trims and len(counted) >= LEAST_TRIMMED:
        counted = counted[1:-1]
    return sum(counted, Fraction()) / len(counted) if counted else None


def customers_mean(total: Decimal, n: int) -> Fraction:
    """Return the mean of `n` customers' marks, at least 1, whose sum is `total`."""
    return Fraction(total) / n


def places_of(totals: Mapping[Key, Fraction]) -> dict[Key, int]:
    """Return the places, the highest total first; equal totals share: 1, 1, 3."""
    ordered = sorted(totals.values(), reverse=True)
    first: dict[Fraction, int] = {}
    for place, total in enumerate(ordered, start=1):
        first.setdefault(total, place)
    return {key: first[total] for key, total in totals.items()}


def shown_total(total: Fraction) -> Decimal:
    """Return a total as people read it: two decimals, halves rounded up."""
    hundredths = Decimal((total * 200 + 1).__floor__() // 2)
    return (hundredths / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
