"""Facts for the home page that join several rooms."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from evaluations.checks.models import Check, CheckState
from evaluations.checks.selectors import people_on_shift
from evaluations.complaints.models import Case
from evaluations.feedback.models import Rating
from evaluations.knowledge.models import TestResult
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run, RunState, Standing
from outlets.places.models import Outlet, Region
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User

# What somebody leads on foot; who holds more outlets than this works at a desk.
MOST_OUTLETS = 6
# A complaint is to be settled within 48 hours of its receipt.
COMPLAINT_HOURS = 48
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


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The outlets of a subtree without any check on their trading day."""

    outlets: int
    missing: tuple[Outlet, ...]


def unchecked_outlets(user: User) -> Unchecked:
    """Return which open outlets within reach have no check yet today.

    Outlets may lie in several time zones: each is asked for its own trading day.
    """
    now = timezone.now()
    outlets = list(
        Outlet.objects.visible_to(user, Power.CORRECT).filter(closed_on=None)
    )
    days: dict[date, list[Outlet]] = defaultdict(list)
    for outlet in outlets:
        days[today_at(outlet, now)].append(outlet)
    missing: list[Outlet] = []
    for on, there in days.items():
        checks = Check.objects.visible_to(user).standing().filter(on=on)
        checked = set(checks.values_list("outlet", flat=True).distinct())
        missing += [outlet for outlet in there if outlet.pk not in checked]
    missing.sort(key=lambda outlet: outlet.code)
    return Unchecked(outlets=len(outlets), missing=tuple(missing))


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What does not settle itself: for the review of a region by exception."""

    conflicts: Sequence[Check]
    overdue_cases: Sequence[Case]
    overdue: int


def exceptions(user: User, limit: int) -> Exceptions:
    """Return checks that wait for a decision and complaints open beyond 48 hours."""
    conflicts = Check.objects.visible_to(user).filter(state=CheckState.CONFLICT)
    overdue = Case.objects.visible_to(user).filter(
        closed_at=None,
        received_at__lt=timezone.now() - timedelta(hours=COMPLAINT_HOURS),
    )
    return Exceptions(
        conflicts=list(conflicts.select_related("outlet", "employee")[:limit]),
        overdue_cases=list(
            overdue.select_related("outlet").order_by("received_at")[:limit]
        ),
        overdue=overdue.count(),
    )


def latest_published_run(user: User) -> Run | None:
    """Return the newest published run of the default scheme, else of any."""
    runs = Run.objects.visible_to(user).published().select_related("scheme")
    newest = runs.order_by("-published_at", "-id")
    return newest.filter(scheme__code=DEFAULT_SCHEME).first() or newest.first()


def runs_to_decide(user: User) -> QuerySet[Run]:
    """Return the computed runs that nobody has published yet, newest first."""
    runs = Run.objects.visible_to(user).computed().exclude(state=RunState.PUBLISHED)
    return runs.select_related("scheme").order_by("-id")


@dataclass(frozen=True, slots=True)
class OwnScore:
    """Somebody's newest published month, and the one before where there is one."""

    standing: Standing
    period: Period
    before: Standing | None


def own_score(user: User) -> OwnScore | None:
    own = Standing.objects.filter(
        employee=user.sight.employee_id,
        run__state=RunState.PUBLISHED,
        run__scheme__code=DEFAULT_SCHEME,
    ).select_related("run", "outlet")
    months: dict[Period, Standing] = {}
    for standing in own.order_by("run__revision"):
        months[standing.run.parsed_period] = standing  # the last revision stays
    months = {p: s for p, s in months.items() if p.kind is PeriodKind.MONTH}
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
