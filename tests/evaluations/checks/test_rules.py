"""The pooled day, by worked examples and by telling the rule once more, plainly."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.checks.rules import (
    Mark,
    Share,
    Taken,
    pool,
    rater_of_name,
    rater_of_staff,
)
from evaluations.standards.rules import PERSON, ItemRule, Judged, applicable

HAIR = [
    ItemRule("G01", critical=True),
    ItemRule("G10"),
    ItemRule("G11"),
    ItemRule("G12", who="M", overrides=("G10", "G11")),
]


def taken(items=HAIR, gender="M", *, standard="S", score=None, rater="", **marks):
    rules = {rule.code: rule for rule in applicable(items, Judged(PERSON, gender))}
    return Taken(
        standard, rules, {code: Mark(m) for code, m in marks.items()}, score, rater
    )


def plain(count):
    return [ItemRule(f"P{n}") for n in range(count)]


def rate(day):
    return Fraction(day.share.passed, day.share.observed)


def test_a_check_without_marks_passes_everything():
    day = pool([taken()])
    assert (rate(day), day.compliant()) == (1, True)


def test_exactly_ninety_percent_is_compliant():
    assert pool([taken(plain(10), P1="failed")]).compliant()


def test_just_below_ninety_percent_is_not():
    day = pool([taken(plain(10), P1="failed"), taken(plain(9), P1="failed")])
    assert rate(day) == Fraction(17, 19)
    assert not day.compliant()


def test_a_failed_critical_item_spoils_a_day_above_ninety_percent():
    items = [*plain(99), ItemRule("K", critical=True)]
    day = pool([taken(items, K="failed")])
    assert (rate(day), day.critical, day.compliant()) == (
        Fraction(99, 100),
        ("K",),
        False,
    )


@pytest.mark.parametrize("mark", ["not_applicable", "not_observed"])
def test_what_was_not_judged_leaves_both_sides(mark):
    day = pool([taken(plain(4), P0=mark, P1="failed")])
    assert rate(day) == Fraction(2, 3)


def test_a_critical_item_that_was_not_observed_has_not_failed():
    assert pool([taken(G01="not_observed")]).critical == ()


def test_nothing_observed_is_no_checked_day():
    day = pool([taken(plain(2), P0="not_observed", P1="not_applicable")])
    assert (day.checked, day.compliant(), day.by_rater) == (False, False, {})
    assert not pool([]).checked


def test_weights_count():
    items = [ItemRule("A", weight=300), ItemRule("B", weight=100)]
    assert rate(pool([taken(items, B="failed")])) == Fraction(3, 4)


def test_long_hair_of_a_man_is_counted_once():
    day = pool([taken(G12="failed", G10="failed", G11="failed")])
    assert rate(day) == Fraction(1, 2)  # G01 passed, G12 failed, G10 and G11 gone
    assert day.left_out == {("S", "G10"), ("S", "G11")}


def test_long_hair_takes_sides_and_back_out_of_every_check_of_the_day():
    day = pool([taken(G12="failed"), taken(G10="failed")])
    assert rate(day) == Fraction(3, 4)  # twice G01 and G12; one G12 failed


def test_long_hair_is_not_judged_where_the_gender_is_unknown():
    day = pool([taken(gender="", G12="failed", G10="failed")])
    assert rate(day) == Fraction(2, 3)
    assert day.left_out == frozenset()


def test_overriding_stays_within_its_standard():
    day = pool([taken(G12="failed"), taken(standard="T", G10="failed")])
    assert rate(day) == Fraction(4, 6)


def test_the_same_item_counts_each_time_it_was_observed():
    day = pool([taken(plain(2), P0="failed"), taken(plain(2)), taken(plain(2))])
    assert rate(day) == Fraction(5, 6)


def test_a_score_alone_is_one_item_of_weight_one():
    day = pool([taken(plain(9)), taken([], score=8750)])
    assert rate(day) == (9 + Fraction(7, 8)) / 10


@pytest.mark.parametrize(("score", "compliant"), [(8999, False), (9000, True)])
def test_a_day_of_one_score_is_compliant_from_ninety(score, compliant):
    assert pool([taken([], score=score)]).compliant() is compliant


def test_each_rater_keeps_her_part_of_the_day():
    day = pool(
        [
            taken(plain(4), rater="a", P0="failed"),
            taken(plain(2), rater="b", P0="not_observed", P1="not_observed"),
            taken(plain(6), rater="c"),
        ]
    )
    assert {
        rater: (s.passed_hundredths, s.observed_hundredths)
        for rater, s in day.by_rater.items()
    } == {"a": (300, 400), "c": (600, 600)}


def test_passed_weight_of_a_score_is_rounded_half_up():
    assert Share(passed=8750 * 100, observed=100 * 10_000).passed_hundredths == 88


def test_rater_keys_are_opaque_and_stable():
    assert rater_of_name("") == ""
    assert rater_of_name("Wang Wei") == rater_of_name("Wang Wei")
    assert rater_of_name("Wang Wei") != rater_of_name("Li Na")
    assert len(rater_of_name("x" * 500)) == 32
    assert len(rater_of_staff(UUID(int=1))) == 32


# Properties -------------------------------------------------------------------------

CODES = ["A", "B", "C", "D", "E"]
ITEMS = st.lists(
    st.builds(
        ItemRule,
        code=st.sampled_from(CODES),
        weight=st.integers(0, 500),
        critical=st.booleans(),
        who=st.sampled_from(["", "F", "M"]),
        overrides=st.sampled_from([(), ("A",), ("B", "C")]),
    ),
    unique_by=lambda rule: rule.code,
)
MARKS = st.dictionaries(st.sampled_from([*CODES, "Z"]), st.sampled_from(list(Mark)))
CHECKS = st.lists(
    st.builds(
        lambda standard, items, gender, marks, score, rater: Taken(
            standard,
            {rule.code: rule for rule in applicable(items, Judged(PERSON, gender))},
            {} if score is not None else marks,
            score,
            rater,
        ),
        st.sampled_from(["S", "T"]),
        ITEMS,
        st.sampled_from(["F", "M", ""]),
        MARKS,
        st.none() | st.none() | st.integers(0, 10_000),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=5,
)


def told_plainly(checks):
    """Return passed weight, observed weight and failed critical codes, item by item."""
    gone = {
        (check.standard, code)
        for check in checks
        for rule in check.rules.values()
        if check.marks.get(rule.code) is Mark.FAILED
        for code in rule.overrides
    }
    passed, observed, critical = Fraction(), Fraction(), set()
    for check in checks:
        if check.score is not None:
            passed += Fraction(100 * check.score, 10_000)
            observed += 100
            continue
        for rule in check.rules.values():
            mark = check.marks.get(rule.code)
            if (check.standard, rule.code) in gone or mark in (
                Mark.NOT_APPLICABLE,
                Mark.NOT_OBSERVED,
            ):
                continue
            observed += rule.weight
            if mark is None:
                passed += rule.weight
            elif rule.critical:
                critical.add(rule.code)
    return passed, observed, critical


@given(CHECKS)
def test_pooling_agrees_with_telling_it_item_by_item(checks):
    day = pool(checks)
    passed, observed, critical = told_plainly(checks)
    assert day.share == Share(passed * 10_000, observed * 10_000)
    assert set(day.critical) == critical
    assert day.checked is (observed > 0)
    assert day.compliant() is (
        observed > 0 and not critical and passed / observed >= Fraction(9, 10)
    )


@given(CHECKS)
def test_the_order_of_the_checks_does_not_matter(checks):
    there, back = pool(checks), pool(checks[::-1])
    assert (there.share, set(there.critical)) == (back.share, set(back.critical))


@given(CHECKS)
def test_raters_add_up_to_the_day(checks):
    day = pool(checks)
    assert sum(day.by_rater.values(), Share()) == day.share
    assert 0 <= day.share.passed <= day.share.observed


@given(CHECKS, CHECKS)
def test_an_all_passed_check_never_makes_a_compliant_day_worse(checks, more):
    clean = [Taken(c.standard, c.rules, {}, None, c.rater) for c in more]
    before = pool(checks)
    if before.compliant():
        assert pool([*checks, *clean]).compliant()
