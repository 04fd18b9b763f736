"""The generator: asking for a search, running it, stopping it, accepting what it found.

A search proposes; nothing is in the roster until a person accepts it.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.issues import broken_rules
from staffing.rosters.models import ChangeKind, JobState, Roster, Search
from staffing.rosters.needs import needed
from staffing.rosters.planning.costs import breaches, unmet
from staffing.rosters.planning.explaining import reason
from staffing.rosters.planning.problem import (
    Cells,
    NoRosterError,
    NoTimeError,
    Plan,
    Problem,
    without_minima,
)
from staffing.rosters.problems import Posed, pose
from staffing.rosters.selectors.month import Cell, Month, read_month
from staffing.rosters.services.months import (
    Given,
    changed_meanwhile,
    locked_month,
    require,
    save,
)

SECONDS_BETWEEN = 1.0
# A search of which nothing is heard for so long beyond its time has lost its worker.
LOST_AFTER = timedelta(minutes=5)
# Why no roster can be found is told within this time, in seconds.
BLAME_SECONDS = 20
FEW = 8


class SearchRuns(DomainError):
    code = "roster_search_runs"
    message = _("A search for this month is running. Wait for it, or stop it first.")


class NothingFound(DomainError):
    code = "roster_search_empty"
    message = _("This search has found no roster that could be accepted.")


class BreaksRules(DomainError):
    code = "roster_search_outdated"
    message = _(
        "What has changed since the search makes its roster break a rule: %(what)s "
        "Search again."
    )


def posed_month(outlet: Outlet, first: date, today: date) -> tuple[Month, Posed]:
    """Return a month with its problem; what has been stays as it was."""
    month = read_month(outlet, first)
    need = needed(outlet, month.first, month.last)
    fixed = today if month.is_published else None
    posed = pose(month, need.people, peaks=need.peaks, fixed_until=fixed)
    return month, posed


@transaction.atomic
def start_search(
    *, outlet: Outlet, first: date, by: User, seconds: int | None = None
) -> Search:
    """Ask the generator for the month; it runs in the background. Raises SearchRuns."""
    from staffing.rosters.tasks import run_search as task

    require(by, Power.PLAN_ROSTERS, outlet)
    roster = locked_month(outlet, first, by)
    running = roster.searches.filter(state__in=(JobState.WAITING, JobState.RUNNING))
    for search in running:
        lost = search.asked_at + timedelta(seconds=search.seconds) + LOST_AFTER
        if timezone.now() < lost:
            raise SearchRuns
        search.state, search.ended_at = JobState.FAILED, timezone.now()
        search.problem = "lost"
        search.save(update_fields=["state", "ended_at", "problem"])
    rules = read_month(outlet, first).rules
    search = Search.objects.create(
        roster=roster,
        seconds=min(seconds or rules.search_seconds, rules.search_seconds),
        read_version=roster.version,
        started_by=by,
    )
    transaction.on_commit(partial(task.delay, search.pk))
    return search


def stop_search(*, search: Search, by: User) -> None:
    """Ask a search to end with the best roster it has."""
    require(by, Power.PLAN_ROSTERS, search.roster.outlet)
    Search.objects.filter(
        pk=search.pk, state__in=(JobState.WAITING, JobState.RUNNING)
    ).update(cancel_asked=True)


def run_search(search_id: int) -> None:
    """Search, telling how far it is outside any transaction; run once only."""
    taken = Search.objects.filter(pk=search_id, state=JobState.WAITING).update(
        state=JobState.RUNNING, began_at=timezone.now()
    )
    if not taken:
        return None
    search = Search.objects.select_related("roster__outlet__region").get(pk=search_id)
    roster = search.roster
    today = timezone.localdate(timezone=roster.outlet.zone)
    month, posed = posed_month(roster.outlet, roster.month, today)
    if search.cancel_asked:
        return _end(search, JobState.CANCELLED)
    began_from = {
        (n, d): cell.shift.code if cell.shift else None
        for n, person in enumerate(posed.people)
        for d, day in enumerate(posed.days)
        if (cell := month.cell(person.pk, day)).code
    }
    try:
        plan = _solved(search, posed, began_from or None)
    except NoRosterError:
        search.missed = _blame(posed)
        return _end(search, JobState.FAILED, problem="no_roster")
    except NoTimeError:
        return _end(search, JobState.FAILED, problem="no_time")
    _keep(search, posed, plan)
    search.missed = _missed(posed, plan.cells)
    search.refresh_from_db(fields=["cancel_asked"])
    stopped = search.cancel_asked and not plan.proven
    return _end(search, JobState.CANCELLED if stopped else JobState.DONE)


@transaction.atomic
def accept(*, search: Search, by: User) -> Roster:
    """Put what a search found into the roster.

    Raises ChangedMeanwhile when the roster is not the one it began from, BreaksRules
    when leave or other rosters have changed so that a hard rule would be broken.
    """
    outlet, first = search.roster.outlet, search.roster.month
    require(by, Power.PLAN_ROSTERS, outlet)
    if not search.cells or search.accepted_at:
        raise NothingFound
    roster = locked_month(outlet, first, by)
    month = read_month(outlet, first)
    given = [
        Given(person, day, code)
        for (person, day), code in _proposed(search, month).items()
        if month.cell(person, day).code != code
    ]
    cells = {
        place: Cell(_kind(month, code), "" if _kind(month, code) else code)
        for place, code in _proposed(search, month).items()
    }
    need = needed(outlet, month.first, month.last)
    posed = pose(month.with_cells(cells), need.people, peaks=need.peaks)
    wrong = broken_rules(month.with_cells(cells), posed)
    if wrong:
        raise BreaksRules(what=wrong[0].text)
    if roster.version != search.read_version:
        raise changed_meanwhile(roster)
    kind = ChangeKind.REPAIR
    version = roster.version
    roster = save(given, outlet=outlet, first=first, version=version, by=by, kind=kind)
    search.accepted_at = timezone.now()
    search.save(update_fields=["accepted_at"])
    return roster


def _kind(month: Month, code: str) -> Any:
    return next((kind for kind in month.kinds.values() if kind.code == code), None)


def _proposed(search: Search, month: Month) -> dict[tuple[int, date], str]:
    """Return every cell as the search would have it; absences stay what they are."""
    found = {}
    for person in month.people:
        mine = search.cells.get(str(person.pk), {})
        for day in month.days:
            standing = month.cell(person.pk, day)
            found[person.pk, day] = mine.get(f"{day:%F}", standing.absence)
    return found


def _solve(problem: Problem, **more: Any) -> Plan:
    """Search; the solver is loaded here, for a web process never needs it."""
    from staffing.rosters.planning.solving import solve

    return solve(problem, **more)


@dataclass
class _Told:
    """What the solver's threads say, and how to end them.

    They have no connection to the database of ours: only the thread that waits for
    them writes.
    """

    best: Plan | None = None
    found: int = 0
    end: Callable[[], None] | None = None

    def __call__(self, plan: Plan) -> bool:
        self.best, self.found = plan, self.found + 1
        return True

    def stopper(self, end: Callable[[], None]) -> None:
        self.end = end


def _solved(
    search: Search, posed: Posed, start: Mapping[tuple[int, int], str | None] | None
) -> Plan:
    """Search in a thread; keep the best roster and heed the wish to stop meanwhile."""
    told, kept = _Told(), None
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(
            _solve,
            posed.problem,
            seconds=search.seconds,
            watch=told,
            start=start,
            stopper=told.stopper,
        )
        while not wait([running], SECONDS_BETWEEN).done:
            if told.best is not kept and told.best is not None:
                kept = told.best
                search.found = told.found
                _keep(search, posed, kept)
            search.refresh_from_db(fields=["cancel_asked"])
            if search.cancel_asked and told.end is not None:
                told.end()
        search.found = told.found
        return running.result()


def _keep(search: Search, posed: Posed, plan: Plan) -> None:
    cells: dict[str, dict[str, str]] = {}
    for (n, d), code in plan.cells.items():
        mine = cells.setdefault(str(posed.people[n].pk), {})
        mine[f"{posed.days[d]:%F}"] = code
    search.cells, search.cost, search.bound = cells, plan.cost, plan.bound
    search.save(update_fields=["cells", "cost", "bound", "found"])


def _end(search: Search, state: JobState, problem: str = "") -> None:
    search.state, search.ended_at, search.problem = state, timezone.now(), problem
    search.save(update_fields=["state", "ended_at", "problem", "missed"])


def _missed(posed: Posed, cells: Cells) -> list[dict[str, Any]]:
    """Return each wish that is not granted, with what stands against it."""
    found = []
    for wish in unmet(posed.problem, cells):
        why = reason(posed.problem, cells, wish)
        parts = vars(why.dearer)
        worst = max(parts, key=lambda name: parts[name])
        found.append(
            {
                "who": posed.people[wish.person].pk,
                "on": f"{posed.days[wish.day]:%F}",
                "shift": wish.shift,
                "wanted": wish.wanted,
                "rules": [str(rule) for rule in why.rules],
                "part": worst if not why.rules else "",
                "points": why.dearer.total,
            }
        )
    return found


def _blame(posed: Posed) -> list[dict[str, Any]]:
    """Return which minima stand in the way, as far as that can be told at once."""
    try:
        plan = _solve(without_minima(posed.problem), seconds=BLAME_SECONDS)
    except (NoRosterError, NoTimeError):
        return []
    return [
        {"cover": one.detail, "found": one.found, "allowed": one.allowed}
        for one in breaches(posed.problem, plan.cells)
    ][:FEW]
