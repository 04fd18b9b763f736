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
DECIDING = {"vote", "approve", "reject"}
ANY_DAY = {"withdraw", "recuse", "disqualify", "reopen"}
AFTER = ANY_DAY - {"withdraw"} | DECIDING


def taken(state, day):
    row = Round(state=state, **WINDOWS)
    return {str(one) for one in Action if row.takes(one, date(2026, 11, day))}


@pytest.mark.parametrize(
    ("day", "also"),
    [
        (1, set()),
        (2, NOMINATING | REVIEWING | DECIDING),
        (6, NOMINATING | REVIEWING | DECIDING),
        (7, REVIEWING | DECIDING),
        (10, REVIEWING | DECIDING),
        (11, DECIDING),
        (12, DECIDING),
        (13, set()),
    ],
)
def test_an_open_round_takes_what_its_days_say(day, also):
    assert taken(RoundState.OPEN, day) == ANY_DAY | also


@pytest.mark.parametrize("state", [RoundState.DISPLAY, RoundState.FINISHED])
def test_while_winners_are_shown_and_after_only_what_appeals_lead_to_follows(state):
    assert taken(state, 4) == AFTER


def test_a_cancelled_round_takes_nothing():
    assert taken(RoundState.CANCELLED, 4) == set()
