"""Lines and columns made for everybody at once are those of one person at a time."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.column import Column, real, whole
from evaluations.rankings.rules.everybody import Everybody
from evaluations.rankings.rules.people import (
    Bar,
    LoadSums,
    MonthEvidence,
    PersonInput,
    Place,
    RaterSums,
)
from evaluations.rankings.rules.ranking import rank_everybody, rank_people
from evaluations.rankings.rules.scheme import Measure, canonical
from evaluations.rankings.rules.values import Sums, component_value
from tests.evaluations.rankings.people import frame
from tests.evaluations.rankings.test_rules_columns import FAIR
from tests.evaluations.rankings.test_rules_speed import anybody

OCTOBER = "2026-10"
ONSITE = next(rule for rule in FAIR.components if rule.code == "onsite")

texts = st.text(alphabet=st.sampled_from('ab员"\\\n\t\x00\u2028é/'), max_size=4)
names = st.none() | texts
wide = st.integers(-(2**70), 2**70)
sums = st.builds(Sums, wide, wide, wide, wide, wide)
anyone = st.builds(
    PersonInput,
    texts,
    texts,
    st.booleans(),
    names,
    st.builds(Place, names, names, names, names, names, texts),
    st.dictionaries(
        texts,
        st.dictionaries(texts, st.lists(sums, max_size=3).map(tuple), max_size=3),
        max_size=3,
    ),
    st.lists(st.builds(Bar, texts, texts, texts, names), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.dictionaries(
        texts,
        st.builds(
            MonthEvidence,
            st.dictionaries(
                texts,
                st.lists(
                    st.builds(RaterSums, texts, wide, wide, wide, wide), max_size=3
                ).map(tuple),
                max_size=2,
            ),
            st.dictionaries(
                texts, st.builds(LoadSums, wide, wide, wide, wide, wide), max_size=2
            ),
        ),
        max_size=2,
    ),
)


@given(anyone)
def test_a_line_is_the_canonical_json_of_what_it_says(one):
    place = one.place
    assert one.line() == canonical(
        {
            "bars": one.bars,
            "duty": one.on_duty,
            "evidence": {
                month: {
                    "load": of.load,
                    "raters": {code: sorted(by) for code, by in of.raters.items()},
                }
                for month, of in one.evidence.items()
                if of
            },
            "hired": one.hired_on,
            "holds": sorted(one.holds),
            "months": {
                month: {code: sorted(groups) for code, groups in of.items()}
                for month, of in one.months.items()
            },
            "place": {
                "city": place.city,
                "class": place.outlet_class,
                "county": place.county,
                "outlet": place.outlet,
                "province": place.province,
                "region": place.region,
            },
            "post": one.post,
            "uuid": one.uuid,
        }
    )


# Sizes on both sides of what float64 and 64 bits hold exactly.
sized = st.sampled_from([0, 1, 3, 2**26, 2**31, 2**44, 2**53, 2**62, 2**64])
numbers = st.builds(
    lambda size, off, sign: sign * (size + off),
    sized,
    st.integers(0, 9),
    st.sampled_from([1, 1, 1, -1]),
)
counts = numbers.filter(lambda number: abs(number) < 2**60)
groups = st.lists(
    st.builds(Sums, numbers, counts, counts, numbers, numbers.map(abs)),
    min_size=1,
    max_size=2,
).map(tuple)


@given(
    st.lists(groups, max_size=8),
    st.sampled_from(list(Measure)),
    st.integers(1, 4),
    st.randoms(),
)
def test_a_column_works_out_what_each_person_alone_would_get(
    given_sums, how, n, chance
):
    rule = replace(ONSITE, measure=how, least_n=n)
    alone, together = Column(), Column()
    order = list(range(len(given_sums)))
    chance.shuffle(order)
    for row, of in enumerate(given_sums):
        value = component_value(of, how)
        if value is not None and value.n >= n:
            alone._work_out(row, of, rule)
    for row in order:
        together.note(order.index(row), given_sums[row], rule)
    together.close(rule, np.array(order, dtype=np.int64))
    assert together.row == alone.row
    assert [together.exact(at) for at in range(len(together))] == [
        alone.exact(at) for at in range(len(alone))
    ]
    assert (together.value, together.squares) == (alone.value, alone.squares)


def test_ratings_of_one_rater_are_added_up_and_only_of_who_has_a_value():
    column = Column()
    column.note(0, (Sums(100, 2, 2, 150),), ONSITE)
    column.note(1, (Sums(100, 1, 0, 50),), ONSITE)  # no record: it does not count
    column.note(2, (Sums(100, 1, 1, 100),), ONSITE)
    rule = replace(ONSITE, least_n=1)
    note = column.ratings.note
    note(0, 7, 100, 1, 100, 10_000)
    note(0, 3, 200, 2, 300, 45_000)
    note(0, 7, 400, 1, 200, 40_000)
    note(1, 7, 100, 1, 50, 2_500)
    note(2, 9, 100, 1, 100, 2**62)
    note(2, 7, 100, -1, -100, -10_000)  # more taken back than given
    column.close(rule, np.array([2, 1, 0]))
    found = column.ratings
    assert found.row.tolist() == [0, 2, 2]
    assert found.rater.tolist() == [9, 7, 3]
    assert found.count.tolist() == [1, 2, 2]
    assert found.total.tolist() == [100.0, 100.0 + 50.0, 150.0]
    assert found.squares.tolist() == [10_000 * 2**62 / 100**2, 12_500.0, 11_250.0]


def judged(chance):
    """Yield what three of six raters, some harder than others, gave in two visits."""
    for by in sorted(chance.sample(range(6), 3)):
        one, other = (1_000 * by + chance.randint(0, 5_000) for _ in range(2))
        yield RaterSums(f"r{by}", 10_000, 2, one + other, one**2 + other**2)


def test_people_read_in_any_order_are_ranked_as_their_lines_in_order():
    chance = random.Random(11)
    people = [anybody(number, chance, [OCTOBER]) for number in range(120)]
    for number, one in enumerate(people):
        raters = {code: tuple(judged(chance)) for code in ("mystery", "daily_rate")}
        people[number] = replace(one, evidence={OCTOBER: MonthEvidence(raters)})
    about = frame(rules=FAIR)
    by_lines = rank_people(about, [one.line() for one in people])
    everybody = Everybody(about)
    shuffled = chance.sample(people, len(people))
    for one in shuffled:
        everybody.add(one)
    order = everybody.close_in_order()
    at_once = rank_everybody(everybody)
    assert [shuffled[row].uuid for row in order] == [one.uuid for one in people]
    assert list(at_once.results) == list(by_lines.results)
    assert at_once.fits == by_lines.fits
    assert at_once.fits[OCTOBER]["mystery"].severity is not None
    month = everybody.months[OCTOBER].columns["onsite"]
    assert len(whole(month.row)) == len(real(month.value)) > 50
