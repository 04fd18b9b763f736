"""What it would break if single days of two people became others.

A swap leaves as many people on every shift as there were, so only the rules of the two
themselves can break: rest, runs, days off, hours, leave, and where somebody belongs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from staffing.people.models import Employee
from staffing.rosters.models import RosterDay, ShiftKind, first_of_month
from staffing.rosters.planning.costs import Breach, Rule, breaches
from staffing.rosters.planning.problem import Problem
from staffing.rosters.problems import Posed, pose
from staffing.rosters.selectors.month import HISTORY, Cell, Month, read_month

Changes: TypeAlias = Mapping[date, ShiftKind | None]
"""What days of one person become: a shift, or None for a day without one."""

ONE_DAY = timedelta(days=1)
# More of these is worse; of the others, less is.
_GROWS = frozenset({Rule.MOST_MINUTES, Rule.MOST_RUN, Rule.MOST_OF, Rule.MOST_WEEKENDS})


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard rule that a change would break, for whom and from which day on."""

    rule: Rule
    employee: Employee
    on: date
    found: int
    allowed: int

    def __str__(self) -> str:
        return str(_WORDS.get(self.rule, _ANY)) % {
            "name": self.employee.name,
            "day": date_format(self.on, "MONTH_DAY_FORMAT"),
            "month": date_format(self.on, "YEAR_MONTH_FORMAT"),
            "found": self.found,
            "allowed": self.allowed,
        }


_ANY = _("A rule of the roster would be broken for %(name)s on %(day)s.")
_WORDS: Mapping[Rule, Promise] = {
    Rule.REST: _(
        "%(name)s would have less than %(allowed)s hours of rest before the shift of "
        "%(day)s."
    ),
    Rule.MOST_RUN: _(
        "%(name)s would work %(found)s days in a row; at most %(allowed)s are allowed."
    ),
    Rule.LEAST_REST: _(
        "%(name)s would have %(found)s days off in a row from %(day)s; at least "
        "%(allowed)s are needed."
    ),
    Rule.MOST_MINUTES: _(
        "%(name)s would work %(found)s hours in %(month)s; at most %(allowed)s are "
        "allowed."
    ),
    Rule.OFF: _("%(name)s is not available on %(day)s."),
}


class Board:
    """The published months of an outlet around some days, each read once.

    The month after each day is among them: a last day of a month leads into the next.
    """

    def __init__(self, outlet: Outlet, days: Iterable[date]) -> None:
        self.outlet = outlet
        firsts = {first_of_month(day) for day in days}
        firsts |= {_following(first) for first in firsts}
        read = (read_month(outlet, first) for first in sorted(firsts))
        self.months = {month.first: month for month in read if month.is_published}
        self._posed: dict[date, Posed] = {}
        self._known: dict[object, list[Broken]] = {}

    def cell(self, person: int, on: date) -> Cell | None:
        """Return what a person's day holds here; None in a month not published."""
        month = self.months.get(first_of_month(on))
        return month.cell(person, on) if month else None

    def broken_by(self, person: Employee, changes: Changes) -> list[Broken]:
        """Return each rule that the changes break, or break more than it is already."""
        codes = tuple((on, kind.code if kind else "") for on, kind in changes.items())
        key = (person.pk, codes)
        if key not in self._known:
            self._known[key] = [
                *self._not_here(person, changes),
                *(
                    one
                    for month in self.months.values()
                    for one in self._in_month(month, person, changes)
                ),
                *self._beside_elsewhere(person, changes),
            ]
        return self._known[key]

    def _not_here(self, person: Employee, changes: Changes) -> Iterable[Broken]:
        for on, kind in changes.items():
            month = self.months.get(first_of_month(on))
            if kind is None:
                continue
            if month is None or all(one.pk != person.pk for one in month.people):
                yield Broken(Rule.OFF, person, on, 1, 0)

    def _in_month(
        self, month: Month, person: Employee, changes: Changes
    ) -> list[Broken]:
        touched = {
            on: kind
            for on, kind in changes.items()
            if month.first - HISTORY <= on <= month.last
        }
        ids = [one.pk for one in month.people]
        if not touched or person.pk not in ids:
            return []
        posed = self._posed.setdefault(month.first, pose(month, {}))
        n = ids.index(person.pk)
        before = _alone(posed.problem, n, {}, month.first)
        after = _alone(posed.problem, n, touched, month.first)
        cells = {
            (0, d): shift.code
            for d, day in enumerate(month.days)
            if (shift := month.cell(person.pk, day).shift) is not None
        }
        changed = dict(cells)
        for on, kind in touched.items():
            d = (on - month.first).days
            changed.pop((0, d), None)
            if d >= 0 and kind is not None:
                changed[0, d] = kind.code
        standing = breaches(before, cells)
        return [
            _worded(one, month, person)
            for one in breaches(after, changed)
            if not any(_covers(old, one) for old in standing)
        ]

    @cached_property
    def _elsewhere(self) -> dict[tuple[int, date], RosterDay]:
        """Shifts at other outlets of everybody here, on and around these months."""
        if not self.months:
            return {}
        people = {one.pk for month in self.months.values() for one in month.people}
        rows = RosterDay.objects.filter(
            employee__in=people,
            on__gte=min(self.months) - ONE_DAY,
            on__lte=max(month.last for month in self.months.values()) + ONE_DAY,
            shift__isnull=False,
            outlet__isnull=False,
        ).exclude(outlet=self.outlet)
        found = rows.select_related("shift", "outlet")
        return {(row.employee_id, row.on): row for row in found}

    def _beside_elsewhere(self, person: Employee, changes: Changes) -> Iterable[Broken]:
        """Yield too short a rest before or after a shift at another outlet."""
        for on, kind in changes.items():
            month = self.months.get(first_of_month(on))
            if kind is None or month is None:
                continue
            span, rest = kind.span(on, self.outlet.zone), month.rules.least_rest
            hours = month.rules.least_rest_hours
            eve = self._elsewhere.get((person.pk, on - ONE_DAY))
            if eve and eve.shift and eve.outlet:
                ended = eve.shift.span(eve.on, eve.outlet.zone).end
                if span.start - ended < rest:
                    yield Broken(Rule.REST, person, on, 1, hours)
            morrow = self._elsewhere.get((person.pk, on + ONE_DAY))
            if morrow and morrow.shift and morrow.outlet:
                begins = morrow.shift.span(morrow.on, morrow.outlet.zone).start
                if begins - span.end < rest:
                    yield Broken(Rule.REST, person, morrow.on, 1, hours)


def _following(first: date) -> date:
    return first_of_month(first + timedelta(days=31))


def _alone(problem: Problem, n: int, changes: Changes, first: date) -> Problem:
    """Return the problem of one person, her days before the month changed too."""
    person = problem.people[n]
    early = {(on - first).days: kind for on, kind in changes.items() if on < first}
    if early:
        length = max(len(person.before), -min(early))
        missing = length - len(person.before)
        history = [None] * missing + list(person.before)
        for day, kind in early.items():
            history[length + day] = kind.code if kind else None
        person = replace(person, before=tuple(history))
    return replace(
        problem, people=[person], covers=(), wishes=(), locked={}, published={}
    )


def _covers(old: Breach, new: Breach) -> bool:
    """Tell whether what stood already is as bad as what would stand."""
    if (old.rule, old.day, old.detail) != (new.rule, new.day, new.detail):
        return False
    if new.rule in _GROWS:
        return new.found <= old.found
    return new.found >= old.found


def _worded(breach: Breach, month: Month, person: Employee) -> Broken:
    found, allowed = breach.found, breach.allowed
    if breach.rule is Rule.REST:
        allowed = month.rules.least_rest_hours
    elif breach.rule is Rule.MOST_MINUTES:
        found, allowed = -(-found // 60), allowed // 60
    on = month.first + timedelta(days=max(breach.day or 0, 0))
    return Broken(breach.rule, person, on, found, allowed)
