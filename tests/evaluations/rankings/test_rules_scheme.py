import copy
from fractions import Fraction

import pytest

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.scheme import Basis, Level, SchemeError, SchemeRules
from evaluations.rankings.shipped import rules_of


@pytest.fixture
def rules():
    return copy.deepcopy(rules_of("service_star-1"))


def test_service_star_is_the_written_rule():
    parsed = SchemeRules.parse(rules_of("service_star-1"))
    assert parsed.basis is Basis.RAW
    assert [(c.code, c.weight, c.least_n) for c in parsed.components] == [
        ("daily", 15, 1),
        ("knowledge", 10, 1),
        ("mystery", 25, 1),
        ("onsite", 25, 10),
        ("callback", 25, 5),
    ]
    assert [c.code for c in parsed.components if c.required] == ["daily"]
    assert parsed.least_days == ("daily", 15)
    assert parsed.least_months == {PeriodKind.QUARTER: 2, PeriodKind.YEAR: 9}
    assert [q.level for q in parsed.quotas[PeriodKind.QUARTER]] == [
        Level.OUTLET,
        Level.CITY,
    ]


def test_read_components_are_all_that_the_rules_look_at():
    service_star, onsite = (
        SchemeRules.parse(rules_of(name)) for name in ("service_star-1", "onsite-1")
    )
    assert service_star.read_components == (
        "callback",
        "daily",
        "knowledge",
        "mystery",
        "onsite",
        "sms_reply",
        "sms_satisfaction",
        "upheld_complaints",
        "volume",
    )
    assert service_star.counted_components == {"daily", "knowledge", "mystery"}
    assert onsite.read_components == ("onsite", "upheld_complaints")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.pop("basis"), "rules.basis: missing"),
        (lambda r: r.update(basis="guess"), "rules.basis: unknown guess"),
        (lambda r: r.update(bonus=1), "rules: unknown bonus"),
        (lambda r: r["components"].pop(), "do not add up to 100"),
        (lambda r: r["components"][0].update(weight=0), r"weight: no number above 0"),
        (lambda r: r["components"][0].update(weight="x"), r"weight: no number above 0"),
        (lambda r: r["components"][0].update(weight=True), r"weight: no number"),
        (lambda r: r["components"][0].update(code="onsite"), "each component once"),
        (lambda r: r["components"][0].update(least_n=0), "no whole number from 1"),
        (lambda r: r["components"][0].update(required=1), "not true or false"),
        (lambda r: r["components"][0].update(extra=1), r"components\[0\]: unknown"),
        (lambda r: r.update(components={}), "components: not a list"),
        (lambda r: r.update(components=[7]), r"components\[0\]: not an object"),
        (lambda r: r.update(least_components=6), "more than there are components"),
        (lambda r: r.update(tie_breaks=["onsite"]), "is not like"),
        (lambda r: r.update(tie_breaks=["higher luck"]), "luck is no component"),
        (lambda r: r.update(tie_breaks=["earlier left_on"]), "only hired_on"),
        (lambda r: r.update(bars=[""]), "bars: not texts"),
        (lambda r: r.update(title=""), "title: not a text"),
        (lambda r: r["quotas"].pop("year"), "quotas.year: missing"),
        (lambda r: r["quotas"]["year"][0].update(level="street"), "unknown street"),
        (lambda r: r["gates"][0]["limits"][0].update(least=101), "up to 100"),
        (lambda r: r["least_months"].update(month=1), "least_months: unknown month"),
    ],
)
def test_parse_says_what_is_wrong(rules, change, message):
    change(rules)
    with pytest.raises(SchemeError, match=message):
        SchemeRules.parse(rules)


def test_parse_refuses_what_is_no_object():
    with pytest.raises(SchemeError, match="rules: not an object"):
        SchemeRules.parse([])


def test_parse_reads_decimal_weights_exactly(rules):
    rules["components"][0]["weight"] = 15.1
    rules["components"][1]["weight"] = "9.9"
    parsed = SchemeRules.parse(rules)
    assert parsed.components[0].weight == Fraction(151, 10)
    assert parsed.components[1].weight == Fraction(99, 10)
