"""What is left of a sight on a shared tablet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.places.sight import EVERYWHERE, NOWHERE, Power, Reach, Sight

HERE = {"outlet_id": 3, "region_path": "GD/SZ/"}
ONLY_HERE = Reach(outlet_ids=frozenset({3}))

reaches = st.builds(
    Reach,
    st.booleans(),
    st.frozensets(st.sampled_from(["GD/", "GD/SZ/", "GD/SZ/NS/", "GX/", "GD/S"])),
    st.frozensets(st.integers(1, 5)),
)


@pytest.mark.parametrize(
    ("reach", "left"),
    [
        (EVERYWHERE, ONLY_HERE),
        (Reach(region_paths=frozenset({"GD/"})), ONLY_HERE),
        (Reach(region_paths=frozenset({"GX/"})), NOWHERE),
        (Reach(region_paths=frozenset({"GD/SZ/NS/"})), NOWHERE),
        (Reach(outlet_ids=frozenset({3, 4})), ONLY_HERE),
        (Reach(outlet_ids=frozenset({4})), NOWHERE),
        (NOWHERE, NOWHERE),
    ],
)
def test_a_reach_within_one_outlet_is_that_outlet_or_nowhere(reach, left):
    assert reach.at(**HERE) == left


@given(reaches)
def test_what_is_left_is_covered_before_and_never_more_than_the_outlet(reach):
    left = reach.at(**HERE)
    assert left in (ONLY_HERE, NOWHERE)
    assert bool(left) == reach.covers(**HERE)
    assert left.at(**HERE) == left


def test_on_the_floor_only_what_the_floor_needs_is_left_and_only_there():
    everything = Sight(powers=dict.fromkeys(Power, EVERYWHERE), employee_id=7)
    left = everything.on_the_floor(**HERE)
    assert left.powers == {
        Power.SEE_REGISTRY: ONLY_HERE,
        Power.SEE_RECORDS: ONLY_HERE,
        Power.SEE_FLOW: ONLY_HERE,
        Power.SEE_AWARDS: ONLY_HERE,
        Power.RECORD: ONLY_HERE,
    }
    assert left.employee_id == 7


def test_a_power_that_does_not_reach_the_outlet_is_not_left():
    elsewhere = Sight(powers={Power.RECORD: Reach(outlet_ids=frozenset({4}))})
    left = elsewhere.on_the_floor(**HERE)
    assert left.powers == {}
    assert not left.may(Power.RECORD)
