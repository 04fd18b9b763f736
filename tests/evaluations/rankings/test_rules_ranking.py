import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.people import Bar, Frame, PersonInput, Place, head_line
from evaluations.rankings.rules.ranking import rank_people
from evaluations.rankings.rules.scheme import Basis, Level, SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import (
    ONSITE,
    SERVICE_STAR,
    frame,
    month,
    person,
)


def ranking(people, about=None):
    lines = [one.line() for one in people]
    return {one.uuid: one for one in rank_people(about or frame(), lines).results}


def test_everybody_with_a_score_takes_a_rank_the_ineligible_too():
    barred = Bar("attitude_complaint", "2026-10", "2026-10-05", None)
    found = ranking(
        [
            person("a", months={"2026-10": month(onsite=90.0)}, bars=(barred,)),
            person("b", months={"2026-10": month(onsite=80.0)}),
            person("c", months={"2026-10": month(onsite=80.0)}),
            person("d", months={"2026-10": month(onsite=70.0)}),
            person("e", months={"2026-10": month(knowledge=None, onsite=70.0)}),
        ]
    )
    assert [found[uuid].ranks["all"] for uuid in "abcde"] == [1, 2, 2, 4, None]
    assert [found[uuid].eligible for uuid in "abcde"] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert found["a"].reasons == ["attitude_complaint"]
    assert found["e"].reasons == ["too_few_components"]
    assert found["e"].score is None
    assert found["e"].components["onsite"] == {
        "raw": 70.0,
        "adjusted": None,
        "n": 100,
        "weight": None,
        "points": None,
    }


def test_ranks_at_every_level_count_only_peers():
    def at(outlet, county, outlet_class="A", province="PR"):
        return Place(outlet, county, county, "CT", province, outlet_class)

    places = {
        "a": at("O1", "C1"),
        "b": at("O1", "C1"),
        "c": at("O1", "C1"),
        "d": at("O2", "C1", "B"),
        "e": at("O2", "C1", "B"),
        "f": at("O3", "C2", "B"),
        "g": Place(),
        "h": at("O4", "C3", "B", province=None),
    }
    found = ranking(
        [
            person(uuid, place=place, months={"2026-10": month(onsite=90.0 - number)})
            for number, (uuid, place) in enumerate(places.items())
        ]
    )
    ranks = {uuid: list(found[uuid].ranks.values()) for uuid in found}
    assert list(found["a"].ranks) == list(Level)
    assert ranks["c"] == [3, 3, 3, 3, 3, 3]
    assert ranks["e"] == [None, 5, 5, 5, 2, 5]  # two people make no in-outlet rank
    assert ranks["f"] == [None, 1, 6, 6, 3, 6]
    assert ranks["g"] == [None, None, None, None, None, 7]
    assert ranks["h"] == [None, 1, 7, None, None, 8]


@pytest.mark.parametrize("version", ["service_star-1", "service_star_fair-1"])
@pytest.mark.parametrize("component", ["onsite", "callback"])
def test_one_lucky_rating_moves_nobody_however_good_the_peers_are(version, component):
    about = frame(rules=SchemeRules.parse(rules_of(version)))
    peers = [
        person(f"p{number:02}", months={"2026-10": month(onsite=99.0, callback=99.0)})
        for number in range(12)
    ]

    def lucky(**fields):
        own = dict(month(mystery=80.0, onsite=80.0, callback=80.0))
        del own[component]
        return person("a", months={"2026-10": own | fields})

    one = Sums(10_000, 1, 1, 10_000)
    before = ranking([lucky(), *peers], about)
    after = ranking([lucky(**{component: (one,)}), *peers], about)
    assert before == after


def test_ties_are_broken_in_the_written_order():
    same = {"daily": 100.0, "knowledge": 90.0}
    # Mystery, on-site and call-back weigh alike: three ways to one score.
    people = [
        person("callback", months={"2026-10": month(**same, callback=90, onsite=70)}),
        person("mystery", months={"2026-10": month(**same, mystery=90, callback=70)}),
        person("onsite", months={"2026-10": month(**same, onsite=90, mystery=70)}),
    ]
    found = ranking(people)
    assert {one.score for one in found.values()} == {found["onsite"].score}
    assert sorted(found, key=lambda uuid: found[uuid].position) == [
        "callback",
        "mystery",
        "onsite",
    ]
    assert {one.ranks["all"] for one in found.values()} == {1}


def test_ties_go_on_to_complaints_and_the_day_hired_and_then_stay():
    upheld = {"upheld_complaints": (Sums(0, 1, 1, 0),)}
    months = {"2026-10": month(onsite=80.0)}
    with_complaint = {"2026-10": {**month(onsite=80.0), **upheld}}
    found = ranking(
        [
            person("e", months=with_complaint, hired_on="2001-01-01"),
            person("d", months=months, hired_on=None),
            person("c", months=months, hired_on="2011-01-01"),
            person("b", months=months, hired_on="2010-01-01"),
            person("a", months=months, hired_on="2010-01-01"),
        ]
    )
    places = {uuid: (one.position, one.tied_position) for uuid, one in found.items()}
    assert places == {"a": (1, 1), "b": (2, 1), "c": (3, 3), "d": (4, 4), "e": (5, 5)}


def test_quarter_is_the_mean_of_kept_month_scores():
    months = {
        "2026-07": month(onsite=80.0, knowledge=88.25),
        "2026-08": month(onsite=70.0),
        "2026-09": month(knowledge=None),
    }
    about = frame("2026-Q3")
    found = ranking([person("a", months=months)], about)["a"]
    single = {
        code: ranking([person("a", months={code: sums})], frame(code))["a"].score
        for code, sums in months.items()
    }
    assert single["2026-09"] is None
    kept = [single["2026-07"], single["2026-08"]]
    assert found.score == (sum(kept) + 1) // 2
    assert found.reasons == []
    assert found.components["onsite"]["raw"] == 75.0
    assert found.components["onsite"]["n"] == 200
    assert found.components["daily"]["n"] == 40  # of the two ranked months
    assert found.components["callback"] is None


@pytest.mark.parametrize(
    ("period", "ranked", "reasons"),
    [
        ("2026-Q3", 1, ["too_few_months"]),
        ("2026-Q3", 2, []),
        ("2026", 8, ["too_few_months"]),
        ("2026", 9, []),
    ],
)
def test_longer_periods_need_enough_ranked_months(period, ranked, reasons):
    about = frame(period)
    codes = [one.code for one in about.period.months][:ranked]
    months = {code: month(onsite=80.0) for code in codes}
    found = ranking([person("a", months=months)], about)["a"]
    assert found.reasons == reasons
    assert (found.score is None) == bool(reasons)


def test_quarter_applies_the_rules_of_each_month():
    about = dataclasses.replace(
        frame("2026-Q3"),
        months={
            "2026-07": (1, SERVICE_STAR),
            "2026-08": (2, ONSITE),
            "2026-09": (2, ONSITE),
        },
    )
    months = {code: month(onsite=80.0) for code in about.months}
    found = ranking([person("a", months=months)], about)["a"]
    july = ranking(
        [person("a", months={"2026-07": months["2026-07"]})], frame("2026-07")
    )
    assert july["a"].score == 8800
    assert found.score == 8267  # (88.00 + 80.00 + 80.00) ÷ 3


def test_onsite_scheme_needs_nothing_but_ratings():
    sums = {"onsite": (Sums(300, 1, 3, 200),)}
    about = frame(rules=ONSITE)
    found = ranking([person("a", months={"2026-10": sums})], about)["a"]
    assert (found.score, found.eligible) == (6667, True)
    assert found.components.keys() == {
        "daily",
        "knowledge",
        "mystery",
        "onsite",
        "callback",
    }
    assert found.components["onsite"]["weight"] == 100.0


def test_adjusted_basis_ranks_by_the_adjusted_score():
    rules = dataclasses.replace(SERVICE_STAR, basis=Basis.ADJUSTED)
    people = [
        person("a", months={"2026-10": month(onsite=90.0)}),
        person("b", months={"2026-10": month(onsite=80.0)}),
    ]
    found = ranking(people, frame(rules=rules))
    for one in found.values():
        assert one.score == (one.adjusted + 5000) // 10_000
    assert [found[uuid].ranks["all"] for uuid in "ab"] == [1, 2]


def test_nobody_makes_an_empty_ranking():
    assert list(rank_people(frame(), []).results) == []


values = st.floats(0, 100).map(lambda value: round(value, 2))
inputs = st.builds(
    lambda number, sums, outlet, hired: person(
        f"{number:04}", months={"2026-10": sums}, outlet=f"O{outlet}", hired_on=hired
    ),
    st.integers(0, 9999),
    st.builds(
        month,
        values,
        st.none() | values,
        st.none() | values,
        st.none() | values,
        days=st.integers(1, 25),
    ),
    st.integers(0, 3),
    st.none() | st.dates().map(str),
)


@given(st.lists(inputs, max_size=15, unique_by=lambda one: one.uuid), st.randoms())
def test_the_order_of_the_lines_changes_nothing(people, random):
    found = ranking(people)
    shuffled = list(people)
    random.shuffle(shuffled)
    assert ranking(shuffled) == found


@given(inputs)
def test_lines_read_back_as_they_were_written(one):
    line = one.line()
    assert PersonInput.parse(line) == one
    assert PersonInput.parse(line).line() == line
    assert list(json.loads(line)) == sorted(json.loads(line))
    assert ": " not in line


def test_head_reads_back_as_a_frame():
    rules = rules_of("service_star-1")
    head = head_line(
        period=frame().period,
        scheme="service_star",
        version=1,
        rules=rules,
        months={"2026-10": (1, rules)},
    )
    assert Frame.parse(head) == frame()
