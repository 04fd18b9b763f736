"""What verifying finds: differences, and what moved since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from evaluations.rankings.models import Run
from evaluations.rankings.rules.scheme import canonical


class Difference(NamedTuple):
    """Something stored that does not follow from the rest.

    `who` is a person's uuid, the code of an outlet or region with its kind before it,
    "" for the run itself. `stored` and `computed` are
    canonical JSON; both "" where the sentence in `what` says it all.
    """

    who: str
    what: str
    stored: str = ""
    computed: str = ""

    def __str__(self) -> str:
        about = f"{self.who}: {self.what}" if self.who else self.what
        if not self.stored:
            return about
        return f"{about} is stored as {self.stored}, computed as {self.computed}"


@dataclass(slots=True)
class Verification:
    """What verifying found. Empty `differences`: the run is what was frozen.

    `drift` lists what the ledger and the registry would say differently today; it does
    not touch the run. `outlets` is None where the run has ranked none.
    """

    run: Run
    people: int = 0
    differences: list[Difference] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    outlets: int | None = None
    places_hash: str = ""

    @property
    def holds(self) -> bool:
        return not self.differences

    def add(self, what: str, stored: Any = None, computed: Any = None) -> None:
        """Say that something about the run itself differs."""
        said = ("", "") if stored is computed is None else said_of(stored, computed)
        self.differences.append(Difference("", what, *said))


def unlike(
    stored: Any, computed: Any, tolerance: float, path: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Yield (path, stored, computed) of the leaves that differ beyond `tolerance`."""
    if isinstance(stored, Mapping) and isinstance(computed, Mapping):
        for key in sorted(stored.keys() | computed.keys()):
            inner = f"{path} {key}".strip()
            yield from unlike(stored.get(key), computed.get(key), tolerance, inner)
    elif isinstance(stored, list) and isinstance(computed, list):
        for number, (one, other) in enumerate(zip_longest(stored, computed)):
            yield from unlike(one, other, tolerance, f"{path} {number}".strip())
    elif stored != computed and not _close(stored, computed, tolerance):
        yield path, stored, computed


def _close(stored: Any, computed: Any, tolerance: float) -> bool:
    if not isinstance(stored, int | float) or not isinstance(computed, int | float):
        return False
    return abs(stored - computed) <= tolerance * max(abs(stored), abs(computed), 1)


def said_of(stored: Any, computed: Any) -> tuple[str, str]:
    return canonical(stored), canonical(computed)
