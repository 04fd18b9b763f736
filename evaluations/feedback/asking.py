"""Whom the system asks, when, and what an answer means. Values in, values out.

Who is asked is drawn under a seed of the outlet's day: HMAC-SHA256 under a secret of
the deployment over `starhall <what>|<code>|<day>`. Nobody foresees a draw, and whoever
knows the seed of a day that is over can make it again.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from math import ceil

from evaluations.ledger.lots import chosen, lot

# Monday, Wednesday and Friday, from half past three to half past seven.
CALL_WEEKDAYS = frozenset({1, 3, 5})
CALLS_BEGIN, CALLS_END = time(15, 30), time(19, 30)
PERCENT = 100
# How long after each try the next one is made; after the last there is none.
TRY_AGAIN = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
_REPLY = re.compile(r"^\s*(?P<score>[1-5])(?![0-9])\s*(?P<asked>[Aa])?(?![A-Za-z])")


def seed_of(secret: str, what: str, code: str, on: date) -> str:
    """Return the seed of a draw of one outlet and day, as 64 hexadecimal digits."""
    told = f"starhall {what}|{code}|{on:%F}"
    return hmac.new(secret.encode(), told.encode(), sha256).hexdigest()


def is_asked(seed: str, ticket_no: str, percent: int) -> bool:
    """Tell whether a ticket is drawn where `percent` of a hundred are."""
    return lot(seed, ticket_no) % PERCENT < percent


def is_call_day(on: date) -> bool:
    return on.isoweekday() in CALL_WEEKDAYS


def in_window(local: datetime) -> bool:
    """Tell whether a call lies in one of the three windows, by the outlet's clock."""
    return is_call_day(local.date()) and CALLS_BEGIN <= local.time() < CALLS_END


def call_days_left(on: date) -> int:
    """Return the days for calls from `on` to the end of its month, `on` included."""
    day, found = on, 0
    while day.month == on.month:
        found += is_call_day(day)
        day += timedelta(days=1)
    return found


def how_many_today(on: date, sample: int, drawn: int) -> int:
    """Return how many calls of one clerk are drawn on a day.

    What lacks in the month's `sample` is spread over the days left, those of today
    included, so that an early shortage is made up and no day has all of them.
    """
    lacking, days = sample - drawn, call_days_left(on)
    return ceil(lacking / days) if lacking > 0 and days else 0


def draw_calls(
    seed: str, pool: Mapping[str, Sequence[str]], wanted: Mapping[str, int]
) -> dict[str, list[str]]:
    """Return the visits drawn of each clerk's pool, the lowest lots first.

    `pool` and `wanted` go by clerk; who has no visits, or none wanted, is left out.
    """
    drawn = {
        clerk: chosen(seed, visits, wanted.get(clerk, 0))
        for clerk, visits in pool.items()
    }
    return {clerk: visits for clerk, visits in drawn.items() if visits}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a customer answered: a mark, and whether she was asked for a good one."""

    score: int
    asked_for_mark: bool | None


def read_reply(text: str, *, asks: bool) -> Reply | None:
    """Return what a reply says; None: it begins with no mark from 1 to 5.

    `asks`: the message also asked whether anybody had asked for a good mark, to be
    said with an A behind the mark. Digits of full width are read as digits.
    """
    plain = text.translate({ord("０") + n: str(n) for n in range(10)} | {0xFF21: "A"})
    match = _REPLY.match(plain)
    if match is None:
        return None
    asked = bool(match["asked"])
    return Reply(int(match["score"]), asked if asks or asked else None)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when a message is tried again after so many tries; None: not any more."""
    if attempts > len(TRY_AGAIN):
        return None
    return now + TRY_AGAIN[attempts - 1]
