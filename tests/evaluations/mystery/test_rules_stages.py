"""Who may do what with a report: every action, state and part, one by one."""

import pytest

from evaluations.mystery.rules.stages import Action, Part, Stage, allowed, fits, may

# state → part → what she may do; what does not stand here nobody may.
LAW = {
    "new": {
        "shopper": {"begin", "submit"},
        "agency": {"enter", "hand_over", "cancel"},
        "office": {"hand_over", "cancel"},
        "region": set(),
    },
    "submitted": {
        "shopper": set(),
        "agency": {"return", "approve"},
        "office": {"cancel"},
        "region": set(),
    },
    "reviewed": {
        "shopper": set(),
        "agency": set(),
        "office": set(),
        "region": {"attribute", "send_back", "release"},
    },
    "released": {},
    "locked": {},
    "cancelled": {},
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("part", list(Part))
def test_each_part_may_do_in_each_state_what_the_table_says(stage, part):
    found = {action.value for action in Action if may(action, stage, {part})}
    assert found == LAW[stage].get(part, set())
    assert {one.value for one in allowed(stage, {part})} == found


def test_nobody_reviews_or_releases_what_she_carried_out_herself():
    for stage in Stage:
        everything = set(Part)
        assert allowed(stage, everything) == allowed(stage, {Part.SHOPPER})


def test_who_is_several_things_may_do_all_of_theirs():
    both = {Part.AGENCY, Part.OFFICE}
    assert set(allowed(Stage.SUBMITTED, both)) == {
        Action.RETURN,
        Action.APPROVE,
        Action.CANCEL,
    }


def test_an_action_fits_a_state_if_anybody_may():
    fitting = {(a.value, s.value) for a in Action for s in Stage if fits(a, s)}
    assert fitting == {
        (action, stage)
        for stage, parts in LAW.items()
        for actions in parts.values()
        for action in actions
    }


def test_who_is_nothing_may_nothing():
    assert all(allowed(stage, ()) == () for stage in Stage)
