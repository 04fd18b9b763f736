from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.accounts.rules.sign_in import browser_and_system, factor_due, lock_ends

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def at(minute):
    return NOON + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("failures", "end"),
    [
        ([], None),
        ([(at(0), 4)], None),
        ([(at(0), 5)], at(15)),
        ([(at(0), 1), (at(3), 4)], at(15)),  # the oldest one forgotten is enough
        ([(at(3), 4), (at(0), 1)], at(15)),
        ([(at(0), 1), (at(3), 5)], at(18)),
        ([(at(0), 1), (at(2), 3), (at(5), 4)], at(17)),
    ],
)
def test_lock_ends_when_fewer_than_the_limit_are_left(failures, end):
    assert lock_ends(failures, limit=5, cool_off=QUARTER) == end


@given(
    st.lists(st.tuples(st.integers(0, 60).map(at), st.integers(1, 9)), max_size=8),
    st.integers(1, 20),
)
def test_lock_ends_at_the_first_moment_below_the_limit(failures, limit):
    end = lock_ends(failures, limit=limit, cool_off=QUARTER)

    def left(moment):
        return sum(count for when, count in failures if when + QUARTER > moment)

    if end is None:
        assert sum(count for _when, count in failures) < limit
    else:
        assert left(end) < limit
        assert left(end - timedelta(seconds=1)) >= limit


@pytest.mark.parametrize(
    ("starts", "grace", "due"),
    [
        ((None, None), 0, date.min),
        ((date(2026, 11, 1), None), 0, date(2026, 11, 1)),
        ((date(2026, 11, 1), date(2026, 11, 20), None), 14, date(2026, 12, 4)),
    ],
)
def test_factor_due_counts_from_the_latest_beginning(starts, grace, due):
    assert factor_due(starts, grace_days=grace) == due


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            ("Safari", "iPad"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; V2312A) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/138.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.56",
            ("WeChat", "Android"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            ("Firefox", "Linux"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 "
            "Mobile/15E148 AliApp(DingTalk/7.6.15) Safari/604.1",
            ("DingTalk", "iPhone"),
        ),
        ("curl/8.5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_browser_and_system_are_called_by_name(agent, names):
    assert browser_and_system(agent) == names
