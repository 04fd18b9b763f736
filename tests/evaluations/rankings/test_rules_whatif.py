"""A what-if says what a real run of the same rules would say."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.rankings.rules.matrix import (
    Matrix,
    adjusted_column,
    matrix_of,
    packed,
    unpacked,
)
from evaluations.rankings.rules.people import Bar, PersonInput, Place
from evaluations.rankings.rules.ranking import rank_people
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Basis, Level, SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.rules.whatif import NotFitted, RulesNotCovered, rerank
from evaluations.rankings.rules.winners import Candidate, select
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import SERVICE_STAR, frame, month, person

BASE = rules_of("service_star-1")
CODES = [one["code"] for one in BASE["components"]]
MONTH = "2026-10"


def crowd(size: int, seed: int) -> list[PersonInput]:
    """Return people with gaps, ties, bars, gates and odd fractions."""
    chance = np.random.default_rng(seed)
    return [_one(chance, number) for number in range(size)]


def _one(chance, number: int) -> PersonInput:
    days = int(chance.integers(0, 26))
    sums: dict[str, tuple[Sums, ...]] = {}
    if days:
        good = int(chance.integers(days // 2, days + 1))
        sums["daily"] = (Sums(100, days, days, 100 * good, 10_000 * good),)
    for code, most in (("knowledge", 4), ("mystery", 3)):
        n = int(chance.integers(0, most))
        if n:
            each = chance.integers(12, 21, n) * 500
            squares = int((each.astype(object) ** 2).sum())
            sums[code] = (Sums(10_000, n, n, int(each.sum()), squares),)
    for code, most in (("onsite", 40), ("callback", 12), ("sms_satisfaction", 30)):
        n = int(chance.integers(0, most))
        if n:
            good = int(chance.integers(n // 2, n + 1))
            sums[code] = (Sums(100 * n, 1, n, 100 * good),)
    if chance.random() < 0.5:
        sums["sms_reply"] = (Sums(10_000, 1, 10, int(chance.integers(0, 4000))),)
    if chance.random() < 0.4:
        sums["volume"] = (Sums(10_000, 1, 1, int(chance.integers(9000, 12_000))),)
    if chance.random() < 0.2:
        sums["upheld_complaints"] = (Sums(0, 1, 1, 0),)
    bars = (
        (Bar("red_line", "", "2026-10-05", None),) if chance.random() < 0.1 else ()
    ) + (
        (Bar("attitude_complaint", MONTH, "2026-10-05", None),)
        if chance.random() < 0.1
        else ()
    )
    outlet = int(chance.integers(0, 9))
    known = chance.random() < 0.95
    place = Place(
        outlet=f"O{outlet}" if known else None,
        region=f"C{outlet // 3}",
        county=f"C{outlet // 3}" if known else None,
        city=f"T{outlet // 5}" if known else None,
        province="P" if known else None,
        outlet_class=["A", "B", ""][outlet % 3],
    )
    return PersonInput(
        uuid=f"{number:04d}",
        post=["clerk", "senior"][number % 2],
        on_duty=bool(chance.random() < 0.95),
        hired_on=None if number % 11 == 0 else f"20{10 + number % 14}-03-01",
        place=place,
        months={MONTH: sums} if sums else {},
        bars=bars,
    )


@st.composite
def rules_drawn(draw) -> dict:
    """Draw changed rules: weights, minima, gates, bars, basis, quotas, ties."""
    data = json.loads(json.dumps(BASE))
    kept = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    parts = [one for one in data["components"] if one["code"] in kept]
    cuts = [0, *sorted(draw(_cuts(len(parts)))), 10_000]
    for one, low, high in zip(parts, cuts, cuts[1:], strict=False):
        one["weight"] = (high - low) / 100
        one["least_n"] = draw(st.sampled_from([1, 2, 5, one["least_n"]]))
        one["required"] = draw(st.booleans())
    data["components"] = parts
    data["least_components"] = draw(st.integers(1, len(parts)))
    if draw(st.booleans()):
        data["least_days"] = None
    else:
        data["least_days"]["n"] = draw(st.integers(1, 25))
    data["gates"] = [gate for gate in data["gates"] if draw(st.booleans())]
    for gate in data["gates"]:
        for limit in gate["limits"]:
            limit["least"] = draw(st.integers(1, 10_000)) / 100
    data["bars"] = [bar for bar in data["bars"] if draw(st.booleans())]
    data["tie_breaks"] = [
        rule
        for rule in data["tie_breaks"]
        if not rule.startswith("higher") or rule.split()[1] in kept
    ]
    data["least_ranked_in_outlet"] = draw(st.integers(1, 5))
    levels = draw(st.lists(st.sampled_from([*Level]), unique=True))
    data["quotas"]["month"] = [
        {
            "level": str(level),
            "places": draw(st.integers(1, 6)),
            "least_ranked": draw(st.integers(1, 8)),
        }
        for level in levels
    ]
    data["basis"] = draw(st.sampled_from(["raw", "adjusted"]))
    return data


def _cuts(parts: int):
    return st.lists(
        st.integers(1, 9_999), min_size=parts - 1, max_size=parts - 1, unique=True
    )


def fitted_for(matrix: Matrix, base, people, rules: SchemeRules) -> Matrix:
    for rule in rules.components:
        if (rule.code, rule.least_n) not in matrix.adjusted:
            column = adjusted_column(base, people, rule)
            matrix = matrix.with_adjusted(rule.code, rule.least_n, column)
    return matrix


def assert_same_as_a_run(outcome, rules: SchemeRules, people) -> None:
    results = list(
        rank_people(frame(MONTH, rules), [one.line() for one in people]).results
    )

    def numbers(of):
        return [NOBODY if one is None else one for one in of]

    assert outcome.raw.tolist() == numbers(one.raw for one in results)
    if outcome.adjusted is not None:
        assert outcome.adjusted.tolist() == numbers(one.adjusted for one in results)
    assert outcome.score.tolist() == numbers(one.score for one in results)
    assert outcome.position.tolist() == [one.position for one in results]
    assert outcome.tied_position.tolist() == [one.tied_position for one in results]
    assert outcome.eligible.tolist() == [one.eligible for one in results]
    for level in Level:
        ranks = [one.ranks[level] or 0 for one in results]
        assert outcome.ranks[level].tolist() == ranks
    for row, one in enumerate(results):
        assert [code for code, of in outcome.reasons.items() if of[row]] == [
            *one.reasons
        ]
    (kind,) = [key for key in rules.quotas if key.value == "month"]
    assert set(outcome.winners) == {quota.level for quota in rules.quotas[kind]}
    for quota in rules.quotas[kind]:
        won = select(
            [
                Candidate(row, key, one.tied_position, one.eligible)
                for row, one in enumerate(results)
                if one.score is not None
                and (key := _list(people[row].place, quota.level)) is not None
            ],
            places=quota.places,
            least_ranked=quota.least_ranked,
        )
        assert np.flatnonzero(outcome.winners[quota.level]).tolist() == sorted(
            one.key for one in won
        )


def _list(place: Place, level: Level):
    if level is Level.ALL:
        return True
    if level is Level.CLASS:
        both = (place.province, place.outlet_class)
        return both if all(both) else None
    return getattr(place, level)


PEOPLE = crowd(150, seed=7)
WHOLE = frame(MONTH, SERVICE_STAR)
MATRIX = matrix_of(WHOLE, PEOPLE)


def test_rerank_by_the_same_rules_is_the_run_itself():
    assert_same_as_a_run(rerank(MATRIX, SERVICE_STAR), SERVICE_STAR, PEOPLE)
    ranked = int((rerank(MATRIX, SERVICE_STAR).score != NOBODY).sum())
    assert 60 < ranked < 150  # the crowd has people with a score and people without


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=rules_drawn())
def test_rerank_says_what_a_run_of_the_changed_rules_says(data):
    rules = SchemeRules.parse(data)
    matrix = fitted_for(MATRIX, WHOLE, PEOPLE, rules)
    assert_same_as_a_run(rerank(matrix, rules), rules, PEOPLE)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(0, 40))
def test_rerank_says_what_a_run_says_of_any_crowd(seed, size):
    people = crowd(size, seed)
    matrix = unpacked(packed(matrix_of(WHOLE, people)))
    assert_same_as_a_run(rerank(matrix, SERVICE_STAR), SERVICE_STAR, people)


def test_rerank_decides_a_rounding_edge_exactly():
    # 10 % of 52.16 and 90 % of 70.01 are 68.225 exactly; float64 lands below.
    data = json.loads(json.dumps(BASE))
    data["components"] = [
        {**one, "weight": weight, "least_n": 1, "required": False}
        for one, weight in zip(data["components"][:2], (10, 90), strict=True)
    ]
    data |= {"least_components": 2, "tie_breaks": []}
    rules = SchemeRules.parse(data)
    assert (0.0 + 10 * 52.16 + 90 * 70.01) / 100 * 100 < 6822.5
    sums = {
        "daily": (Sums(10_000, 1, 1, 5216),),
        "knowledge": (Sums(10_000, 1, 1, 7001),),
    }
    people = [person("a", months={MONTH: sums})]
    base = frame(MONTH, rules)
    assert rerank(matrix_of(base, people), rules).raw.tolist() == [6823]


def test_rerank_keeps_fractions_too_large_for_a_machine_word():
    primes = [9973, 9967, 9949, 9941, 9931, 9929]
    sums = {"daily": tuple(Sums(prime, 1, 1, prime - 1) for prime in primes)} | {
        "knowledge": (Sums(100, 1, 1, 100),),
        "onsite": (Sums(1000, 1, 10, 900),),
    }
    people = [person("a", months={MONTH: sums}), person("b")]
    matrix = matrix_of(WHOLE, people)
    assert list(matrix.large) == [(0, 0)]
    again = unpacked(packed(matrix))
    assert again.exact(0, 0) == matrix.exact(0, 0)
    assert_same_as_a_run(rerank(again, SERVICE_STAR), SERVICE_STAR, people)


def test_rerank_asks_for_an_estimate_that_was_not_made():
    onsite = SERVICE_STAR.component("onsite")
    changed = tuple(
        replace(one, least_n=20) if one is onsite else one
        for one in SERVICE_STAR.components
    )
    raw = replace(SERVICE_STAR, components=changed)
    assert rerank(MATRIX, raw).adjusted is None
    with pytest.raises(NotFitted) as refused:
        rerank(MATRIX, replace(raw, basis=Basis.ADJUSTED))
    assert (refused.value.code, refused.value.least_n) == ("onsite", 20)


def test_rerank_refuses_what_was_never_read():
    other = replace(SERVICE_STAR.components[0], code="speed", weight=Fraction(100))
    with pytest.raises(RulesNotCovered, match="speed was not read"):
        rerank(MATRIX, replace(SERVICE_STAR, components=(other,), tie_breaks=()))
    with pytest.raises(RulesNotCovered, match="days of onsite"):
        rerank(MATRIX, replace(SERVICE_STAR, least_days=("onsite", 3)))


def test_matrix_is_of_one_month():
    with pytest.raises(ValueError, match="one month"):
        matrix_of(frame("2026-Q3"), [person()])


def test_matrix_comes_back_from_its_archive():
    again = unpacked(packed(matrix_of(WHOLE, PEOPLE, keys=range(150))))
    assert again.keys.tolist() == list(range(150))
    assert again.codes == MATRIX.codes
    assert again.traits["tenure"][0] == MATRIX.traits["tenure"][0]
    np.testing.assert_array_equal(again.value, MATRIX.value)
    assert set(again.adjusted) == set(MATRIX.adjusted)


def test_tenure_counts_whole_years_on_the_last_day():
    people = [
        person("a", hired_on="2025-10-31"),
        person("b", hired_on="2025-11-01"),
        person("c", hired_on=None),
        person("d", hired_on="2016-10-01"),
        person("e", hired_on="2027-01-01", months={MONTH: month()}),
    ]
    names, numbers = matrix_of(WHOLE, people).traits["tenure"]
    assert [names[number] for number in numbers] == ["1", "0", "", "10", "0"]
