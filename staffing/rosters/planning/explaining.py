"""Why a roster does not grant a wish: what granting it alone would break or cost."""

from dataclasses import dataclass

from staffing.rosters.planning.costs import Costs, Rule, breaches, costs
from staffing.rosters.planning.problem import Cells, Problem, Wish


@dataclass(frozen=True)
class Reason:
    """What would come of granting one wish and changing nothing else.

    `rules` are the hard rules it would break, each once; where there are none, `dearer`
    holds by how much each part of the cost would change. A part below 0 is saved.
    """

    rules: tuple[Rule, ...]
    dearer: Costs


def reason(problem: Problem, cells: Cells, wish: Wish) -> Reason:
    """Return why the wish is not granted; of all shifts it allows, the best one."""
    codes = [shift.code for shift in problem.shifts]
    choices: list[str | None]
    if not wish.wanted:
        choices = [None, *(code for code in codes if wish.shift not in (None, code))]
    else:
        choices = [wish.shift] if wish.shift else [*codes]
    found = [_changed(problem, cells, wish, choice) for choice in choices]
    return min(found, key=lambda one: (len(one.rules), one.dearer.total))


def _changed(problem: Problem, cells: Cells, wish: Wish, choice: str | None) -> Reason:
    place = (wish.person, wish.day)
    changed = {cell: code for cell, code in cells.items() if cell != place}
    if choice is not None:
        changed[place] = choice
    standing = {(one.rule, one.person, one.day) for one in breaches(problem, cells)}
    new = dict.fromkeys(
        one.rule
        for one in breaches(problem, changed)
        if (one.rule, one.person, one.day) not in standing
    )
    was, would = vars(costs(problem, cells)), vars(costs(problem, changed))
    return Reason(tuple(new), Costs(**{name: would[name] - was[name] for name in was}))
