import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.people import Place
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.places import (
    OutletInput,
    Pool,
    rank_places,
    region_score,
)
from evaluations.rankings.rules.scheme import Level, SchemeError
from evaluations.rankings.shipped import rules_of

SHIPPED = rules_of("outlet_service-1")
RULES = PlaceRules.parse(SHIPPED)


def outlet(code="O1", scores=(9000, 9000, 9000), pools=None, **fields) -> OutletInput:
    place = Place(
        outlet=code,
        region=fields.pop("county", "C1"),
        county="C1",
        city=fields.pop("city", "CT"),
        province="PR",
        outlet_class=fields.pop("outlet_class", "A"),
    )
    people = fields.pop("people", len(scores))
    return OutletInput(code, place, people, tuple(scores), pools or {})


def ranked(*outlets):
    return rank_places(RULES, [one.line() for one in outlets])


FULL = {
    "environment": Pool(4, 4, 36_000, 40_000),  # 90
    "upheld_complaints": Pool(3, 3, 0, 0),  # 3 in 10,000: 70
    "transactions": Pool(1, 10_000, 0, 0),
    "waiting": Pool(1, 1000, 80_000, 100_000),  # 80
    "kpi": Pool(2, 2, 18_400, 20_000),  # mean of 100 and 84: 92
    "priority_service": Pool(1, 10, 500, 1000),  # 50, of weight 0
}


def test_outlet_score_of_the_worked_example():
    # 45 + 13.5 + 7 + 8 + 13.8
    result = ranked(outlet(scores=(8000, 9000, 10_000), pools=FULL)).outlets[0]
    assert result.score == 8730
    assert {code: part["points"] for code, part in result.parts.items()} == {
        "staff": 45,
        "environment": 13.5,
        "complaints": 7,
        "waiting": 8,
        "kpis": 13.8,
        "priority": None,
    }
    assert result.parts["complaints"]["figure"] == 3
    assert result.parts["priority"]["value"] == 50


def test_a_part_that_does_not_apply_is_left_out_and_never_zero():
    pools = {"environment": FULL["environment"]}
    result = ranked(outlet(scores=(8000, 8000, 8000), pools=pools)).outlets[0]
    assert result.score == 8231  # (50 × 80 + 15 × 90) ÷ 65 = 82.307…
    assert result.parts["waiting"] == {
        "n": 0,
        "value": None,
        "figure": None,
        "missing": "nothing",
        "weight": None,
        "points": None,
    }


def test_two_people_make_no_staff_mean():
    result = ranked(outlet(scores=(9000, 9000), pools=FULL)).outlets[0]
    assert result.parts["staff"]["missing"] == "too_few"
    assert result.score == 8460  # (13.5 + 7 + 8 + 13.8) ÷ 0.5


def test_too_little_weight_is_no_score_and_no_rank():
    pools = {code: FULL[code] for code in ("environment", "waiting", "kpi")}
    result = ranked(outlet(scores=(9000,), pools=pools)).outlets[0]
    assert (result.score, result.ranks[Level.ALL], result.low) == (None, None, None)


def test_more_complaints_than_the_worst_rate_score_zero():
    pools = FULL | {"upheld_complaints": Pool(12, 12, 0, 0)}
    assert ranked(outlet(pools=pools)).outlets[0].parts["complaints"]["value"] == 0


def test_no_complaint_at_all_is_full_marks_where_business_was_done():
    pools = {"transactions": Pool(1, 500, 0, 0)}
    part = ranked(outlet(pools=pools)).outlets[0].parts["complaints"]
    assert (part["value"], part["figure"]) == (100, 0)


def test_equal_outlets_share_a_rank_and_classes_rank_apart():
    results = ranked(
        outlet("A", (9000,) * 3),
        outlet("B", (9000,) * 3),
        outlet("C", (8000,) * 3, outlet_class="B"),
    ).outlets
    assert [one.ranks[Level.ALL] for one in results] == [1, 1, 3]
    assert [one.ranks[Level.CLASS] for one in results] == [1, 1, 1]


def test_an_unsure_staff_mean_widens_the_interval():
    results = ranked(
        outlet("A", (9500, 9000, 8500)),
        outlet("B", (9400, 8900, 8400)),
        outlet("C", (4000, 4500, 5000)),
    ).outlets
    assert [(one.low, one.high) for one in results] == [(1, 2), (1, 2), (3, 3)]


def test_a_region_is_the_mean_weighted_by_people():
    ranking = ranked(
        outlet("A", (9000,) * 3, people=3),
        outlet("B", (8000,) * 3, people=9),
        outlet("C", (9500,) * 3, city="C2", people=4),
    )
    cities = [one for one in ranking.regions if one.level is Level.CITY]
    assert [(one.code, one.score, one.rank, one.people) for one in cities] == [
        ("C2", 9500, 1, 4),
        ("CT", 8250, 2, 12),
    ]


def test_a_region_without_scored_outlets_has_no_score():
    assert region_score([(outlet(), None)]) is None


scores = st.lists(st.integers(0, 10_000), min_size=3, max_size=6)


@given(scores, st.integers(0, 100), st.integers(0, 20))
def test_a_score_lies_between_its_parts(of_staff, passed, complaints):
    pools = {
        "environment": Pool(1, 1, passed * 100, 10_000),
        "upheld_complaints": Pool(complaints, complaints, 0, 0),
        "transactions": Pool(1, 10_000, 0, 0),
    }
    result = ranked(outlet(scores=of_staff, pools=pools)).outlets[0]
    values = [
        part["value"] for part in result.parts.values() if part["points"] is not None
    ]
    assert min(values) - 0.01 <= result.score / 100 <= max(values) + 0.01


@given(st.lists(scores, min_size=1, max_size=6))
def test_a_line_says_all_that_is_ranked(of_outlets):
    outlets = [outlet(f"O{n}", tuple(sorted(of))) for n, of in enumerate(of_outlets)]
    lines = [one.line() for one in outlets]
    assert [OutletInput.parse(line) for line in lines] == outlets
    assert rank_places(RULES, lines) == rank_places(RULES, lines)


def test_shipped_weights():
    assert {part.code: part.weight for part in RULES.parts} == {
        "staff": 50,
        "environment": 15,
        "complaints": 10,
        "waiting": 10,
        "kpis": 15,
        "priority": 0,
    }
    assert RULES.least_weight == Fraction(50)


@pytest.mark.parametrize(
    "change",
    [
        {"parts": SHIPPED["parts"][1:]},
        {"parts": [*SHIPPED["parts"], SHIPPED["parts"][-1]]},
        {
            "parts": [
                {**SHIPPED["parts"][0], "component": "daily"},
                *SHIPPED["parts"][1:],
            ]
        },
        {"parts": [{**SHIPPED["parts"][0], "way": "guess"}, *SHIPPED["parts"][1:]]},
        {"least_weight": 0},
        {"least_weight": "x"},
        {"winners": -1},
        {"more": 1},
    ],
)
def test_rules_that_do_not_hold_together_are_refused(change):
    with pytest.raises(SchemeError):
        PlaceRules.parse(json.loads(json.dumps(SHIPPED)) | change)
