"""Figures put into words: what an adjustment did, what changed, what would do.

Numbers come in points; sentences begin small and end without a full stop, so that a
page may set them as a list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.rules.adjusting import RELIABILITY_UNKNOWN
from evaluations.rankings.rules.gaps import Way
from evaluations.rankings.rules.scheme import Preference, TieBreak
from evaluations.rankings.rules.severity import (
    NO_RATER,
    NOT_CONNECTED,
    ONE_RATER,
    TOO_LITTLE,
)
from evaluations.rankings.words import records_in_words

# Smaller than that, a correction is not worth a sentence.
WORTH_SAYING = 0.05
# Below it more of a value is chance than is not.
MOSTLY_CHANCE = 0.5

_NOTES: Mapping[str, Any] = {
    NOT_CONNECTED: _(
        "not corrected for its raters: they share nobody with the other raters"
    ),
    ONE_RATER: _("not corrected for its rater: there was only one, nobody to compare"),
    TOO_LITTLE: _("not corrected for its raters: too little is known of them"),
    NO_RATER: _("not corrected for its raters: nobody says who they were"),
    RELIABILITY_UNKNOWN: _(
        "not drawn towards the average: how much one record varies is not known"
    ),
}

_TIE_BREAKS: Mapping[str, Any] = {
    "callback": _("the higher call-back value"),
    "mystery": _("the higher value of mystery visits"),
    "onsite": _("the higher on-site value"),
    "upheld_complaints": _("fewer upheld complaints"),
    "hired_on": _("the earlier day hired"),
}


def note_in_words(code: str) -> str:
    return str(_NOTES.get(code, code))


def severity_in_words(points: float) -> str:
    """Return what was given back for hard raters, or taken for mild ones."""
    if points > 0:
        return gettext("judged by harder raters than most: %(points)s") % _signed(
            points
        )
    return gettext("judged by milder raters than most: %(points)s") % _signed(points)


def load_in_words(points: float) -> str:
    """Return what was given back for crowded days and the class of the outlet."""
    if points > 0:
        text = gettext("busier days or a busier class of outlet than most: %(points)s")
    else:
        text = gettext(
            "quieter days or a quieter class of outlet than most: %(points)s"
        )
    return text % _signed(points)


def drawn_in_words(
    points: float, average: float | None, records: str, reliability: float
) -> str:
    """Return how far a value was drawn, whereto (None: not one average) and why."""
    says = {
        "points": number(abs(points), 1),
        "average": "" if average is None else number(average, 1),
        "records": records,
    }
    if reliability < MOSTLY_CHANCE:
        if average is None:
            text = _(
                "drawn %(points)s points towards the average, %(records)s being few"
            )
        elif points > 0:
            text = _(
                "drawn up %(points)s points towards the average of %(average)s, "
                "because so few records (%(records)s) tell little"
            )
        else:
            text = _(
                "drawn down %(points)s points towards the average of %(average)s, "
                "because so few records (%(records)s) tell little"
            )
    elif average is None:
        text = _(
            "drawn %(points)s points towards the average, because some of %(records)s "
            "is chance"
        )
    elif points > 0:
        text = _(
            "drawn up %(points)s points towards the average of %(average)s, because "
            "some of what was recorded (%(records)s) is chance"
        )
    else:
        text = _(
            "drawn down %(points)s points towards the average of %(average)s, because "
            "some of what was recorded (%(records)s) is chance"
        )
    return str(text) % says


def difference_in_words(points: float, before: Period) -> str:
    """Return “2 points fewer than in September 2026”."""
    says = {
        "points": number(abs(points), 2).rstrip("0").rstrip("."),
        "period": period_in_words(before),
    }
    count = 1 if abs(points) == 1 else 2
    if points > 0:
        text = ngettext(
            "%(points)s point more than in %(period)s",
            "%(points)s points more than in %(period)s",
            count,
        )
    elif points < 0:
        text = ngettext(
            "%(points)s point fewer than in %(period)s",
            "%(points)s points fewer than in %(period)s",
            count,
        )
    else:
        text = gettext("the same score as in %(period)s")
    return text % says


def cause_in_words(
    part: str, share: float, now: str, before: str, both: str = ""
) -> str:
    """Return where most of a difference comes from.

    `share` is the part of the difference that the component made; above 1 others went
    the other way. `now` and `before` say what was achieved, "" where it did not count;
    `both` says it of both at once, where there are words for that.
    """
    if share > 1.2:
        text = _("from %(part)s, while other parts made up for some of it: %(detail)s")
    elif share >= 0.8:
        text = _("nearly all of it from %(part)s: %(detail)s")
    elif share >= 0.5:
        text = _("most of it from %(part)s: %(detail)s")
    else:
        text = _("the largest share of it from %(part)s: %(detail)s")
    if both:
        detail = both
    elif not before:
        detail = gettext("%(now)s, which did not count before") % {"now": now}
    elif not now:
        detail = gettext("%(before)s before, which does not count this time") % {
            "before": before
        }
    else:
        detail = gettext("%(now)s instead of %(before)s") % {
            "now": now,
            "before": before,
        }
    return str(text) % {"part": part, "detail": detail}


def chance_in_words(within: bool | None) -> str:
    """Return whether a difference is chance; None where nobody can tell."""
    if within is None:
        return gettext("whether that is chance cannot be told")
    if within:
        return gettext("the difference is within chance")
    return gettext("the difference is more than chance makes")


def change_in_words(sentences: Sequence[str]) -> str:
    """Return what changed, where from, and whether it is chance, as one sentence."""
    parts = dict(zip(("difference", "cause", "chance"), sentences, strict=False))
    if len(sentences) == 3:
        return gettext("%(difference)s, %(cause)s; %(chance)s.") % parts
    if len(sentences) == 2:
        return gettext("%(first)s; %(second)s.") % {
            "first": sentences[0],
            "second": sentences[1],
        }
    return gettext("%(first)s.") % {"first": sentences[0]}


@dataclass(frozen=True, slots=True)
class Tally:
    """What a component came to: its value, 0 to 100, over `n` records.

    `counted` tells that each record was good or not.
    """

    code: str
    value: float
    n: int
    counted: bool

    @property
    def good(self) -> int | None:
        """The good records; None where they cannot be told from the others."""
        good = round(self.value * self.n / 100)
        exact = abs(self.value * self.n / 100 - good) < 1e-6
        return good if self.counted and self.n and exact else None

    def __str__(self) -> str:
        """Return “7 of 9 calls satisfied”, else the value and its records."""
        if self.good is None:
            return gettext("%(value)s (%(records)s)") % {
                "value": number(self.value, 2),
                "records": records_in_words(self.code, self.n),
            }
        text = gettext("%(good)s of %(n)s")
        if self.code in _TALLIES:
            text = str(_TALLIES[self.code][0])
        return text % {"good": self.good, "n": self.n}

    def instead_of(self, before: "Tally") -> str:
        """Return “7 of 9 calls satisfied instead of 9 of 9”; "" for no counts."""
        if self.good is None or before.good is None or self.code not in _TALLIES:
            return ""
        says = {
            "good": self.good,
            "n": self.n,
            "then_good": before.good,
            "then_n": before.n,
        }
        return str(_TALLIES[self.code][1]) % says


_TALLIES: Mapping[str, tuple[Any, Any]] = {
    "daily": (
        _("%(good)s of %(n)s days compliant"),
        _("%(good)s of %(n)s days compliant instead of %(then_good)s of %(then_n)s"),
    ),
    "callback": (
        _("%(good)s of %(n)s calls satisfied"),
        _("%(good)s of %(n)s calls satisfied instead of %(then_good)s of %(then_n)s"),
    ),
    "onsite": (
        _("%(good)s of %(n)s ratings satisfied"),
        _("%(good)s of %(n)s ratings satisfied instead of %(then_good)s of %(then_n)s"),
    ),
}


def extras_in_words(points: float) -> str:
    """Return what bonus and deduction came to; "" where there was none."""
    return "" if not points else _signed_points(points)


def way_in_words(way: Way) -> str:
    """Return what would have closed a gap: “2 more satisfied call-backs of 10”."""
    says: dict[str, Any] = {"more": way.more, "n": way.n}
    if way.code == "callback":
        text = ngettext(
            "%(more)s more satisfied call-back of %(n)s",
            "%(more)s more satisfied call-backs of %(n)s",
            way.more,
        )
    elif way.code == "daily":
        text = ngettext(
            "%(more)s more compliant day of %(n)s",
            "%(more)s more compliant days of %(n)s",
            way.more,
        )
    elif way.code == "onsite":
        text = ngettext(
            "%(more)s more satisfied rating of %(n)s",
            "%(more)s more satisfied ratings of %(n)s",
            way.more,
        )
    else:
        says["part"] = component_label(way.code)
        text = gettext("%(more)s more of %(n)s: %(part)s")
    return text % says


def tie_break_in_words(rule: TieBreak) -> str:
    """Return the name of a rule that decides between equal scores."""
    if rule.preference is Preference.HIGHER and rule.of not in _TIE_BREAKS:
        return component_label(rule.of)
    return str(_TIE_BREAKS.get(rule.of, rule.of))


def period_in_words(period: Period) -> str:
    if period.kind is PeriodKind.MONTH:
        return date_format(period.first, "YEAR_MONTH_FORMAT")
    return period.code


def number(value: float, places: int) -> str:
    # `number_format` alone cuts decimals off.
    return number_format(round(value, places), places)


def _signed(points: float) -> dict[str, str]:
    return {"points": _sign(points) + number(abs(points), 1)}


def _signed_points(points: float) -> str:
    return _sign(points) + number(abs(points), 2)


def _sign(points: float) -> str:
    # A real minus sign: it is as wide as the plus.
    return "+" if points > 0 else "−"
