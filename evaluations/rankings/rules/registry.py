"""Where somebody is listed, and until when a bar holds."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from evaluations.rankings.rules.people import Bar


class Stay(NamedTuple):
    """An assignment: `ends_on` is its last day, None while it goes on."""

    outlet_id: int
    outlet_code: str
    starts_on: date
    ends_on: date | None


def listed_at(
    stays: Iterable[Stay], day: date, left_on: date | None
) -> tuple[Stay | None, bool]:
    """Return where somebody is listed on `day`, and whether she is assigned there then.

    Who is gone is listed where she was last. Of two places at once the one entered
    later holds, then the one with the smaller code.
    """
    begun = [stay for stay in stays if stay.starts_on <= day]
    if not begun:
        return None, False

    def until(stay: Stay) -> date:
        ends = [end for end in (stay.ends_on, left_on) if end is not None]
        return min([day, *ends])

    if len(begun) == 1:
        return begun[0], until(begun[0]) == day
    last = max(until(stay) for stay in begun)
    lasting = [stay for stay in begun if until(stay) == last]
    latest = max(stay.starts_on for stay in lasting)
    entered = [stay for stay in lasting if stay.starts_on == latest]
    return min(entered, key=lambda stay: stay.outlet_code), last == day


class BarEntry(NamedTuple):
    """A bar or a lift as the ledger holds it; `entry` numbers entries as posted."""

    code: str
    scope: str
    on: date
    case: tuple[str, str]
    entry: int


def resolved_bars(
    bars: Sequence[BarEntry], lifts: Sequence[BarEntry]
) -> tuple[Bar, ...]:
    """Return one person's bars, open ones with the day on which they were lifted.

    A lift of the same case ends that case's bar alone; any other lift ends every open
    bar with the same code that was there before it.
    """
    cases = {(bar.code, bar.case) for bar in bars}

    def ends(lift: BarEntry, bar: BarEntry) -> bool:
        if lift.code != bar.code:
            return False
        if (lift.code, lift.case) in cases:
            return lift.case == bar.case and lift.on >= bar.on
        return (lift.on, lift.entry) > (bar.on, bar.entry)

    found = set()
    for bar in bars:
        lifted = [lift.on for lift in lifts if not bar.scope and ends(lift, bar)]
        found.add(
            Bar(
                code=bar.code,
                scope=bar.scope,
                on=bar.on.isoformat(),
                lifted_on=min(lifted).isoformat() if lifted else None,
            )
        )
    return tuple(sorted(found, key=lambda bar: (bar[:3], bar.lifted_on or "")))
