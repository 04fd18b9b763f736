"""What a card of the home page is made of; its words are chosen where it is filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Tone(StrEnum):
    """How a card or a line stands; shown as a colour, an icon and a word beside it."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts; `value` is written out, its unit included."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list on a card; `url` leads to what it speaks of."""

    text: str
    note: str = ""
    url: str = ""
    tone: Tone = Tone.PLAIN
    star: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question. `says` is the answer in a sentence; the rest is its evidence.

    `done` of `due` draws a bar, with due 0 none. `hint` says what to know or to do
    where no button can.
    """

    title: str
    icon: str
    says: str
    tone: Tone = Tone.PLAIN
    figures: tuple[Figure, ...] = ()
    done: int = 0
    due: int = 0
    lines: tuple[Line, ...] = ()
    hint: str = ""
    actions: tuple[Action, ...] = ()

    @property
    def needs_action(self) -> bool:
        """Tell whether the card's button is one to press now."""
        return self.tone in (Tone.ATTENTION, Tone.BAD)


def number(value: int | Decimal | float, places: int = 0) -> str:
    """Return a number as the reader's language groups it."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return number_format(exact, decimal_pos=places, force_grouping=True)


def percent(part: int, whole: int) -> str:
    """Return a share in percent with one decimal; a dash where there is no whole."""
    if not whole:
        return "–"
    return f"{number(Decimal(100 * part) / whole, 1)}\u00a0%"


def shortened(lines: Sequence[Line], total: int, most: int) -> tuple[Line, ...]:
    """Return at most `most` lines, and how many of the `total` are not among them."""
    shown = tuple(lines[:most])
    more = total - len(shown)
    if more <= 0:
        return shown
    words = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": number(more)}
    return (*shown, Line(words))


def minutes(seconds: float | None) -> str:
    """Return a duration in minutes with one decimal; a dash where it is unknown."""
    if seconds is None:
        return "–"
    return _("%(minutes)s min") % {"minutes": number(seconds / 60, 1)}


def waiting_records(n: int) -> Line:
    """Return the line that leads to what tablets sent and a person has to decide."""
    words = ngettext("%(n)s record from a tablet", "%(n)s records from tablets", n) % {
        "n": number(n)
    }
    return Line(words, _("waits for a decision"), link("checks:held"), Tone.BAD)


def link(name: str, *args: object) -> str:
    """Return the address of a page."""
    return reverse(name, args=args)
