"""The smallest canonical inputs for tests of the rules."""

from collections.abc import Mapping

from evaluations.ledger.periods import Period
from evaluations.rankings.rules.people import Frame, PersonInput, Place
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.shipped import rules_of

SERVICE_STAR = SchemeRules.parse(rules_of("service_star-1"))
ONSITE = SchemeRules.parse(rules_of("onsite-1"))


def frame(period="2026-10", rules=SERVICE_STAR) -> Frame:
    parsed = Period.parse(period)
    months = {month.code: (1, rules) for month in parsed.months}
    return Frame(parsed, "service_star", 1, rules, months)


def month(
    daily=100.0, knowledge=90.0, onsite=None, mystery=None, callback=None, *, days=20
) -> Mapping[str, tuple[Sums, ...]]:
    """Return the sums of a month whose components have these values (two decimals)."""
    sums = {"daily": (Sums(10_000, days, days, round(daily * 100) * days),)}
    for code, value, n in (
        ("knowledge", knowledge, 4),
        ("mystery", mystery, 1),
        ("onsite", onsite, 100),
        ("callback", callback, 100),
    ):
        if value is not None:
            sums[code] = (Sums(10_000, n, n, round(value * 100) * n),)
    return sums


def person(uuid="a", *, outlet="O1", county="C1", **fields) -> PersonInput:
    """Return somebody on duty with a score in 2026-10 unless told otherwise."""
    place = Place(
        outlet=outlet,
        region=county,
        county=county,
        city="CT",
        province="PR",
        outlet_class="A",
    )
    defaults = {
        "post": "clerk",
        "on_duty": True,
        "hired_on": "2020-01-01",
        "place": place,
        "months": {"2026-10": month(onsite=80.0)},
    }
    return PersonInput(uuid=uuid, **(defaults | fields))
