"""What codes are called on the pages: reasons, levels, the records behind a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.place_scheme import PartRule, Way
from evaluations.rankings.rules.scheme import Level, SchemeRules

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
        Reason("too_few_components", _("too few parts for a score")),
        Reason("too_few_months", _("too few ranked months")),
        Reason(
            "other_post", _("not scored by this scheme"), _("It is for other posts.")
        ),
        Reason("too_few_days", _("too few checked days")),
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


def reasons_in_words(
    codes: Iterable[str],
    rules: SchemeRules | None = None,
    kind: PeriodKind = PeriodKind.MONTH,
) -> list[Reason]:
    """Return the reasons to show; an unknown code is its own label.

    With the `rules` that decided (as they are for the person's post), what a number in
    them asks for is quoted; `kind` is that of the period.
    """
    found = [_REASONS.get(code, Reason(code, code)) for code in codes]
    if rules is None:
        return found
    return [
        replace(one, meaning=meaning)
        if (meaning := _asked(one.code, rules, kind))
        else one
        for one in found
    ]


def _asked(code: str, rules: SchemeRules, kind: PeriodKind) -> str:
    """Return what the rules ask for, in their own numbers; "" where it is no number."""
    if code == "too_few_components":
        return _parts_asked(rules)
    if code == "too_few_months" and kind in rules.least_months:
        n = rules.least_months[kind]
        if kind is PeriodKind.YEAR:
            text = ngettext(
                "A year needs at least %(n)d month with a score.",
                "A year needs at least %(n)d months with a score.",
                n,
            )
        else:
            text = ngettext(
                "A quarter needs at least %(n)d month with a score.",
                "A quarter needs at least %(n)d months with a score.",
                n,
            )
        return text % {"n": n}
    if code == "too_few_days" and rules.least_days is not None:
        component, n = rules.least_days
        return gettext(
            "An award needs at least %(records)s in the month: %(part)s."
        ) % {
            "records": records_in_words(component, n),
            "part": component_label(component),
        }
    limits = [
        gettext("%(component)s at least %(least)s %%")
        % {
            "component": component_label(limit.component),
            "least": _plain(limit.least),
        }
        for gate in rules.gates
        if gate.code == code
        for limit in gate.limits
    ]
    if not limits:
        return ""
    return gettext("Asked for: %(limits)s.") % {"limits": gettext("; ").join(limits)}


def _parts_asked(rules: SchemeRules) -> str:
    n = rules.least_components
    required = [
        component_label(rule.code) for rule in rules.components if rule.required
    ]
    if not required:
        text = ngettext(
            "A score needs at least %(n)d part with enough records.",
            "A score needs at least %(n)d parts with enough records.",
            n,
        )
        return text % {"n": n}
    says = {"n": n, "parts": gettext(", ").join(required)}
    return (
        ngettext(
            "A score needs at least %(n)d part with enough records, "
            "among them: %(parts)s.",
            "A score needs at least %(n)d parts with enough records, "
            "among them: %(parts)s.",
            n,
        )
        % says
    )


def _plain(percent: Fraction) -> str:
    return f"{float(percent):g}"


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
    return ngettext("%(n)d record", "%(n)d records", n) % {"n": n}


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
    shown = {"n": intcomma(n)}
    if rule.way is Way.STAFF:
        return ngettext("%(n)s person", "%(n)s people", n) % shown
    if rule.way is Way.RATE:
        return ngettext("%(n)s transaction", "%(n)s transactions", n) % shown
    if rule.component in ("waiting", "priority_service"):
        return ngettext("%(n)s customer", "%(n)s customers", n) % shown
    return records_in_words(rule.component, n)
