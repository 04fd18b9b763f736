"""What a search proposes, beside what stands: in numbers, and each missed wish."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from staffing.rosters.coverage import covered
from staffing.rosters.models import Search
from staffing.rosters.needs import needed
from staffing.rosters.planning.costs import Costs, Rule, costs
from staffing.rosters.problems import pose
from staffing.rosters.selectors.month import Cell, Month, read_month


@dataclass(frozen=True, slots=True)
class Missed:
    """A wish that is not granted, in words, and why."""

    name: str
    on: date
    wish: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The roster a search found: changes, hours, costs by part, and missed wishes."""

    changed: int
    missing_hours: float
    spare_hours: float
    missing_before: float
    spare_before: float
    parts: list[tuple[str, int]]
    missed: list[Missed]


def proposal_of(search: Search) -> Proposal | None:
    """Return what a search proposes; None where it found nothing."""
    if not search.cells:
        return None
    outlet, first = search.roster.outlet, search.roster.month
    month = read_month(outlet, first)
    need = needed(outlet, month.first, month.last)
    kinds = {kind.code: kind for kind in month.kinds.values()}
    cells = {}
    for person in month.people:
        mine = search.cells.get(str(person.pk), {})
        for day in month.days:
            code = mine.get(f"{day:%F}")
            standing = month.cell(person.pk, day)
            cells[person.pk, day] = Cell(
                kinds.get(code or ""), "" if code else standing.absence
            )
    after = month.with_cells(cells)
    posed = pose(month, need.people, peaks=need.peaks)
    spent = costs(posed.problem, posed.cells(after))
    was, will = covered(month, need.people), covered(after, need.people)
    return Proposal(
        changed=sum(
            month.cell(*place).code != cell.code for place, cell in cells.items()
        ),
        missing_hours=sum(day.missing_hours for day in will),
        spare_hours=sum(day.spare_hours for day in will),
        missing_before=sum(day.missing_hours for day in was),
        spare_before=sum(day.spare_hours for day in was),
        parts=_parts(spent),
        missed=[_missed(month, one) for one in search.missed if "who" in one],
    )


def _parts(spent: Costs) -> list[tuple[str, int]]:
    words = part_words()
    return [(words[name], points) for name, points in vars(spent).items() if points]


def part_words() -> dict[str, str]:
    """Return what each part of the cost stands for, in the reader's language."""
    return {
        "wishes": _("wishes not granted"),
        "under": _("people short"),
        "over": _("people too many"),
        "balance": _("nights and earlies apart"),
        "weekends": _("weekends not shared"),
        "hours": _("hours beside the contract"),
        "changes": _("published days changed"),
    }


def rule_words() -> dict[str, str]:
    """Return each hard rule in the reader's language."""
    return {
        Rule.LEAST_MINUTES: _("hours of the month"),
        Rule.MOST_MINUTES: _("hours of the month"),
        Rule.MOST_OF: _("how often a shift is worked"),
        Rule.LEAST_RUN: _("days of work in a row"),
        Rule.MOST_RUN: _("days of work in a row"),
        Rule.LEAST_REST: _("days off in a row"),
        Rule.MOST_WEEKENDS: _("weekends"),
        Rule.OFF: _("leave or another outlet"),
        Rule.REST: _("rest between shifts"),
        Rule.LOCKED: _("a locked cell"),
        Rule.COVER: _("the fewest on duty"),
    }


def _missed(month: Month, one: dict[str, Any]) -> Missed:
    people = {person.pk: person.name for person in month.people}
    kinds = {kind.code: kind.name for kind in month.kinds.values()}
    what = kinds.get(one["shift"], "") if one["shift"] else ""
    if one["wanted"]:
        wish = _("to work %(what)s") % {"what": what} if what else _("to work")
    else:
        wish = _("not to work %(what)s") % {"what": what} if what else _("a day off")
    if one["rules"]:
        rules = rule_words()
        broken = ", ".join(dict.fromkeys(rules[rule] for rule in one["rules"]))
        why = _("would break: %(rules)s") % {"rules": broken}
    else:
        why = _("would cost %(points)s points more, most by %(part)s") % {
            "points": one["points"],
            "part": part_words()[one["part"]],
        }
    return Missed(people.get(one["who"], "?"), date.fromisoformat(one["on"]), wish, why)
