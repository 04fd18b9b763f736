"""The search for a good roster, with CP-SAT of OR-Tools.

One 0-1 variable for each person, day and shift she could have; sequences are clauses
over "works that day". What is soft becomes a term of the cost. The result is checked by
`costs.breaches` and counted by `costs.costs`, which know nothing of this model.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias

from ortools.sat.python import cp_model

from staffing.rosters.planning.costs import MINUTES_PER_HOUR, costs
from staffing.rosters.planning.problem import (
    Cell,
    Cells,
    NoRosterError,
    NoTimeError,
    Person,
    Plan,
    Problem,
)

# More strategies than processors: they take turns, and what one finds serves all. Two
# threads alone get no bound from a linear relaxation, and few neighbourhoods to search.
WORKERS = 8
# Rosters have strong relaxations: what goes without one only takes time from the rest.
WITHOUT = ("core", "no_lp", "quick_restart")

Watch: TypeAlias = Callable[[Plan], bool]
"""Told of each better roster; returns whether to go on."""


@dataclass
class _Model:
    """The variables of a problem; `work` has an entry for the days of history too."""

    problem: Problem
    cp: cp_model.CpModel
    cells: dict[tuple[int, int, str], cp_model.IntVar]
    work: dict[Cell, cp_model.IntVar]
    terms: list[cp_model.LinearExprT]


def solve(
    problem: Problem,
    *,
    seconds: float,
    watch: Watch | None = None,
    start: Mapping[Cell, str | None] | None = None,
    seed: int = 1,
    workers: int = WORKERS,
    stopper: Callable[[Callable[[], None]], None] | None = None,
) -> Plan:
    """Return the best roster found within `seconds` of wall-clock time.

    `start` is a roster to begin from; it need not keep the rules. `stopper` is handed a
    function that ends the search from any thread, with the best roster so far. Stops
    early when the roster is proven best or `watch` returns False. Raises NoRosterError
    where no roster keeps the hard rules, NoTimeError where none was found in time.
    """
    began = monotonic()
    model = _modelled(problem)
    for (person, day, code), cell in model.cells.items():
        if start is not None and (person, day) in start:
            model.cp.add_hint(cell, start[person, day] == code)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.ignore_subsolvers.extend(WITHOUT)
    solver.parameters.random_seed = seed
    if stopper is not None:
        stopper(solver.stop_search)
    told = _Told(model, watch, began) if watch else None
    status = solver.solve(model.cp, told)
    if status == cp_model.INFEASIBLE:
        raise NoRosterError("no roster keeps every hard rule")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NoTimeError(f"no roster was found in {seconds:g} seconds")
    cells = _cells(model, solver.value)
    return Plan(
        cells=cells,
        cost=costs(problem, cells).total,
        bound=_bound(solver.best_objective_bound),
        proven=status == cp_model.OPTIMAL,
        seconds=monotonic() - began,
    )


class _Told(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: _Model, watch: Watch, began: float) -> None:
        super().__init__()
        self._model, self._watch, self._began = model, watch, began

    def on_solution_callback(self) -> None:
        cells = _cells(self._model, self.value)
        plan = Plan(
            cells=cells,
            cost=round(self.objective_value),
            bound=_bound(self.best_objective_bound),
            proven=False,
            seconds=monotonic() - self._began,
        )
        if not self._watch(plan):
            self.stop_search()


def _bound(value: float) -> int:
    """Costs are whole: a bound a hair above one whole number says the next."""
    return max(0, -int(-(value - 1e-6) // 1))


def _cells(model: _Model, value: Callable[[cp_model.IntVar], int]) -> Cells:
    return {
        (person, day): code
        for (person, day, code), cell in model.cells.items()
        if value(cell)
    }


def _modelled(problem: Problem) -> _Model:
    model = _Model(problem, cp_model.CpModel(), {}, {}, [])
    for index, person in enumerate(problem.people):
        _days(model, index, person)
        _totals(model, index, person)
        _sequences(model, index, person)
    for (index, day), locked in problem.locked.items():
        if locked is None:
            model.cp.add(model.work[index, day] == 0)
        elif (index, day, locked) in model.cells:
            model.cp.add(model.cells[index, day, locked] == 1)
        else:
            raise NoRosterError(f"locked cell {index}, {day} cannot be {locked}")
    _covers(model)
    _wishes(model)
    _balances(model)
    _weekend_share(model)
    _hours(model)
    _changes(model)
    model.cp.minimize(sum(model.terms))
    return model


def _days(model: _Model, index: int, person: Person) -> None:
    """At most one shift a day, none on days off; the days of history are settled."""
    cp = model.cp
    for n, shift in enumerate(person.before, start=-len(person.before)):
        model.work[index, n] = cp.new_constant(shift is not None)
    for day in range(model.problem.days):
        fixed = model.problem.locked.get((index, day))
        work = cp.new_bool_var(f"work {index} {day}")
        model.work[index, day] = work
        today = []
        if day not in person.off or fixed is not None:
            for kind in model.problem.shifts:
                if person.most_of.get(kind.code) == 0 and kind.code != fixed:
                    continue
                cell = cp.new_bool_var(f"cell {index} {day} {kind.code}")
                model.cells[index, day, kind.code] = cell
                today.append(cell)
        cp.add_exactly_one([*today, work.negated()])


def _of(model: _Model, index: int) -> Iterator[tuple[int, str, cp_model.IntVar]]:
    for day in range(model.problem.days):
        for shift in model.problem.shifts:
            cell = model.cells.get((index, day, shift.code))
            if cell is not None:
                yield day, shift.code, cell


def _minutes(model: _Model, index: int) -> cp_model.LinearExprT:
    return sum(
        model.problem.minutes(day, code) * cell for day, code, cell in _of(model, index)
    )


def _totals(model: _Model, index: int, person: Person) -> None:
    cp, problem = model.cp, model.problem
    if person.least_minutes or person.most_minutes is not None:
        most = person.most_minutes
        if most is None:
            most = problem.days * max((s.minutes for s in problem.shifts), default=0)
        cp.add_linear_constraint(_minutes(model, index), person.least_minutes, most)
    for code, most in person.most_of.items():
        mine = [cell for _day, one, cell in _of(model, index) if one == code]
        if most < len(mine):
            cp.add(sum(mine) <= most)
    if person.most_weekends is not None:
        worked = [_weekend(model, index, weekend) for weekend in problem.weekends]
        cp.add(sum(worked) <= person.most_weekends)


def _weekend(model: _Model, index: int, days: Sequence[int]) -> cp_model.IntVar:
    """Return whether the person works on any of the days."""
    worked = model.cp.new_bool_var("")
    mine = [model.work[index, day] for day in days]
    for day in mine:
        model.cp.add_implication(day, worked)
    model.cp.add_bool_or([*mine, worked.negated()])
    return worked


def _sequences(model: _Model, index: int, person: Person) -> None:
    cp, problem, work = model.cp, model.problem, model.work
    first, days = -len(person.before), problem.days
    for day in range(max(first, -1), days - 1):
        for one, two in _pairs(model, index, person, day):
            cp.add_bool_or([~one, ~two] if one is not None else [~two])
    if person.most_run is not None:
        # A run that history makes too long already ends as soon as it can.
        for start in range(max(first, -person.most_run), days - person.most_run):
            whole = range(start, start + person.most_run + 1)
            cp.add_bool_or([work[index, day].negated() for day in whole])
    for start in range(first + 1, days):
        for length in range(1, person.least_run):
            if start + length >= days or start + length <= 0:
                continue
            run = [work[index, day].negated() for day in range(start, start + length)]
            around = [work[index, start - 1], work[index, start + length]]
            cp.add_bool_or([*around, *run])
        for length in range(1, person.least_rest):
            if start + length >= days or start + length <= 0:
                continue
            rest = [work[index, day] for day in range(start, start + length)]
            ends = [work[index, start - 1], work[index, start + length]]
            cp.add_bool_or([*rest, *(day.negated() for day in ends)])


def _pairs(
    model: _Model, index: int, person: Person, day: int
) -> Iterator[tuple[cp_model.IntVar | None, cp_model.IntVar]]:
    """Yield the cells that may not follow each other; None for what has been."""
    problem, cells = model.problem, model.cells
    codes = [shift.code for shift in problem.shifts]
    firsts = codes if day >= 0 else [c for c in person.before[-1:] if c is not None]
    for first in firsts:
        before = cells.get((index, day, first))
        if before is None and day >= 0:
            continue
        for second in codes:
            after = cells.get((index, day + 1, second))
            if after is not None and problem.clashes(day, first, second):
                yield before, after


def _covers(model: _Model) -> None:
    cp = model.cp
    for cover in model.problem.covers:
        have = [
            cell
            for index, person in enumerate(model.problem.people)
            if cover.skill is None or cover.skill in person.skills
            for day, code in cover.slots
            if (cell := model.cells.get((index, day, code))) is not None
        ]
        if cover.least:
            if len(have) < cover.least:
                raise NoRosterError(f"nobody could fill {cover.name}")
            cp.add(sum(have) >= cover.least)
        under = over = None
        if cover.under:
            under = cp.new_int_var(0, max(cover.needed, 0), "")
            model.terms.append(cover.under * under)
        if cover.over:
            over = cp.new_int_var(0, max(len(have) - cover.needed, 0), "")
            model.terms.append(cover.over * over)
        if under is not None and over is not None:
            cp.add(sum(have) + under - over == cover.needed)
        elif under is not None:
            cp.add(sum(have) + under >= cover.needed)
        elif over is not None:
            cp.add(sum(have) - over <= cover.needed)


def _wishes(model: _Model) -> None:
    for wish in model.problem.wishes:
        place = (wish.person, wish.day)
        cell = (
            model.work[place]
            if wish.shift is None
            else model.cells.get((*place, wish.shift))
        )
        if cell is None:  # never that shift
            model.terms.append(wish.weight if wish.wanted else 0)
        else:
            model.terms.append(wish.weight * (1 - cell if wish.wanted else cell))


def _balances(model: _Model) -> None:
    cp, days = model.cp, model.problem.days
    for rule in model.problem.balances:
        if not rule.weight:
            continue
        for index in range(len(model.problem.people)):
            these = [c for _d, code, c in _of(model, index) if code in rule.these]
            those = [c for _d, code, c in _of(model, index) if code in rule.those]
            apart = cp.new_int_var(0, days, "")
            cp.add(sum(these) - sum(those) - rule.slack <= apart)
            cp.add(sum(those) - sum(these) - rule.slack <= apart)
            model.terms.append(rule.weight * apart)


def _weekend_share(model: _Model) -> None:
    weight, weekends = model.problem.weights.weekends, model.problem.weekends
    if not weight or not weekends or not model.problem.people:
        return
    most = model.cp.new_int_var(0, len(weekends), "")
    fewest = model.cp.new_int_var(0, len(weekends), "")
    for index in range(len(model.problem.people)):
        worked = sum(_weekend(model, index, weekend) for weekend in weekends)
        model.cp.add(worked <= most)
        model.cp.add(worked >= fewest)
    model.terms.append(weight * (most - fewest))


def _hours(model: _Model) -> None:
    weight = model.problem.weights.hours
    if not weight:
        return
    longest = max((shift.minutes for shift in model.problem.shifts), default=0)
    for index, person in enumerate(model.problem.people):
        if person.contract_minutes is None:
            continue
        reach = model.problem.days * longest + person.contract_minutes
        apart = model.cp.new_int_var(0, reach // MINUTES_PER_HOUR + 1, "")
        minutes = _minutes(model, index)
        model.cp.add(minutes - person.contract_minutes <= MINUTES_PER_HOUR * apart)
        model.cp.add(person.contract_minutes - minutes <= MINUTES_PER_HOUR * apart)
        model.terms.append(weight * apart)


def _changes(model: _Model) -> None:
    weight = model.problem.weights.changes
    for (person, day), shift in model.problem.published.items() if weight else ():
        if shift is None:
            model.terms.append(weight * model.work[person, day])
        elif (person, day, shift) in model.cells:
            model.terms.append(weight * (1 - model.cells[person, day, shift]))
        else:
            model.terms.append(weight)
