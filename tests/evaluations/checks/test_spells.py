"""What taps add up to, whatever the order in which they came."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from evaluations.checks.spells import Began, Ended, spells

START = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)


def at(minute):
    return START + timedelta(minutes=minute)


def uuid(n):
    return UUID(int=n)


def told(found):
    """Return spells in short: first report, minutes of begin and end."""
    return [
        (
            one.uuid.int,
            (one.began_at - START).total_seconds() / 60,
            one.ended_at and (one.ended_at - START).total_seconds() / 60,
        )
        for one in found
    ]


def test_a_report_and_its_confirmation_make_a_spell():
    found = spells([Began(uuid(1), at(0))], [Ended(uuid(2), at(4), uuid(1))])
    assert told(found) == [(1, 0, 4)]
    assert found[0].ended_by == uuid(2)


def test_what_nobody_confirmed_still_runs():
    assert told(spells([Began(uuid(1), at(0))], [])) == [(1, 0, None)]


def test_a_second_report_of_what_runs_belongs_to_it():
    found = spells(
        [Began(uuid(1), at(0)), Began(uuid(2), at(2))],
        [Ended(uuid(3), at(4), uuid(2))],
    )
    assert told(found) == [(1, 0, 4)]
    assert found[0].reports == (uuid(1), uuid(2))


def test_an_earlier_report_that_comes_late_starts_the_clock_earlier():
    found = spells(
        [Began(uuid(2), at(2)), Began(uuid(1), at(0))],
        [Ended(uuid(3), at(6), uuid(2))],
    )
    assert told(found) == [(1, 0, 6)]


def test_two_spills_one_after_the_other_are_two():
    found = spells(
        [Began(uuid(1), at(0)), Began(uuid(2), at(20))],
        [Ended(uuid(3), at(3), uuid(1)), Ended(uuid(4), at(22), uuid(2))],
    )
    assert told(found) == [(1, 0, 3), (2, 20, 22)]


def test_a_confirmation_of_what_is_over_does_not_end_the_next():
    found = spells(
        [Began(uuid(1), at(0)), Began(uuid(2), at(8))],
        [Ended(uuid(3), at(3), uuid(1)), Ended(uuid(4), at(10), uuid(1))],
    )
    assert told(found) == [(1, 0, 3), (2, 8, None)]


def test_the_first_of_two_confirmations_counts():
    ends = [Ended(uuid(3), at(9), uuid(1)), Ended(uuid(2), at(4), uuid(1))]
    found = spells([Began(uuid(1), at(0))], ends)
    assert told(found) == [(1, 0, 4)]
    assert found[0].ended_by == uuid(2)


def test_a_confirmation_before_its_report_ends_it_at_once():
    found = spells([Began(uuid(1), at(5))], [Ended(uuid(2), at(3), uuid(1))])
    assert told(found) == [(1, 5, 5)]


def test_a_confirmation_without_a_name_ends_whatever_runs_and_only_that():
    ends = [Ended(uuid(2), at(-1)), Ended(uuid(3), at(5)), Ended(uuid(4), at(7))]
    assert told(spells([Began(uuid(1), at(0))], ends)) == [(1, 0, 5)]


def test_what_was_taken_back_was_not():
    began = [Began(uuid(1), at(0)), Began(uuid(2), at(1))]
    assert told(spells(began, [], {uuid(1)})) == [(2, 1, None)]
    assert spells(began, [], {uuid(1), uuid(2)}) == []


def test_what_was_confirmed_cannot_be_taken_back():
    ends = [Ended(uuid(2), at(6), uuid(1))]
    assert told(spells([Began(uuid(1), at(0))], ends, {uuid(1)})) == [(1, 0, 6)]


@st.composite
def taps(draw):
    """Return reports, ends and what was taken back at one place."""
    minutes = st.integers(0, 60)
    began = [Began(uuid(n), at(draw(minutes))) for n in range(draw(st.integers(0, 6)))]
    names = st.sampled_from([None, *(one.uuid for one in began)])
    ended = [
        Ended(uuid(100 + n), at(draw(minutes)), draw(names))
        for n in range(draw(st.integers(0, 6)))
    ]
    back = {one.uuid for one in began if draw(st.booleans())}
    return began, ended, back


@given(taps(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(given_taps, random):
    began, ended, back = given_taps
    expected = spells(began, ended, back)
    random.shuffle(began)
    random.shuffle(ended)
    assert spells(began, ended, back) == expected


@given(taps())
def test_spells_do_not_overlap_and_only_the_last_may_run(given_taps):
    began, ended, back = given_taps
    found = spells(began, ended, back)
    for before, after in zip(found, found[1:], strict=False):
        assert before.ended_at is not None
        assert before.began_at <= before.ended_at <= after.began_at


@given(taps())
def test_no_report_is_lost_and_none_is_counted_twice(given_taps):
    began, ended, back = given_taps
    confirmed = {end.names for end in ended}
    held = [one for spell in spells(began, ended, back) for one in spell.reports]
    kept = {b.uuid for b in began if b.uuid not in back or b.uuid in confirmed}
    assert sorted(held) == sorted(kept)
