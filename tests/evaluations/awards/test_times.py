"""When a round takes what is done to its nominations: one rule for page and service."""

from datetime import date

import pytest

from evaluations.awards.acting import Action
from evaluations.awards.models import Round, RoundState

WINDOWS = {
    "nominate_from": date(2026, 11, 2),
    "nominate_until": date(2026, 11, 6),
    "review_until": date(2026, 11, 10),
    "decide_until": date(2026, 11, 12),
}
NOMINATING = {"edit", "submit"}
REVIEWING = {"endorse", "return", "refuse"}
ANY_DAY = {"withdraw", "vote", "recuse", "approve", "reject", "disqualify", "reopen"}
AFTER = ANY_DAY - {"withdraw"}


def taken(state, day):
    row = Round(state=state, **WINDOWS)
    return {str(one) for one in Action if row.takes(one, date(2026, 11, day))}


@pytest.mark.parametrize(
    ("day", "also"),
    [
        (1, set()),
        (2, NOMINATING | REVIEWING),
        (6, NOMINATING | REVIEWING),
        (7, REVIEWING),
        (10, REVIEWING),
        (11, set()),
    ],
)
def test_an_open_round_takes_what_its_days_say_and_decisions_on_any_day(day, also):
    assert taken(RoundState.OPEN, day) == ANY_DAY | also


@pytest.mark.parametrize("state", [RoundState.DISPLAY, RoundState.FINISHED])
def test_while_winners_are_shown_and_after_only_decisions_follow(state):
    assert taken(state, 4) == AFTER


def test_a_cancelled_round_takes_nothing():
    assert taken(RoundState.CANCELLED, 4) == set()
