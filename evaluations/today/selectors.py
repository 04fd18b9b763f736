"""Facts for the home page that join several rooms."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from evaluations.checks.models import (
    ActionState,
    Check,
    CheckState,
    CorrectiveAction,
    Flag,
)
from evaluations.checks.selectors import outlets_without_checks, people_on_shift
from evaluations.checks.selectors.held import held_waiting
from evaluations.complaints.models import Case
from evaluations.feedback.models import Rating
from evaluations.knowledge.models import TestResult
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run, RunState, Standing
from evaluations.rankings.selectors.home import own_standings
from outlets.places.models import Outlet, Region
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User

# What somebody leads on foot; who holds more outlets than this works at a desk.
MOST_OUTLETS = 6
DEFAULT_SCHEME = "service_star"


def led_outlets(user: User) -> list[Outlet]:
    """Return the outlets where the user records what happens, a few at most."""
    outlets = Outlet.objects.visible_to(user, Power.RECORD)
    return list(outlets.select_related("region")[:MOST_OUTLETS])


def today_at(outlet: Outlet, now: datetime) -> date:
    return trading_day(now, outlet.zone, outlet.day_starts_at)


@dataclass(frozen=True, slots=True)
class OutletChecks:
    """One outlet's card of the day: who is on shift and who has not been checked."""

    outlet: Outlet
    on: date
    on_shift: int
    unchecked: tuple[Employee, ...]
    conflicts: int

    @property
    def checked(self) -> int:
        return self.on_shift - len(self.unchecked)


def checks_today(user: User) -> list[OutletChecks]:
    """Return the day's card of each outlet that the user leads."""
    found = []
    for outlet in led_outlets(user):
        on = today_at(outlet, timezone.now())
        people = people_on_shift(outlet, on)
        checks = Check.objects.visible_to(user).filter(outlet=outlet, on=on)
        checked = set(checks.standing().values_list("employee", flat=True))
        found.append(
            OutletChecks(
                outlet=outlet,
                on=on,
                on_shift=len(people),
                unchecked=tuple(one for one in people if one.pk not in checked),
                conflicts=checks.filter(state=CheckState.CONFLICT).count(),
            )
        )
    return found


def records_that_wait(user: User) -> int:
    """Return how many records of tablets wait where the user may decide or enter."""
    leads = user.sight.outlets(Power.RECORD, "outlet__")
    county = user.sight.outlets(Power.CORRECT, "outlet__")
    return held_waiting(user).filter(leads | county).count()


def flags_to_look_at(user: User, most: int) -> tuple[int, list[Flag]]:
    """Return how many review flags nobody has looked at yet, and the newest."""
    rows = Flag.objects.visible_to(user).open()
    newest = rows.select_related("outlet").newest_first()[:most]
    return rows.count(), list(newest)


@dataclass(frozen=True, slots=True)
class OpenActions:
    """What is to be put right within somebody's sight: counts, and the most urgent."""

    on: date
    unfinished: int
    overdue: int
    first: tuple[CorrectiveAction, ...]


def open_actions(user: User, most: int) -> OpenActions:
    """Return the unfinished actions that the user leads or is to do herself."""
    today = timezone.localdate()
    rows = CorrectiveAction.objects.visible_to(user).unfinished()
    late = Q(state=ActionState.OPEN, due_on__lt=today)
    counts = rows.aggregate(unfinished=Count("pk"), overdue=Count("pk", filter=late))
    first = rows.select_related("owner").most_urgent_first()[:most]
    return OpenActions(on=today, first=tuple(first), **counts)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The staffed outlets of a subtree, and those that have checked nobody today."""

    outlets: int
    missing: tuple[Outlet, ...]


def unchecked_outlets(user: User) -> Unchecked:
    """Return which staffed outlets within reach have no check of a person yet today.

    Outlets may lie in several time zones: each is asked for its own trading day.
    """
    now = timezone.now()
    days: dict[date, set[int]] = defaultdict(set)
    for outlet in Outlet.objects.visible_to(user, Power.CORRECT):
        days[today_at(outlet, now)].add(outlet.pk)
    staffed = 0
    missing: list[Outlet] = []
    for on, there in days.items():
        assigned = Assignment.objects.visible_to(user).on(on)
        staffed += len(there & set(assigned.values_list("outlet", flat=True)))
        idle = outlets_without_checks(user, on)
        missing += [outlet for outlet in idle if outlet.pk in there]
    missing.sort(key=lambda outlet: outlet.code)
    return Unchecked(outlets=staffed, missing=tuple(missing))


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What does not settle itself: for the review of a region by exception."""

    conflicts: Sequence[Check]
    overdue_cases: Sequence[Case]
    overdue: int


def exceptions(user: User, limit: int) -> Exceptions:
    """Return checks that wait for a decision and complaints open beyond their time."""
    conflicts = Check.objects.visible_to(user).filter(state=CheckState.CONFLICT)
    overdue = Case.objects.visible_to(user).overdue(timezone.now())
    return Exceptions(
        conflicts=list(conflicts.select_related("outlet", "employee")[:limit]),
        overdue_cases=list(
            overdue.select_related("outlet").order_by("received_at")[:limit]
        ),
        overdue=overdue.count(),
    )


def runs_to_decide(user: User) -> QuerySet[Run]:
    """Return the newest computed runs that nobody has published yet, newest first."""
    runs = Run.objects.visible_to(user).computed().newest_computed()
    waiting = runs.exclude(state=RunState.PUBLISHED)
    return waiting.select_related("scheme").order_by("-period", "-id")


@dataclass(frozen=True, slots=True)
class OwnScore:
    """Somebody's newest published month, and the one before where there is one."""

    standing: Standing
    period: Period
    before: Standing | None


def own_score(user: User) -> OwnScore | None:
    own = own_standings(user).filter(run__scheme__code=DEFAULT_SCHEME)
    months = {
        standing.run.parsed_period: standing
        for standing in own
        if standing.run.kind is PeriodKind.MONTH
    }
    if not months:
        return None
    newest = max(months)
    return OwnScore(months[newest], newest, months.get(newest.previous))


@dataclass(frozen=True, slots=True)
class MostToGain:
    """The component whose missing points weigh most; `points` of the whole score."""

    component: str
    value: float
    points: float


def most_to_gain(standing: Standing) -> MostToGain | None:
    """Return where a full mark would add most to the score; None: all are full."""
    gains = [
        MostToGain(code, part["raw"], part["weight"] * (100 - part["raw"]) / 100)
        for code, part in standing.components.items()
        if part and part.get("raw") is not None and part.get("weight")
    ]
    best = max(gains, key=lambda gain: gain.points, default=None)
    return best if best is not None and best.points > 0 else None


# What is captured first and posted to the ledger later, with the day it counts for.
_CAPTURED: dict[str, tuple[type[Model], str]] = {
    "checks": (Check, "on"),
    "ratings": (Rating, "on"),
    "tests": (TestResult, "taken_on"),
    "visits": (Visit, "date"),
    "complaints": (Case, "on"),
}


def pending_records(user: User) -> dict[str, int]:
    """Return how many records of past days the ledger does not know yet, by kind."""
    today = timezone.localdate()
    counts = {}
    for name, (model, day) in _CAPTURED.items():
        records: Any = model._default_manager
        waiting = records.visible_to(user).filter(pending=True, **{f"{day}__lt": today})
        counts[name] = waiting.count()
    return counts


@dataclass(frozen=True, slots=True)
class Registry:
    """How much the registry holds, and where it has holes."""

    regions: int
    outlets: int
    employees: int
    users: int
    outlets_without_hours: int
    outlets_without_class: int
    people_without_outlet: int
    users_without_role: int


def registry(user: User) -> Registry:
    today = timezone.localdate()
    outlets = Outlet.objects.visible_to(user)
    working = Employee.objects.visible_to(user).filter(
        Q(left_on=None) | Q(left_on__gte=today)
    )
    assigned = Assignment.objects.visible_to(user).on(today)
    users = User.objects.filter(is_active=True)
    return Registry(
        regions=Region.objects.visible_to(user).count(),
        outlets=outlets.count(),
        employees=working.count(),
        users=users.count(),
        outlets_without_hours=outlets.filter(hours="").count(),
        outlets_without_class=outlets.filter(outlet_class="").count(),
        people_without_outlet=working.exclude(
            pk__in=assigned.values("employee")
        ).count(),
        users_without_role=users.filter(employee=None)
        .exclude(grants__isnull=False)
        .count(),
    )
