"""What a roster breaks and what it misses, counted cell by cell.

Kept apart from the solver on purpose: what the solver says is checked by this, and a
roster made by hand is judged by the same rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from staffing.rosters.planning.problem import (
    Cells,
    Cover,
    Person,
    Problem,
    Wish,
)

MINUTES_PER_HOUR = 60


class Rule(StrEnum):
    """The hard rules, by the name that words and settings know them by."""

    LEAST_MINUTES = "least_minutes"
    MOST_MINUTES = "most_minutes"
    MOST_OF = "most_of"
    LEAST_RUN = "least_run"
    MOST_RUN = "most_run"
    LEAST_REST = "least_rest"
    MOST_WEEKENDS = "most_weekends"
    OFF = "off"
    REST = "rest"
    LOCKED = "locked"
    COVER = "cover"


@dataclass(frozen=True)
class Breach:
    """A hard rule that is broken.

    `person` is None for a cover, `day` None for a rule over the whole horizon. `found`
    is what there is of what may be at most or must be at least `allowed`; `detail` is
    the shift or the cover it is about.
    """

    rule: Rule
    person: int | None
    day: int | None
    found: int
    allowed: int
    detail: str = ""


@dataclass(frozen=True)
class Costs:
    """The cost of a roster by what it comes from."""

    wishes: int
    under: int
    over: int
    balance: int
    weekends: int
    hours: int
    changes: int

    @property
    def total(self) -> int:
        return sum(vars(self).values())


def breaches(problem: Problem, cells: Cells) -> list[Breach]:
    """Return every hard rule that the roster breaks, by person, then covers."""
    found = [
        one
        for index, person in enumerate(problem.people)
        for one in _of_person(problem, cells, index, person)
    ]
    for cover in problem.covers:
        have = covering(problem, cells, cover)
        if have < cover.least:
            day = cover.slots[0][0] if cover.slots else None
            found.append(Breach(Rule.COVER, None, day, have, cover.least, cover.name))
    return found


def costs(problem: Problem, cells: Cells) -> Costs:
    """Return what the roster's missed wishes cost, in points."""
    under = over = 0
    for cover in problem.covers:
        missing = cover.needed - covering(problem, cells, cover)
        under += cover.under * max(missing, 0)
        over += cover.over * max(-missing, 0)
    people = range(len(problem.people))
    worked = [weekends_worked(problem, cells, person) for person in people]
    spread = max(worked) - min(worked) if worked else 0
    return Costs(
        wishes=sum(wish.weight for wish in unmet(problem, cells)),
        under=under,
        over=over,
        balance=sum(_imbalance(problem, cells, person) for person in people),
        weekends=problem.weights.weekends * spread,
        hours=problem.weights.hours
        * sum(hours_off_contract(problem, cells, person) for person in people),
        changes=problem.weights.changes
        * sum(cells.get(cell) != shift for cell, shift in problem.published.items()),
    )


def unmet(problem: Problem, cells: Cells) -> list[Wish]:
    """Return the wishes that the roster does not grant."""
    return [wish for wish in problem.wishes if granted(wish, cells) != wish.wanted]


def granted(wish: Wish, cells: Cells) -> bool:
    """Return whether the person works what the wish names (any shift, if None)."""
    shift = cells.get((wish.person, wish.day))
    return shift is not None if wish.shift is None else shift == wish.shift


def covering(problem: Problem, cells: Cells, cover: Cover) -> int:
    """Return how many people the cover has."""
    return sum(
        cells.get((person, day)) == shift
        for person, one in enumerate(problem.people)
        if cover.skill is None or cover.skill in one.skills
        for day, shift in cover.slots
    )


def minutes_worked(problem: Problem, cells: Cells, person: int) -> int:
    """Return the person's minutes of work over the horizon."""
    return sum(
        problem.minutes(day, shift)
        for day in range(problem.days)
        if (shift := cells.get((person, day))) is not None
    )


def weekends_worked(problem: Problem, cells: Cells, person: int) -> int:
    """Return on how many weekends the person works at all."""
    return sum(
        any((person, day) in cells for day in weekend) for weekend in problem.weekends
    )


def hours_off_contract(problem: Problem, cells: Cells, person: int) -> int:
    """Return the hours, begun ones whole, between work and contract; 0 without one."""
    contract = problem.people[person].contract_minutes
    if contract is None:
        return 0
    apart = abs(minutes_worked(problem, cells, person) - contract)
    return -(-apart // MINUTES_PER_HOUR)


def _imbalance(problem: Problem, cells: Cells, person: int) -> int:
    mine = [cells.get((person, day)) for day in range(problem.days)]
    return sum(
        rule.weight
        * max(
            abs(sum(c in rule.these for c in mine) - sum(c in rule.those for c in mine))
            - rule.slack,
            0,
        )
        for rule in problem.balances
    )


def _of_person(
    problem: Problem, cells: Cells, index: int, person: Person
) -> Iterator[Breach]:
    mine = {
        day: shift
        for day in range(problem.days)
        if (shift := cells.get((index, day))) is not None
    }
    for day in sorted(person.off & mine.keys()):
        yield Breach(Rule.OFF, index, day, 1, 0, mine[day])
    for (locked, day), shift in problem.locked.items():
        if locked == index and mine.get(day) != shift:
            yield Breach(Rule.LOCKED, index, day, 1, 0, shift or "")
    minutes = minutes_worked(problem, cells, index)
    if minutes < person.least_minutes:
        yield Breach(Rule.LEAST_MINUTES, index, None, minutes, person.least_minutes)
    if person.most_minutes is not None and minutes > person.most_minutes:
        yield Breach(Rule.MOST_MINUTES, index, None, minutes, person.most_minutes)
    for code, most in person.most_of.items():
        times = sum(shift == code for shift in mine.values())
        if times > most:
            yield Breach(Rule.MOST_OF, index, None, times, most, code)
    weekends = weekends_worked(problem, cells, index)
    if person.most_weekends is not None and weekends > person.most_weekends:
        yield Breach(Rule.MOST_WEEKENDS, index, None, weekends, person.most_weekends)
    yield from _sequences(problem, index, person, mine)


def _sequences(
    problem: Problem, index: int, person: Person, mine: dict[int, str]
) -> Iterator[Breach]:
    """Yield what is wrong from one day to the next, history included."""
    first = -len(person.before)
    known = {
        first + n: shift for n, shift in enumerate(person.before) if shift is not None
    } | mine
    for day in range(max(first, -1), problem.days - 1):
        one, two = known.get(day), known.get(day + 1)
        if problem.clashes(day, one, two):
            yield Breach(Rule.REST, index, day + 1, 1, 0, f"{one} {two}")
    for working, start, end in _runs(known, first, problem.days):
        length = end - start
        if end <= 0:
            continue  # over before the horizon begins: nobody can mend it now
        if working and person.most_run is not None and length > person.most_run:
            late = max(start + person.most_run, 0)
            yield Breach(Rule.MOST_RUN, index, late, length, person.most_run)
        if start == first or end == problem.days:
            continue
        if working and length < person.least_run:
            yield Breach(Rule.LEAST_RUN, index, max(start, 0), length, person.least_run)
        if not working and length < person.least_rest:
            yield Breach(
                Rule.LEAST_REST, index, max(start, 0), length, person.least_rest
            )


def _runs(
    known: dict[int, str], first: int, days: int
) -> Iterator[tuple[bool, int, int]]:
    """Yield (working, first day, day after the last) of each unbroken run."""
    start = first
    for day in range(first + 1, days + 1):
        if day == days or (day in known) != (start in known):
            yield start in known, start, day
            start = day
