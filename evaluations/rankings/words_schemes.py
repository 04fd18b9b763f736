"""A scheme's rules in plain words: one fact after the other, to read and to compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.ledger.curves import Challenge, Curve, Piecewise
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.scheme import (
    Basis,
    ComponentRule,
    Measure,
    Peers,
    Preference,
    Quota,
    SchemeRules,
    TieBreak,
)
from evaluations.rankings.words import level_name, reasons_in_words, records_in_words
from staffing.people.models import Post

TITLE_NAMES = {
    "service_star": _("Service Star"),
    "quality_service_model": _("Quality Service Model"),
    "excellent_staff": _("Excellent Staff of the Year"),
}
KIND_NAMES = {
    PeriodKind.MONTH: _("month"),
    PeriodKind.QUARTER: _("quarter"),
    PeriodKind.YEAR: _("year"),
}
MEASURE_NAMES = {
    Measure.MEAN: _("each day, test or visit alike"),
    Measure.POOLED: _("each single rating alike"),
}
BASIS_NAMES = {
    Basis.RAW: _("the score as written"),
    Basis.ADJUSTED: _("the adjusted score"),
}
PEER_NAMES = {
    Peers.ALL: _("everybody"),
    Peers.PROVINCE: _("the same province"),
    Peers.CITY: _("the same city"),
    Peers.COUNTY: _("the same county"),
    Peers.CLASS: _("the same outlet class"),
    Peers.POST: _("the same post"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that rules say; `key` finds the same thing in another version."""

    section: str
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that two versions tell differently; None: one of them has no such."""

    section: str
    label: str
    before: str | None
    after: str | None


def facts(rules: SchemeRules) -> list[Fact]:
    """Return everything that rules say, in the order of reading."""
    return [
        *_components(rules),
        *_posts(rules),
        *_score(rules),
        *_adjusted(rules),
        *_who_may_win(rules),
        *_ties(rules),
        *_winners(rules),
    ]


def sections(rules: SchemeRules) -> list[tuple[str, list[Fact]]]:
    """Return the facts by section."""
    grouped = groupby(facts(rules), key=lambda fact: fact.section)
    return [(section, list(group)) for section, group in grouped]


def differences(before: SchemeRules, after: SchemeRules) -> list[Change]:
    """Return what changes from one set of rules to the other, in reading order."""
    old = {fact.key: fact for fact in facts(before)}
    new = {fact.key: fact for fact in facts(after)}
    changes = []
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        named = now or was
        texts = (was.text if was else None, now.text if now else None)
        if named is not None and texts[0] != texts[1]:
            changes.append(Change(named.section, named.label, *texts))
    order = list(dict.fromkeys(fact.section for fact in (*new.values(), *old.values())))
    return sorted(changes, key=lambda change: order.index(change.section))


def number(value: Fraction | Decimal | int) -> str:
    """Write a number in the reader's form, without needless zeros."""
    exact = Fraction(value)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    plain = format(decimal.quantize(Decimal("0.0001")).normalize(), "f")
    return number_format(Decimal(plain))


def post_name(post: str) -> str:
    return str(Post(post).label) if post in Post.values else post


def title_name(title: str) -> str:
    return str(TITLE_NAMES.get(title, title))


def _label(code: str) -> str:
    return _upper(component_label(code))


def _upper(text: Any) -> str:
    text = str(text)
    return text[:1].upper() + text[1:]


def _joined(sentences: list[str]) -> str:
    space = gettext("; ")
    return space.join(sentences)


def curve_in_words(curve: Curve | None) -> str:
    """Return how a value turns into points; "" where it simply counts."""
    if isinstance(curve, Piecewise):
        return gettext(
            "below %(lower)s %% it earns %(below)s points, at %(lower)s %% "
            "%(lower_score)s, in a straight line up to %(upper_score)s at "
            "%(upper)s %% and above"
        ) % {
            "lower": number(curve.lower),
            "below": number(curve.below_score),
            "lower_score": number(curve.lower_score),
            "upper": number(curve.upper),
            "upper_score": number(curve.upper_score),
        }
    if isinstance(curve, Challenge):
        return gettext(
            "the base target %(base)s %% earns 90 points, the challenge target "
            "%(challenge)s %% earns 100; below the base points fall in proportion"
        ) % {"base": number(curve.base), "challenge": number(curve.challenge)}
    return ""


def _components(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("What counts, and how much")
    for rule in rules.components:
        yield Fact(
            section, f"component.{rule.code}", _label(rule.code), _component(rule)
        )
    yield Fact(
        section,
        "least_components",
        gettext("For a score"),
        ngettext(
            "%(n)d part has to be there. A missing part is left out and the others "
            "weigh more; it never counts as zero.",
            "%(n)d parts have to be there. A missing part is left out and the others "
            "weigh more; it never counts as zero.",
            rules.least_components,
        )
        % {"n": rules.least_components},
    )


def _component(rule: ComponentRule) -> str:
    said = [
        gettext("%(weight)s of 100") % {"weight": number(rule.weight)},
        str(MEASURE_NAMES[rule.measure]),
        gettext("from %(records)s on")
        % {"records": records_in_words(rule.code, rule.least_n)},
    ]
    if rule.required:
        said.append(gettext("without it there is no score"))
    if curve := curve_in_words(rule.curve):
        said.append(curve)
    return _joined(said)


def _posts(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("Whom it is for")
    posts = [post_name(post) for post in rules.posts]
    yield Fact(
        section,
        "posts",
        gettext("Posts"),
        gettext(", ").join(posts) if posts else gettext("all posts"),
    )
    for post, weights in sorted(rules.variants.items()):
        shares = [
            f"{component_label(rule.code)} {number(weights[rule.code])}"
            for rule in rules.components
            if rule.code in weights
        ]
        label = gettext("Weights for %(post)s") % {"post": post_name(post)}
        yield Fact(section, f"variant.{post}", label, gettext(", ").join(shares))


def _score(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("The score")
    yield Fact(section, "basis", gettext("Ranked by"), str(BASIS_NAMES[rules.basis]))
    for key, label, limit in (
        ("bonus", gettext("Bonus"), rules.bonus_limit),
        ("deduction", gettext("Deduction"), rules.deduction_limit),
    ):
        text = (
            gettext("up to %(points)s points a month, on top of the score")
            % {"points": number(Fraction(limit, 100))}
            if limit
            else gettext("none is taken")
        )
        yield Fact(section, key, label, text)
    yield Fact(
        section,
        "least_months",
        gettext("Quarter and year"),
        gettext(
            "The mean of the month scores; a quarter needs %(quarter)d of them, a "
            "year %(year)d."
        )
        % {
            "quarter": rules.least_months[PeriodKind.QUARTER],
            "year": rules.least_months[PeriodKind.YEAR],
        },
    )


def _adjusted(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("The adjusted score")
    for rule in rules.components:
        said = [
            gettext("few records are drawn towards the mean of: %(peers)s")
            % {"peers": PEER_NAMES[rule.peers]}
        ]
        if rule.severity:
            said.append(gettext("hard and mild raters are allowed for"))
        if rule.load:
            said.append(gettext("crowded days are allowed for"))
        yield Fact(section, f"adjusted.{rule.code}", _label(rule.code), _joined(said))


def _who_may_win(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("Who may win")
    if rules.least_days is not None:
        component, least = rules.least_days
        yield Fact(
            section,
            "least_days",
            gettext("Enough days"),
            gettext("at least %(records)s in the month")
            % {"records": records_in_words(component, least)},
        )
    for reason in reasons_in_words(rules.bars):
        yield Fact(
            section,
            f"bar.{reason.code}",
            _upper(reason.label),
            str(reason.meaning) or gettext("It keeps a person out of the awards."),
        )
    for gate in rules.gates:
        limits = [
            gettext("%(component)s at least %(least)s %%")
            % {
                "component": component_label(limit.component),
                "least": number(limit.least),
            }
            for limit in gate.limits
        ]
        label = _upper(reasons_in_words([gate.code])[0].label)
        where = gettext("asked only where there is: %(component)s") % {
            "component": component_label(gate.needs)
        }
        yield Fact(section, f"gate.{gate.code}", label, _joined([*limits, where]))


def tie_break_name(rule: TieBreak) -> str:
    if rule.preference is Preference.EARLIER:
        return gettext("the earlier day of hiring")
    what = {"what": component_label(rule.of)}
    if rule.preference is Preference.FEWER:
        return gettext("fewer records: %(what)s") % what
    return gettext("the higher value: %(what)s") % what


def _ties(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("When two have the same score")
    names = [tie_break_name(rule) for rule in rules.tie_breaks]
    yield Fact(
        section,
        "tie_breaks",
        gettext("A single prize goes by"),
        gettext(", then ").join(names) or gettext("nothing more: all of them win"),
    )


def _quota(quota: Quota) -> str:
    said = {
        "level": level_name(quota.level),
        "places": quota.places,
        "least": quota.least_ranked,
    }
    if quota.least_ranked == 1:
        return gettext("%(level)s: the best %(places)d") % said
    return (
        gettext("%(level)s: the best %(places)d, where at least %(least)d have a score")
        % said
    )


def _winners(rules: SchemeRules) -> Iterator[Fact]:
    section = gettext("Winners")
    yield Fact(
        section,
        "least_ranked_in_outlet",
        gettext("Places within an outlet"),
        ngettext(
            "shown from %(n)d person with a score on",
            "shown from %(n)d people with a score on",
            rules.least_ranked_in_outlet,
        )
        % {"n": rules.least_ranked_in_outlet},
    )
    for kind, label in (
        (PeriodKind.MONTH, gettext("Each month")),
        (PeriodKind.QUARTER, gettext("Each quarter")),
        (PeriodKind.YEAR, gettext("Each year")),
    ):
        said = [_quota(quota) for quota in rules.quotas[kind]]
        title = title_name(rules.title_of(kind))
        text = f"{title} · {_joined(said)}" if said else gettext("no winners")
        yield Fact(section, f"quota.{kind}", label, text)
