"""Who may do what with a supervision order: the whole table, and what it counts."""

import pytest

from evaluations.complaints.order_acting import (
    OrderAction,
    OrderPart,
    OrderState,
    allowed,
    ever,
    fits,
    may,
    worth,
)

U, A = OrderPart.UNIT, OrderPart.ABOVE
# U leads the unit, A leads above it.
AGREED = """
action  issued in_progress reported verified reopened
start   U      -           -        -        U
report  U      U           -        -        U
verify  -      -           A        -        -
reopen  -      -           A        A        -
extend  A      A           -        -        A
remark  UA     UA          UA       UA       UA
"""
STATES = ("issued", "in_progress", "reported", "verified", "reopened")
LETTERS = {"U": U, "A": A}


def agreed():
    for line in AGREED.split("\n")[2:-1]:
        action, *cells = line.split()
        for state, letters in zip(STATES, cells, strict=True):
            yield OrderAction(action), OrderState(state), letters


CELLS = [(a, s, told, who) for a, s, told in agreed() for who in LETTERS]


def test_every_action_and_state_is_agreed_on():
    assert {(a, s) for a, s, _told, _who in CELLS} == {
        (a, s) for a in OrderAction for s in OrderState
    }


@pytest.mark.parametrize(("action", "state", "told", "who"), CELLS)
def test_a_part_may_do_what_was_agreed_on_and_nothing_else(action, state, told, who):
    part = {LETTERS[who]}
    assert may(action, state, part) is (who in told)
    assert fits(action, state) is (told != "-")
    assert (action in allowed(state, part)) is (who in told)


@pytest.mark.parametrize("state", list(OrderState))
def test_who_leads_the_unit_as_well_never_checks_its_work(state):
    both = {U, A}
    assert allowed(state, both) == allowed(state, {U})
    assert not ever(OrderAction.VERIFY, both)
    assert allowed(state, ()) == ()


@pytest.mark.parametrize(
    ("verified", "in_time", "reopened", "counts"),
    [
        (True, True, False, 100),
        (True, False, False, 50),
        (True, True, True, 50),
        (True, False, True, 50),
        (False, True, False, 0),
        (False, False, True, 0),
    ],
)
def test_what_an_order_counts(verified, in_time, reopened, counts):
    found = worth(verified=verified, in_time=in_time, reopened=reopened)
    assert found == counts
