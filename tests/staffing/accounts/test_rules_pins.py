"""What is too easy to guess, and how long a guesser waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.accounts.rules.locks import Patience, wait_seconds
from staffing.accounts.rules.pins import pin_weakness

BADGE = "GD0048261"


@pytest.mark.parametrize(
    ("pin", "weakness"),
    [
        ("840193", None),
        ("40719283", None),
        ("5918", "too_short"),
        ("84019", "too_short"),
        ("840193652", "too_long"),
        ("84o193", "not_digits"),
        ("８４０１９３", "not_digits"),  # full-width digits look alike
        ("", "not_digits"),
        ("777777", "repeated"),
        ("454545", "repeated"),
        ("123123", "repeated"),
        ("123456", "sequence"),
        ("890123", "sequence"),
        ("654321", "sequence"),
        ("876543", "sequence"),
        ("048261", "badge"),
        ("948261", "badge"),
        ("199507", "date"),
        ("071995", "date"),
        ("950714", "date"),
        ("140795", "date"),
        ("071495", "date"),
        ("000229", "date"),  # 2000 had the day
        ("19950714", "date"),
        ("14071995", "date"),
        ("07141995", "date"),
        ("950732", None),
        ("19951432", None),
        ("147258", "usual"),
        ("5201314", "usual"),
    ],
)
def test_pin_weakness_says_why(pin, weakness):
    assert pin_weakness(pin, badge=BADGE, shortest=6) == weakness


@pytest.mark.parametrize(
    ("pin", "weakness"),
    [("1995", "date"), ("2031", "date"), ("7284", None), ("0123", "sequence")],
)
def test_pins_of_four_digits_where_they_are_allowed(pin, weakness):
    assert pin_weakness(pin, badge="", shortest=4) == weakness


def test_a_badge_of_two_digits_does_not_rule_out_every_pin_that_ends_so():
    assert pin_weakness("840193", badge="A93", shortest=6) is None


def test_six_in_seven_random_pins_are_accepted():
    refused = sum(
        pin_weakness(f"{n:06}", badge="", shortest=6) is not None
        for n in range(0, 1_000_000, 7)
    )
    assert 0.10 < refused / (1_000_000 / 7) < 0.15


PATIENCE = Patience(free=3, first=30, most=3600, memory=86_400)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (2, 0), (3, 30), (4, 60), (5, 120), (9, 1920), (10, 3600), (10**9, 3600)],
)
def test_the_wait_doubles_from_the_third_failure_to_the_longest(failures, seconds):
    assert wait_seconds(failures, PATIENCE) == seconds


@given(st.integers(0, 200))
def test_one_failure_more_never_shortens_the_wait(failures):
    longer = wait_seconds(failures + 1, PATIENCE)
    assert wait_seconds(failures, PATIENCE) <= longer <= PATIENCE.most
