"""Who may do what about a person whom a red-line file names: the whole table."""

import pytest

from evaluations.complaints.red_line_acting import (
    PartyState,
    RedAction,
    RedPart,
    allowed,
    ever,
    fits,
    may,
)

D, P, N = RedPart.DECIDER, RedPart.PROPOSER, RedPart.NAMED
# D decider, P the decider who proposed it herself, N named.
AGREED = """
action     inquiry proposed decided
answer     N       N        N
propose    DP      -        DP
confirm    -       D        -
send_back  -       DP       -
"""
LETTERS = {"D": {D}, "P": {D, P}, "N": {N}}


def agreed():
    for line in AGREED.split("\n")[2:-1]:
        action, *cells = line.split()
        for state, letters in zip(PartyState, cells, strict=True):
            yield RedAction(action), state, letters


CELLS = [(a, s, told, who) for a, s, told in agreed() for who in LETTERS]


def test_every_action_and_state_is_agreed_on():
    assert {(a, s) for a, s, _told, _who in CELLS} == {
        (a, s) for a in RedAction for s in PartyState
    }


@pytest.mark.parametrize(("action", "state", "told", "who"), CELLS)
def test_a_part_may_do_what_was_agreed_on_and_nothing_else(action, state, told, who):
    assert may(action, state, LETTERS[who]) is (who in told)
    assert fits(action, state) is (told != "-")
    assert (action in allowed(state, LETTERS[who])) is (who in told)


@pytest.mark.parametrize("action", list(RedAction))
@pytest.mark.parametrize("state", list(PartyState))
def test_whom_it_names_decides_nothing_whatever_else_she_is(action, state):
    assert may(action, state, {D, P, N}) is (action == RedAction.ANSWER)
    assert may(action, state, ()) is False


def test_a_proposer_is_told_that_another_has_to_confirm_and_not_that_nobody_may():
    assert ever(RedAction.CONFIRM, {D, P})
    assert not ever(RedAction.CONFIRM, {N})
