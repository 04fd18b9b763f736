"""What is computed for everybody at once is what is computed one by one."""

import random

import numpy as np
from scipy.special import ndtr, ndtri

from evaluations.rankings.rules.intervals import EXACT, rank_intervals
from evaluations.rankings.rules.ranking import rank_people
from evaluations.rankings.rules.ranks import NOBODY, value_order
from evaluations.rankings.rules.scheme import Measure, SchemeRules
from evaluations.rankings.rules.scores import exact_score
from evaluations.rankings.rules.values import (
    Sums,
    Value,
    component_value,
    mean_value,
    month_values,
)
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import SERVICE_STAR, frame, month, person

FAIR = SchemeRules.parse(rules_of("service_star_fair-1"))


def plainly(mean, deviation, group):
    """Return the intervals group by group and person by person."""
    z = float(ndtri(0.95))
    found = {}
    for number in set(group.tolist()) - {-1}:
        rows = np.flatnonzero(group == number)
        for row in rows.tolist():
            others = rows[rows != row]

            def chances(at, of=others):
                return ndtr((mean[of] - at) / deviation[of])

            bounds = []
            for sign in (1, -1):
                at, half = mean[row] + sign * z * deviation[row], deviation[row] / 2
                p = chances(at)
                passed = chances(at - half).sum() - chances(at + half).sum()
                blur = (p * (1 - p)).sum() / max(passed, 0.5) ** 2
                at = mean[row] + sign * z * np.sqrt(1 + blur) * deviation[row]
                bounds.append(chances(at).sum())
            found[row] = bounds
    return found


def test_intervals_of_groups_of_all_sizes_are_those_of_each_person():
    stream = np.random.RandomState(5)
    sizes = [1, 1, 2, 2, 2, 3, 7, 7, 30, 30, 100]
    group = stream.permutation(np.repeat(np.arange(-1, len(sizes) - 1), sizes))
    mean, spread = 80 + 4 * stream.standard_normal(len(group)), np.ones(len(group))
    spread += stream.uniform(0, 3, len(group))
    found = rank_intervals(mean, spread, group)
    for row, (low, high) in plainly(mean, spread, group).items():
        size = int((group == group[row]).sum())
        assert found.low[row] == np.clip(np.ceil(low + 0.5), 1, size)
        assert found.high[row] == np.clip(np.ceil(high + 0.5), 1, size)


def test_intervals_of_a_large_group_are_within_one_rank_of_one_by_one():
    stream = np.random.RandomState(6)
    size = 4 * EXACT
    mean = 80 + 4 * stream.standard_normal(size)
    mean[: size // 10] = 80.0
    spread = np.exp(stream.uniform(0, 1.3, size))
    group = np.zeros(size, int)
    found = rank_intervals(mean, spread, group)
    expected = plainly(mean, spread, group)
    low = np.clip(np.ceil([expected[row][0] + 0.5 for row in range(size)]), 1, size)
    high = np.clip(np.ceil([expected[row][1] + 0.5 for row in range(size)]), 1, size)
    assert np.abs(found.low - low).max() == 1
    assert np.abs(found.high - high).max() == 1
    assert (found.low == low).mean() > 0.85
    assert (found.high == high).mean() > 0.85


def anybody(number, chance, months):
    """Return a person full of ties and rounding edges; some have next to nothing."""

    def sums(least, most):
        return tuple(
            Sums(out_of, entries, entries, points, points * points // entries)
            for out_of in chance.sample((300, 700, 10_000), chance.randint(1, 2))
            for entries in [chance.randint(least, most)]
            for points in [chance.randint(0, 4) * out_of * entries // 4]
        )

    def of_month():
        if chance.random() < 0.3:
            return month(onsite=80.0, mystery=chance.choice((None, 70.01, 70.03)))
        codes = ("daily", "knowledge", "mystery", "onsite", "callback")
        return {code: sums(1, 12) for code in codes if chance.random() < 0.8}

    return person(
        f"{number:03}",
        outlet=f"O{number % 9}",
        county=f"C{number % 3}",
        hired_on=chance.choice((None, "2020-01-01", "2021-05-05")),
        months={code: of_month() for code in months if chance.random() < 0.9},
    )


def test_scores_of_random_people_are_those_of_fractions_alone():
    chance = random.Random(7)
    for rules in (SERVICE_STAR, FAIR):
        about = frame(rules=rules)
        people = [anybody(number, chance, ["2026-10"]) for number in range(150)]
        found = rank_people(about, [one.line() for one in people])
        for one, result in zip(people, found.results, strict=True):
            values = month_values(one.months.get("2026-10", {}), rules)
            assert result.raw == exact_score(values, rules)


def test_quarters_of_random_people_are_the_means_of_their_months():
    chance = random.Random(8)
    codes = ["2026-07", "2026-08", "2026-09"]
    people = [anybody(number, chance, codes) for number in range(150)]
    found = rank_people(frame("2026-Q3"), [one.line() for one in people])
    for one, result in zip(people, found.results, strict=True):
        months = [month_values(of, SERVICE_STAR) for of in one.months.values()]
        scores = [exact_score(values, SERVICE_STAR) for values in months]
        kept = [score for score in scores if score is not None]
        mean = (2 * sum(kept) + len(kept)) // (2 * len(kept)) if kept else None
        assert result.raw == (mean if len(kept) >= 2 else None)


def test_adjusted_parts_of_a_quarter_are_the_means_of_its_months():
    chance = random.Random(9)
    codes = ["2026-07", "2026-08", "2026-09"]
    people = [anybody(number, chance, codes) for number in range(120)]
    lines = [one.line() for one in people]
    quarter = list(rank_people(frame("2026-Q3", FAIR), lines).results)
    singly = [list(rank_people(frame(code, FAIR), lines).results) for code in codes]
    compared = 0
    for row, result in enumerate(quarter):
        ranked = [of[row] for of in singly if of[row].raw is not None]
        for code, part in result.components.items():
            having = [
                of.components[code]["adjusted"]
                for of in ranked
                if of.components[code] and of.components[code]["adjusted"] is not None
            ]
            if part and having:
                assert abs(part["adjusted"] - sum(having) / len(having)) < 2e-6
                compared += 1
    assert compared > 200


def test_one_group_of_sums_has_the_value_that_the_general_rule_gives():
    one, none = Sums(700, 3, 9, 1_400), Sums(700, 0, 0, 0)
    for measure in Measure:
        together = component_value([one, Sums(700, 3, 9, 1_400)], measure)
        assert component_value([one], measure).exact == together.exact
        assert component_value([none], measure) is None
        assert component_value([Sums(0, 1, 1, 5)], measure) is None
    assert component_value([one], Measure.MEAN).n == 3
    assert component_value([one], Measure.POOLED).n == 9


def test_values_that_only_fractions_tell_apart_are_told_apart():
    big = 10**17
    values = [
        Value(big + 1, big, 1),
        Value(big, big, 1),
        None,
        Value(2 * big, 2 * big, 4),
        mean_value([Value(1, 3, 1), Value(1, 3, 1)]),
    ]
    assert float(values[0]) == float(values[1])
    assert value_order(values).tolist() == [2, 1, NOBODY, 1, 0]
    assert value_order(values[1:]).tolist() == [1, NOBODY, 1, 0]
    assert value_order([None]).tolist() == [NOBODY]
