"""Numbers of people who were erased: what a file says about them is not taken again.

Who was erased is known above. The app that knows sets `lookup` when it is ready;
without it nobody was erased.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """When somebody was erased, and the pseudonym that stands for her number since."""

    on: date
    pseudonym: str


lookup: Callable[[Collection[str]], Mapping[str, ErasedPerson]] | None = None


def erased_people(numbers: Collection[str]) -> Mapping[str, ErasedPerson]:
    """Return those of the numbers whose person was erased, by number."""
    if lookup is None or not numbers:
        return {}
    return lookup(numbers)
