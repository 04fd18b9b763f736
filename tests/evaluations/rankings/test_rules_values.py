from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.scheme import Measure, SchemeRules
from evaluations.rankings.rules.values import (
    Sums,
    Value,
    component_value,
    mean_value,
    month_values,
    pooled,
)
from evaluations.rankings.shipped import rules_of

SERVICE_STAR = SchemeRules.parse(rules_of("service_star-1"))

entries = st.lists(
    st.integers(1, 20_000).flatmap(
        lambda out_of: st.tuples(st.integers(0, out_of), st.just(out_of))
    ),
    min_size=1,
    max_size=40,
)


def grouped(pairs, signs=None) -> list[Sums]:
    """Add entries (points, out_of) up by their out_of, as the ledger's query does."""
    sums: dict[int, list[int]] = {}
    for (points, out_of), sign in zip(pairs, signs or [1] * len(pairs), strict=True):
        group = sums.setdefault(out_of, [0, 0, 0])
        group[0] += sign
        group[1] += sign
        group[2] += sign * points
    return [Sums(out_of, *group) for out_of, group in sums.items()]


@given(entries)
def test_component_value_is_the_mean_of_the_ratios(pairs):
    value = component_value(grouped(pairs), Measure.MEAN)
    ratios = [Fraction(points, out_of) for points, out_of in pairs]
    assert value.exact == 100 * sum(ratios) / len(ratios)
    assert value.n == len(pairs)


@given(entries)
def test_component_value_pools_points(pairs):
    value = component_value(grouped(pairs), Measure.POOLED)
    points, out_of = map(sum, zip(*pairs, strict=True))
    assert value.exact == Fraction(100 * points, out_of)
    assert value.n == len(pairs)


@given(entries, entries, st.sampled_from(Measure))
def test_reversed_entries_leave_no_trace(kept, mistaken, measure):
    signs = [1] * (len(kept) + len(mistaken)) + [-1] * len(mistaken)
    corrected = grouped([*kept, *mistaken, *mistaken], signs)
    found, wanted = (
        component_value(sums, measure) for sums in (corrected, grouped(kept))
    )
    assert (found.exact, found.n) == (wanted.exact, wanted.n)


@pytest.mark.parametrize("measure", Measure)
def test_component_value_of_nothing_is_unknown(measure):
    assert component_value([], measure) is None
    assert component_value([Sums(100, 0, 0, 0)], measure) is None
    assert component_value([Sums(0, 3, 3, 0)], measure) is None


def test_component_value_counts_entries_of_a_mean_and_records_of_a_share():
    sums = [Sums(10_000, 4, 4, 38_500)]
    assert component_value(sums, Measure.MEAN) == Value(3_850_000, 40_000, 4)
    day = [Sums(1200, 1, 12, 900)]
    assert component_value(day, Measure.POOLED) == Value(90_000, 1200, 12)


def test_month_values_leave_out_what_has_too_few_records():
    sums = {
        "daily": (Sums(100, 1, 1, 100),),
        "onsite": (Sums(900, 1, 9, 900),),
        "callback": (Sums(500, 1, 5, 400),),
        "sms_reply": (Sums(100, 1, 1, 0),),
    }
    found = month_values(sums, SERVICE_STAR)
    assert found.keys() == {"daily", "callback"}
    enough = sums | {"onsite": (Sums(1000, 1, 10, 900),)}
    assert float(month_values(enough, SERVICE_STAR)["onsite"]) == 90.0


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(1, 999)), min_size=1))
def test_mean_value_is_exact(pairs):
    values = [Value(numerator, denominator, 2) for numerator, denominator in pairs]
    exact = [Fraction(*pair) for pair in pairs]
    assert mean_value(values).exact == sum(exact) / len(exact)
    assert mean_value(values).n == 2 * len(pairs)


def test_mean_value_of_nothing_is_refused():
    with pytest.raises(ValueError, match="mean of nothing"):
        mean_value([])


def test_pooled_adds_points_and_what_could_be_had():
    assert pooled([Sums(100, 3, 3, 200), Sums(200, 1, 1, 50)]) == (250, 500)
    assert pooled([Sums(0, 1, 1, 700)]) == (0, 0)
