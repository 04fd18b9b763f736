"""The whole table of who may do what in which state, as it was agreed on."""

import pytest

from evaluations.complaints.acting import Action, Part, State, allowed, may

LETTERS = {
    "O": Part.OWNER,
    "A": Part.ASKED,
    "H": Part.HOLDER,
    "L": Part.LEAD,
    "C": Part.CLOSER,
    "X": Part.CONCERNED,
}
STATES = (State.OPEN, State.OFFERED, State.ASSIGNED, State.PAUSED, State.CLOSED)
# O first contact, A asked to take it over, H took it over, L records at the outlet,
# C store manager or above, X concerned.
AGREED = """
action      open  offered assigned paused closed
reply       OHLC  OHLC    OHLC     OHLC   -
note        OHLC  OHLC    OHLC     OHLC   -
room        OHLC  OHLC    OHLC     OHLC   -
offer       OLC   -       OLC      -      -
accept      -     A       -        -      -
decline     -     A       -        -      -
withdraw    -     OLC     -        -      -
give_back   -     -       H        -      -
pause       OHLC  -       OHLC     -      -
resume      -     -       -        OHLC   -
close       OC    -       OC       -      -
reopen      -     -       -        -      OLC
compensate  C     C       C        C      C
rate        -     -       -        -      OLC
name        LC    LC      LC       LC     LC
answer      X     X       X        X      X
judge       C     C       C        C      C
"""
# What stays shut to whom the case is about, whatever else she is.
NOT_IN_HER_OWN_CASE = {"pause", "close", "compensate", "rate", "name", "judge"}


def agreed():
    for line in AGREED.split("\n")[2:-1]:
        action, *cells = line.split()
        for state, letters in zip(STATES, cells, strict=True):
            yield Action(action), state, {LETTERS[x] for x in letters if x != "-"}


CELLS = [(a, s, p, part) for a, s, p in agreed() for part in Part]


def test_every_action_and_state_is_agreed_on():
    assert {(action, state) for action, state, _parts, _part in CELLS} == {
        (action, state) for action in Action for state in State
    }


@pytest.mark.parametrize(("action", "state", "parts", "part"), CELLS)
def test_a_part_may_do_what_was_agreed_on_and_nothing_else(action, state, parts, part):
    assert may(action, state, {part}) is (part in parts)


@pytest.mark.parametrize(("action", "state", "parts", "part"), CELLS)
def test_whom_it_is_about_decides_nothing_whatever_else_she_is(
    action, state, parts, part
):
    hers = {part, Part.CONCERNED}
    barred = action.value in NOT_IN_HER_OWN_CASE
    assert may(action, state, hers) is (bool(hers & parts) and not barred)


def test_nobody_at_all_may_do_nothing():
    assert all(allowed(state, ()) == () for state in State)


def test_what_is_allowed_comes_in_the_order_of_the_table():
    assert allowed(State.CLOSED, {Part.OWNER}) == (Action.REOPEN, Action.RATE)
