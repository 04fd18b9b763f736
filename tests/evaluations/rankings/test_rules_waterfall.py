"""The steps of a score add up, to the last digit, on every standing."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.rankings.rules.change import change_between, is_chance
from evaluations.rankings.rules.gaps import Way, ways_to_close
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.ranking import months_of, rank_people
from evaluations.rankings.rules.results import Result
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.waterfall import (
    Step,
    Waterfall,
    adjusted_waterfall,
    raw_waterfall,
)
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import frame, month, person

FAIR = SchemeRules.parse(rules_of("service_star_fair-1"))
percent = st.decimals(0, 100, places=2).map(float)
months = st.builds(
    month,
    daily=percent,
    knowledge=percent,
    onsite=st.none() | percent,
    mystery=st.none() | percent,
    callback=st.none() | percent,
    days=st.integers(1, 31),
)
CODES = st.sampled_from([["2026-10"], ["2026-10", "2026-11"], ["2026-11", "2026-12"]])


@st.composite
def crowds(draw) -> list[PersonInput]:
    return [
        person(
            f"p{n:02}", months={code: draw(months) for code in ["2026-10", "2026-11"]}
        )
        for n in range(draw(st.integers(1, 14)))
    ]


def kept(result: Result) -> tuple[Decimal | None, Decimal | None]:
    """Return both scores as a standing keeps them."""
    raw, adjusted = result.raw, result.adjusted
    return (
        None if raw is None else Decimal(raw).scaleb(-2),
        None if adjusted is None else Decimal(adjusted).scaleb(-6),
    )


def total(of: Waterfall) -> Fraction:
    return sum((step.points for step in (*of.steps, *of.extras)), of.rounding)


@settings(deadline=None, max_examples=60)
@given(people=crowds(), period=st.sampled_from(["2026-10", "2026-Q4"]))
def test_steps_and_one_rounding_term_are_the_score_of_every_standing(people, period):
    of = frame(period, FAIR)
    results = rank_people(of, [one.line() for one in people]).results
    for own, result in zip(months_of(of, people), results, strict=True):
        score, fair = kept(result)
        raw = raw_waterfall(of, own, score)
        adjusted = adjusted_waterfall(raw, result.components, fair)
        if score is None:
            assert raw is adjusted is None
            continue
        assert raw is not None
        assert adjusted is not None
        assert adjusted.score == Fraction(result.score, 100)
        for one in (raw, adjusted, raw.printed(), adjusted.printed()):
            assert total(one) == one.score
            assert sum(step.weight for step in one.steps) == 100
        # A month is rounded once; a period rounds its months, then their mean.
        most = Fraction(1, 200) if period == "2026-10" else Fraction(1, 100)
        assert abs(raw.rounding) <= most
        # Six components and the score are kept to the millionth.
        assert abs(adjusted.rounding) <= Fraction(1, 200) + Fraction(4, 1_000_000)
        assert abs(raw.printed().rounding - raw.rounding) <= Fraction(5, 20_000)


def test_a_missing_part_gives_its_weight_to_the_others():
    own = months_of(
        frame(),
        [person(months={"2026-10": month(96.0, 88.0, onsite=95.0, callback=90.0)})],
    )[0]
    of = raw_waterfall(frame(), own, Decimal("92.60"))
    assert of is not None
    assert [(step.code, step.points, step.weight) for step in of.steps] == [
        ("daily", Fraction(96, 5), Fraction(20)),
        ("knowledge", Fraction(176, 15), Fraction(40, 3)),
        ("onsite", Fraction(95, 3), Fraction(100, 3)),
        ("callback", Fraction(30), Fraction(100, 3)),
    ]
    assert of.rounding == 0
    assert of.steps[1].value == 88
    printed = of.printed()
    assert [float(step.points) for step in printed.steps] == [
        19.2,
        11.7333,
        31.6667,
        30.0,
    ]
    assert printed.rounding == 0


def test_without_points_that_add_up_there_is_no_adjusted_waterfall():
    own = months_of(frame(), [person()])[0]
    raw = raw_waterfall(frame(), own, Decimal("88.00"))
    old = {"daily": {"adjusted": 99.0}, "knowledge": None}
    assert adjusted_waterfall(raw, old, Decimal("88.1")) is None


def fall(score: str, **steps: tuple[str, str]) -> Waterfall:
    """Return a waterfall of points and weights by component."""
    made = tuple(
        Step(code, Fraction(points), Fraction(weight))
        for code, (points, weight) in steps.items()
    )
    left = Fraction(score) - sum((step.points for step in made), Fraction())
    return Waterfall(made, (), left, Fraction(score))


def test_a_change_of_values_alone_is_the_difference_of_points():
    before = fall("95", daily=("15", "15"), callback=("80", "85"))
    now = fall("93", daily=("15", "15"), callback=("78", "85"))
    change = change_between(before, now)
    assert change.difference == -2
    assert [(one.code, one.value, one.weight) for one in change.effects] == [
        ("daily", 0, 0),
        ("callback", -2, 0),
    ]
    assert [one.code for one in change.leading] == ["callback"]


def test_a_part_that_comes_in_counts_with_its_distance_from_the_level():
    before = fall("90", daily=("90", "100"))
    now = fall("80", daily=("45", "50"), mystery=("35", "50"))
    change = change_between(before, now)
    # The level is 85: daily weighs 50 less at 5 above it, the visit came in at 70.
    assert [(one.code, one.value, one.weight) for one in change.effects] == [
        ("daily", 0, Fraction(-5, 2)),
        ("mystery", 0, Fraction(-15, 2)),
    ]


@settings(deadline=None)
@given(first=months, second=months, third=months, codes=CODES)
def test_effects_add_up_to_the_difference(first, second, third, codes):
    falls = []
    for sums in ([first, second], [third, first]):
        own = months_of(
            frame("2026-Q4"),
            [person(months=dict(zip(codes, sums, strict=False)))],
        )[0]
        falls.append(raw_waterfall(frame("2026-Q4"), own, Decimal("70.00")))
    before, now = falls
    if before is None or now is None:
        return
    change = change_between(before, now)
    made = sum((one.points for one in change.effects), change.extras + change.rounding)
    assert made == change.difference == 0
    assert all(one.points * change.difference > 0 for one in change.leading)


def test_a_difference_is_chance_up_to_1645_thousandths_of_its_deviation():
    assert is_chance(8.225, 3, 4)
    assert not is_chance(-8.226, 3, 4)


def test_two_more_satisfied_calls_of_ten_close_five_points():
    sums = month(100.0, 90.0, onsite=80.0, mystery=80.0)
    sums = {**sums, "callback": (sums["onsite"][0]._replace(out_of=100, n=10),)}
    sums["callback"] = (
        sums["callback"][0]._replace(out_of=1000, entries=1, points=700),
    )
    own = months_of(frame(), [person(months={"2026-10": sums})])[0]["2026-10"]
    assert ways_to_close(own, Fraction(5)) == (
        Way("callback", 2, 10),
        Way("onsite", 20, 100),
    )
    # Half of it is taken over: four calls, more than the three that were missed.
    half = {"callback": 0.5, "onsite": 1.0}
    assert ways_to_close(own, Fraction(5), half) == (Way("onsite", 20, 100),)
    assert ways_to_close(own, Fraction(30)) == ()
    assert ways_to_close(own, Fraction(0)) == ()
