"""What one item of a checklist means, and to whom it applies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

PERSON, OUTLET = "person", "outlet"


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One item as the arithmetic needs it.

    `weight` is in hundredths. `applies_to` is PERSON, OUTLET or "" (either); `who` is
    F, M or "" (everybody). `overrides` are the codes of the same standard that leave
    the day when this item fails.
    """

    code: str
    weight: int = 100
    critical: bool = False
    applies_to: str = ""
    who: str = ""
    overrides: tuple[str, ...] = ()

    def applies(self, subject: str, gender: str) -> bool:
        """Tell whether the item judges this kind of subject.

        An item for women or men only applies to nobody of unknown gender ("").
        """
        return self.applies_to in ("", subject) and self.who in ("", gender)


def applicable(
    items: Iterable[ItemRule], subject: str, gender: str = ""
) -> tuple[ItemRule, ...]:
    """Return the items that judge this subject, in their order."""
    return tuple(item for item in items if item.applies(subject, gender))


@dataclass(frozen=True, slots=True)
class Validity:
    """One version of a standard: its number, and from when it holds (None: always)."""

    version_id: int
    number: int
    valid_from: date | None


def in_force(versions: Sequence[Validity], on: date) -> Validity | None:
    """Return the version that holds on a day: the newest of those already valid."""
    held = [v for v in versions if v.valid_from is None or v.valid_from <= on]
    return max(held, key=lambda v: (v.valid_from or date.min, v.number), default=None)
