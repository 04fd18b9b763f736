"""How hard shoppers mark, and what outlets are once that is taken out.

The one place where the room asks for it: pages read the shapes below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ShopperSeverity:
    """Points by which a shopper marks harder (above 0) than others would.

    `low` and `high` bound it; all three None: too little evidence.
    """

    points: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class OutletCorrected:
    """An outlet's mean in percent as visited, and without its shoppers' severity."""

    raw: float
    corrected: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Severities:
    """By key of the shopper, and by id of the outlet."""

    shoppers: Mapping[int, ShopperSeverity] = field(default_factory=dict)
    outlets: Mapping[int, OutletCorrected] = field(default_factory=dict)


def severities(first: date, last: date) -> Severities:
    """Return what the released visits of some days say, of the whole chain."""
    return Severities()
