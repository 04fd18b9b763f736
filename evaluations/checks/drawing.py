"""The hour of the round at a random hour: drawn by a seed, so that it can be verified.

The seed of an outlet and a day is HMAC-SHA256 under the deployment's secret over
`starhall round|{code}|{day}`. The hour is step number ``SHA-256({seed}:{code}|{day})``,
read as a big-endian number, modulo the number of steps (`lots`). Whoever knows the seed
of one day verifies that day and learns of no other.
"""

import hmac
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import pbkdf2_hmac, sha256
from zoneinfo import ZoneInfo

from evaluations.ledger.lots import lot
from outlets.places.rules import MINUTES_PER_DAY, Span

STEP_MINUTES = 5
# The first hour belongs to the opening round, the last half hour to closing.
FIRST_AFTER_MINUTES = 60
LAST_BEFORE_MINUTES = 30
# What one guess at a seal costs a tablet: some milliseconds.
SEAL_ROUNDS = 10_000


def steps(
    spans: Sequence[Span], on: date, day_starts_at: time = time.min
) -> tuple[int, ...]:
    """Return the minutes after local midnight of `on` at which the hour may fall.

    Every five minutes in which the outlet is open, from an hour after it first opens
    until half an hour before it last closes, within its trading day. Empty: it does not
    open that day, is open too shortly, or its hours are not known.
    """
    open_that_day = [span for span in spans if span.weekday == on.isoweekday()]
    if not open_that_day:
        return ()
    begins = day_starts_at.hour * 60 + day_starts_at.minute
    first = min(span.opens for span in open_that_day) + FIRST_AFTER_MINUTES
    first += -first % STEP_MINUTES
    last = max(span.closes for span in open_that_day) - LAST_BEFORE_MINUTES
    return tuple(
        minute
        for minute in range(first, last, STEP_MINUTES)
        if any(span.opens <= minute < span.closes for span in open_that_day)
        and begins <= minute < begins + MINUTES_PER_DAY
    )


def seed_of(secret: str, code: str, on: date) -> str:
    """Return the seed of one outlet and day, as 64 hexadecimal digits."""
    told = f"starhall round|{code}|{on:%F}"
    return hmac.new(secret.encode(), told.encode(), sha256).hexdigest()


def drawn_minute(seed: str, code: str, on: date, among: Sequence[int]) -> int:
    """Return the minute of `among` that a seed draws.

    Raises:
        ValueError: there is nothing to draw from.
    """
    if not among:
        raise ValueError("there is no minute to draw from")
    return among[lot(seed, f"{code}|{on:%F}") % len(among)]


def moment(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant at which clocks at the outlet show that minute of the day.

    `minute` may pass 1440: it then lies on the next morning.
    """
    return datetime.combine(on, time.min, tzinfo=zone) + timedelta(minutes=minute)


def seal(salt: str, step: int) -> str:
    """Return what a page may hold of a drawn step without showing it: 64 digits.

    Who has the salt can only try step after step; a tablet tries those that have come.
    """
    given = f"{step}".encode()
    return pbkdf2_hmac("sha256", given, salt.encode(), SEAL_ROUNDS).hex()
