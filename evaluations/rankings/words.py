"""What codes are called on the pages: reasons, levels, the records behind a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evaluations.rankings.rules.place_scheme import PartRule, Way
from evaluations.rankings.rules.scheme import Level

LEVEL_NAMES: Mapping[str, Any] = {
    Level.OUTLET: _("outlet"),
    Level.COUNTY: _("county"),
    Level.CITY: _("city"),
    Level.PROVINCE: _("province"),
    Level.CLASS: _("outlet class"),
    Level.ALL: _("whole chain"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is out of an award: in a few words, and what it means for her."""

    code: str
    label: Any
    meaning: Any = ""


_REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            "too_few_components",
            _("too few parts for a score"),
            _("A score needs the daily check and at least two other parts."),
        ),
        Reason(
            "too_few_months",
            _("too few ranked months"),
            _("A quarter needs two months with a score, a year nine."),
        ),
        Reason(
            "other_post",
            _("not scored by this scheme"),
            _("It is for other posts."),
        ),
        Reason(
            "too_few_days",
            _("too few checked days"),
            _("An award needs at least 15 checked days in the month."),
        ),
        Reason(
            "attitude_complaint",
            _("upheld attitude complaint"),
            _("It closes the awards of its month, its quarter and its year."),
        ),
        Reason(
            "wrong_transaction",
            _("upheld wrong transaction"),
            _("It closes the awards of its month; the quarter stays open."),
        ),
        Reason(
            "red_line",
            _("red-line case"),
            _("It closes all awards from its date until it is lifted."),
        ),
        Reason(
            "sms_gate",
            _("SMS ratings below target"),
            _("Enough customers have to reply, and be satisfied."),
        ),
        Reason(
            "volume_gate",
            _("business volume below target"),
            _("The personal target of the period was missed."),
        ),
        Reason(
            "not_on_duty",
            _("not on duty at the end"),
            _("Awards go to those on duty on the last day of the period."),
        ),
    )
}


def reasons_in_words(codes: Iterable[str]) -> list[Reason]:
    """Return the reasons to show; an unknown code is its own label."""
    return [_REASONS.get(code, Reason(code, code)) for code in codes]


def level_name(level: str) -> str:
    return str(LEVEL_NAMES[Level(level)])


def records_in_words(component: str, n: int) -> str:
    """Return how much stands behind a component: “20 days”, “1 visit”."""
    if component == "daily":
        return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}
    if component == "knowledge":
        return ngettext("%(n)d test", "%(n)d tests", n) % {"n": n}
    if component == "mystery":
        return ngettext("%(n)d visit", "%(n)d visits", n) % {"n": n}
    if component in ("onsite", "sms_satisfaction"):
        return ngettext("%(n)d rating", "%(n)d ratings", n) % {"n": n}
    if component == "callback":
        return ngettext("%(n)d call", "%(n)d calls", n) % {"n": n}
    return gettext("%(n)d records") % {"n": n}


_PART_NAMES: Mapping[str, Any] = {
    "staff": _("staff scores"),
    "environment": _("outlet environment"),
    "complaints": _("complaints"),
    "waiting": _("called within ten minutes"),
    "kpis": _("KPIs"),
    "priority": _("priority customers in time"),
}


def part_label(code: str) -> str:
    """Return the readable name of a part of an outlet's score."""
    return str(_PART_NAMES.get(code, code))


def part_figure(figure: float | None) -> str:
    """Return what a rate was made of, "" where there is no other figure."""
    if figure is None:
        return ""
    return gettext("%(figure).2f per 10,000 transactions") % {"figure": figure}


def part_records(rule: PartRule, n: int) -> str:
    """Return how much stands behind a part: “5 people”, “1,200 customers”."""
    if rule.way is Way.STAFF:
        return ngettext("%(n)d person", "%(n)d people", n) % {"n": n}
    if rule.way is Way.RATE:
        return ngettext("%(n)d transaction", "%(n)d transactions", n) % {"n": n}
    if rule.component in ("waiting", "priority_service"):
        return ngettext("%(n)d customer", "%(n)d customers", n) % {"n": n}
    return records_in_words(rule.component, n)
