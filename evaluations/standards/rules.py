"""What one item of a checklist means, and whom it judges when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

PERSON, OUTLET = "person", "outlet"


@dataclass(frozen=True, slots=True)
class Judged:
    """Whom or what one check looks at, and in which round; "" is not known.

    `subject` is PERSON or OUTLET; `gender` and `post` are empty for an outlet.
    """

    subject: str
    gender: str = ""
    post: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One item as the arithmetic needs it.

    `weight` is in hundredths. `applies_to` is PERSON, OUTLET or "" (either); `who` is
    F, M or "" (everybody); `posts` and `slots` are empty for every post and round.
    `overrides` are the codes of the same standard that leave the day when this fails.
    """

    code: str
    weight: int = 100
    critical: bool = False
    applies_to: str = ""
    who: str = ""
    overrides: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()

    def applies(self, judged: Judged) -> bool:
        """Tell whether the item is asked of this subject in this round.

        An item for one gender, post or round is not asked where that is unknown ("").
        """
        return (
            self.applies_to in ("", judged.subject)
            and self.who in ("", judged.gender)
            and (not self.posts or judged.post in self.posts)
            and (not self.slots or judged.slot in self.slots)
        )


def applicable(items: Iterable[ItemRule], judged: Judged) -> tuple[ItemRule, ...]:
    """Return the items that are asked of this subject, in their order."""
    return tuple(item for item in items if item.applies(judged))


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
