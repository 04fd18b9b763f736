"""What is wrong with a month, cell by cell, in words.

A rule is hard: the generator never breaks it. A warning says what the house would
rather not see; it blocks nothing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffing.rosters.models import Balanced
from staffing.rosters.planning.costs import Breach, Rule, breaches, covering
from staffing.rosters.planning.problem import Cells
from staffing.rosters.problems import CONSULTANT, LEAD, Posed
from staffing.rosters.selectors.month import Month

RULE, WARNING = "rule", "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong; without a person it is about the outlet, without a day
    about the whole month."""

    level: str
    code: str
    text: str
    employee_id: int | None = None
    on: date | None = None


def issues_of(month: Month, posed: Posed) -> list[Issue]:
    """Return all that is wrong, hard rules first, each in the reader's language."""
    cells = posed.cells(month)
    found = [_told(month, posed, one) for one in breaches(posed.problem, cells)]
    return [*found, *_warnings(month, posed, cells)]


def broken_rules(month: Month, posed: Posed) -> list[Issue]:
    """Return the hard rules only."""
    cells = posed.cells(month)
    return [_told(month, posed, one) for one in breaches(posed.problem, cells)]


def _told(month: Month, posed: Posed, breach: Breach) -> Issue:
    person = None if breach.person is None else posed.people[breach.person]
    on = None if breach.day is None else posed.days[breach.day]
    return Issue(
        RULE,
        str(breach.rule),
        _words(month, posed, breach),
        person.pk if person else None,
        on,
    )


def _words(month: Month, posed: Posed, breach: Breach) -> str:
    numbers = {"found": breach.found, "allowed": breach.allowed}
    match breach.rule:
        case Rule.REST:
            return _("Less than %(hours)s hours of rest since the shift before.") % {
                "hours": month.rules.least_rest_hours
            }
        case Rule.MOST_RUN:
            return (
                _("%(found)s days of work in a row; %(allowed)s are allowed.") % numbers
            )
        case Rule.LEAST_REST:
            return (
                _("%(found)s day off between shifts; at least %(allowed)s.") % numbers
            )
        case Rule.MOST_MINUTES:
            return _("%(found)s hours this month; %(allowed)s are allowed.") % {
                "found": round(breach.found / 60, 1),
                "allowed": round(breach.allowed / 60, 1),
            }
        case Rule.OFF:
            return _off(month, posed, breach)
        case Rule.COVER:
            minute = int(breach.detail.rpartition(" ")[2])
            return _("%(time)s: %(found)s on duty, at least %(allowed)s needed.") % {
                "time": f"{minute // 60:02d}:{minute % 60:02d}",
                **numbers,
            }
    return _("A locked cell was changed.")


def _off(month: Month, posed: Posed, breach: Breach) -> str:
    place = (posed.people[breach.person or 0].pk, posed.days[breach.day or 0])
    if place in month.leaves:
        return _("On approved leave that day.")
    outlet = month.elsewhere.get(place)
    if outlet is not None:
        return _("Rostered at %(outlet)s that day.") % {"outlet": outlet.name}
    return _("Not assigned to this outlet that day.")


def _warnings(month: Month, posed: Posed, cells: Cells) -> Iterator[Issue]:
    for person in month.people:
        yield from _of_person(month, person.pk)
    missing: dict[tuple[date, str], list[int]] = {}
    for cover in posed.problem.covers:
        if cover.skill and covering(posed.problem, cells, cover) < cover.needed:
            written, minute = cover.name.rsplit(" ", 1)
            place = (date.fromisoformat(written), cover.skill)
            missing.setdefault(place, []).append(int(minute))
    for (day, skill), minutes in sorted(missing.items()):
        at = {"time": f"{min(minutes) // 60:02d}:{min(minutes) % 60:02d}"}
        if skill == LEAD:
            text = _("Nobody who leads the outlet is on duty from %(time)s.") % at
        elif skill == CONSULTANT:
            text = _("No flow consultant in the busiest hours from %(time)s.") % at
        yield Issue(WARNING, skill, text, None, day)


def _of_person(month: Month, person: int) -> Iterator[Issue]:
    shifts = [
        cell.shift
        for day in month.days
        if (cell := month.cell(person, day)).shift is not None
    ]
    counted = Counter(shift.counts_as for shift in shifts if shift)
    early, night = counted[Balanced.EARLY], counted[Balanced.NIGHT]
    if abs(early - night) > month.rules.balance_slack:
        yield Issue(
            WARNING,
            "balance",
            _("%(early)s early days and %(night)s night days.")
            % {"early": early, "night": night},
            person,
        )
    for kind, times in Counter(shift for shift in shifts if shift).items():
        if kind.most_a_month is not None and times > kind.most_a_month:
            yield Issue(
                WARNING,
                "most_a_month",
                ngettext(
                    "%(shift)s %(times)s times; at most %(most)s time a month.",
                    "%(shift)s %(times)s times; at most %(most)s times a month.",
                    kind.most_a_month,
                )
                % {"shift": kind.name, "times": times, "most": kind.most_a_month},
                person,
            )
