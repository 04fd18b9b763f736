"""A month of an outlet as a problem of arithmetic, and back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TypeAlias

from outlets.places.rules import Span
from staffing.people.models import Employee, Post
from staffing.rosters.hours import HALF_HOUR, MINUTES_A_DAY, half_hours
from staffing.rosters.models import Balanced, ShiftKind
from staffing.rosters.owners import LEADS
from staffing.rosters.planning.problem import (
    Balance,
    Cells,
    Cover,
    Person,
    Problem,
    Shift,
    Weights,
    Wish,
)
from staffing.rosters.selectors.month import Cell, Month

LEAD, CONSULTANT = "lead", "consultant"
SATURDAY = 6
# A lead or a consultant who is missing costs as much as so many people short.
POST_FACTOR = 3
ANY = frozenset[int]()

Need: TypeAlias = Mapping[date, Mapping[int, int]]
"""People needed by date and half hour (its first minute after local midnight)."""


@dataclass(frozen=True)
class Posed:
    """A month as a problem: person n is `people[n]`, day n is `days[n]`."""

    problem: Problem
    people: list[Employee]
    days: list[date]

    def cells(self, month: Month) -> Cells:
        """Return the shifts of a month's cells by index."""
        found = {}
        for n, person in enumerate(self.people):
            for d, day in enumerate(self.days):
                shift = month.cell(person.pk, day).shift
                if shift is not None:
                    found[n, d] = shift.code
        return found


def pose(
    month: Month,
    need: Need,
    *,
    peaks: Mapping[date, frozenset[int]] | None = None,
    fixed_until: date | None = None,
) -> Posed:
    """Return the month as a problem.

    `peaks` are the busiest half hours of each day. Cells of days up to `fixed_until` of
    a published month, and locked ones, stay what they are.
    """
    kinds = {kind.code: kind for kind in _used(month)}
    usual, odd_pairs = _pairs(month, list(kinds.values()))
    shifts = [
        Shift(code, kind.usual_minutes, frozenset(usual[code]))
        for code, kind in kinds.items()
    ]
    zone = month.outlet.zone
    odd_minutes = {
        (d, code): minutes
        for d, day in enumerate(month.days)
        for code, kind in kinds.items()
        if (minutes := kind.minutes(day, zone)) != kind.usual_minutes
    }
    index = {person.pk: n for n, person in enumerate(month.people)}
    locked = {
        (index[person], month.days.index(day)): cell.shift.code if cell.shift else None
        for (person, day), cell in month.cells.items()
        if cell.locked
    }
    published = {}
    if month.is_published:
        for n, person in enumerate(month.people):
            for d, day in enumerate(month.days):
                shift = month.cell(person.pk, day).shift
                published[n, d] = shift.code if shift else None
                if fixed_until is not None and day <= fixed_until:
                    locked[n, d] = published[n, d]
    rules = month.rules
    problem = Problem(
        days=len(month.days),
        shifts=shifts,
        people=[_person(month, person, kinds) for person in month.people],
        covers=_covers(month, kinds, need, peaks or {}),
        wishes=[
            Wish(
                index[wish.employee_id],
                month.days.index(wish.on),
                _code(month, wish.shift_id),
                wish.wanted,
                rules.weight_wish,
            )
            for wish in month.wishes
            if wish.shift_id is None or _code(month, wish.shift_id) in kinds
        ],
        weekends=_weekends(month.days),
        balances=[
            Balance(
                these=_counting(kinds, Balanced.NIGHT),
                those=_counting(kinds, Balanced.EARLY),
                slack=rules.balance_slack,
                weight=rules.weight_balance,
            )
        ],
        weights=Weights(
            weekends=rules.weight_weekends,
            hours=rules.weight_hours,
            changes=rules.weight_change,
        ),
        locked=locked,
        published=published,
        odd_minutes=odd_minutes,
        odd_pairs=odd_pairs,
    )
    return Posed(problem, month.people, month.days)


def _code(month: Month, shift_id: int | None) -> str | None:
    return month.kinds[shift_id].code if shift_id else None


def _used(month: Month) -> list[ShiftKind]:
    """What may be chosen, and what stands there already though it may no more."""
    standing = {
        cell.shift.pk: cell.shift for cell in month.cells.values() if cell.shift
    }
    standing |= {
        cell.shift.pk: cell.shift
        for days in month.before.values()
        for cell in days.values()
        if cell.shift
    }
    standing |= {kind.pk: kind for kind in month.offered}
    return sorted(standing.values(), key=lambda kind: (kind.starts_at, kind.code))


def _counting(kinds: Mapping[str, ShiftKind], as_: Balanced) -> frozenset[str]:
    return frozenset(code for code, kind in kinds.items() if kind.counts_as == as_)


def _pairs(
    month: Month, kinds: list[ShiftKind]
) -> tuple[dict[str, set[str]], frozenset[tuple[int, str, str]]]:
    """Return what may not follow what, usually and on days a clock is changed.

    Measured between instants: where a night is an hour shorter, so is the rest.
    """
    rest, zone = month.rules.least_rest, month.outlet.zone
    usual: dict[str, set[str]] = defaultdict(set)
    plain, following = date(2026, 1, 5), date(2026, 1, 6)
    utc = type(zone)("UTC")
    for one in kinds:
        usual[one.code] = {
            two.code
            for two in kinds
            if two.span(following, utc).start - one.span(plain, utc).end < rest
        }
    odd = {
        (d, one.code, two.code)
        for d, day in enumerate(month.days, start=-1)
        for one in kinds
        for two in kinds
        if two.code not in usual[one.code]
        and two.span(day, zone).start - one.span(day - timedelta(days=1), zone).end
        < rest
    }
    return usual, frozenset(odd)


def _person(month: Month, person: Employee, kinds: Mapping[str, ShiftKind]) -> Person:
    rules = month.rules
    blocked = month.leaves | month.away | month.elsewhere.keys()
    off = frozenset(
        d for d, day in enumerate(month.days) if (person.pk, day) in blocked
    )
    here = len(month.days) - len(off)
    before = month.before.get(person.pk, {})
    history: tuple[str | None, ...] = ()
    if before:
        since = min(before)
        history = tuple(
            _shift_code(before.get(since + timedelta(days=n)))
            for n in range((month.first - since).days)
        )
    skills = set()
    if person.post in LEADS:
        skills.add(LEAD)
    if person.post == Post.FLOW_CONSULTANT:
        skills.add(CONSULTANT)
    return Person(
        key=person.number,
        most_minutes=rules.most_week_hours * 60 * here // 7,
        most_run=rules.most_run_days,
        least_rest=rules.least_off_days,
        off=off,
        skills=frozenset(skills),
        before=history,
        contract_minutes=rules.week_hours * 60 * here // 7,
    )


def _shift_code(cell: Cell | None) -> str | None:
    return cell.shift.code if cell and cell.shift else None


def _weekends(days: list[date]) -> list[list[int]]:
    found: dict[date, list[int]] = defaultdict(list)
    for d, day in enumerate(days):
        if day.isoweekday() >= SATURDAY:
            saturday = day - timedelta(days=day.isoweekday() - SATURDAY)
            found[saturday].append(d)
    return list(found.values())


def opening(month: Month) -> tuple[Span, ...]:
    """Return when the outlet is open; hours nobody knows are those of its shifts."""
    if month.outlet.opening_spans:
        return month.outlet.opening_spans
    ends = [
        (kind.starts_at, kind.ends_at)
        for kind in month.offered
        if not kind.passes_midnight
    ]
    if not ends:
        return ()
    opens, closes = min(start for start, _ in ends), max(end for _, end in ends)
    return tuple(
        Span(weekday, _minute(opens), _minute(closes)) for weekday in range(1, 8)
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def open_half_hours(spans: tuple[Span, ...], day: date) -> list[int]:
    """Return the half hours of a day in which the outlet is open, by first minute."""
    return sorted(
        {
            minute
            for span in spans
            if span.weekday == day.isoweekday()
            for minute in range(
                span.opens // HALF_HOUR * HALF_HOUR, span.closes, HALF_HOUR
            )
        }
    )


def on_duty_slots(
    kinds: Mapping[str, ShiftKind], d: int, minute: int
) -> tuple[tuple[int, str], ...]:
    """Return the (day, shift) whose people are on duty in a half hour of day `d`.

    Those of the evening before count after midnight; of day -1 nobody is asked.
    """
    return tuple(
        (day, code)
        for code, kind in kinds.items()
        for day, wanted in ((d, minute), (d - 1, minute + MINUTES_A_DAY))
        if day >= 0 and wanted in half_hours(kind.starts_at, kind.ends_at)
    )


def _covers(
    month: Month,
    kinds: Mapping[str, ShiftKind],
    need: Need,
    peaks: Mapping[date, frozenset[int]],
) -> list[Cover]:
    """Return what each day needs; half hours that the same shifts cover are one.

    A minimum that no shift on offer could cover is left out: it would make every
    roster impossible, and the grid names it.
    """
    rules, spans = month.rules, opening(month)
    someone = {person.post for person in month.people}
    has_lead = bool(someone & set(LEADS)) and rules.lead_on_duty
    has_guide = Post.FLOW_CONSULTANT in someone and rules.consultant_at_peak
    covers = []
    for d, day in enumerate(month.days):
        wanted: dict[tuple[tuple[int, str], ...], list[int]] = defaultdict(list)
        for minute in open_half_hours(spans, day):
            slots = on_duty_slots(kinds, d, minute)
            if slots:
                wanted[slots].append(minute)
        for slots, minutes in wanted.items():
            name = f"{day:%F} {minutes[0]}"
            people = max(need.get(day, {}).get(minute, 0) for minute in minutes)
            covers.append(
                Cover(
                    slots=slots,
                    needed=max(people, rules.least_on_duty),
                    under=rules.weight_under * len(minutes),
                    over=rules.weight_over * len(minutes),
                    least=rules.least_on_duty,
                    name=name,
                )
            )
            if has_lead:
                covers.append(
                    Cover(
                        slots=slots,
                        needed=1,
                        under=POST_FACTOR * rules.weight_under * len(minutes),
                        skill=LEAD,
                        name=name,
                    )
                )
            if has_guide and peaks.get(day, ANY) & set(minutes):
                covers.append(
                    Cover(
                        slots=slots,
                        needed=1,
                        under=POST_FACTOR * rules.weight_under * len(minutes),
                        skill=CONSULTANT,
                        name=name,
                    )
                )
    return covers
