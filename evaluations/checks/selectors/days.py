"""Days that were checked: by outlet for who leads, by person for who was checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from evaluations.checks.models import Check, CheckState, MarkKind
from evaluations.checks.posting import Reader
from evaluations.checks.rules import FULL_SCORE, Day, pool
from evaluations.checks.selectors.blinding import without_judged
from evaluations.checks.selectors.card import Said
from staffing.people.models import Employee, User
from staffing.rosters.models import RosterDay

_FAILED = Q(marks__mark=MarkKind.FAILED)


def outlet_days(
    viewer: User, *, first: date, last: date, outlet: str = ""
) -> QuerySet[Any, Any]:
    """Return a row per outlet and day with its counts, newest day first.

    A day that the viewer is judging blind is left out until she has finished.
    `outlet` narrows by a part of the code or the name.
    """
    checks = Check.objects.visible_to(viewer).filter(on__range=(first, last))
    checks = without_judged(checks, viewer)
    if outlet:
        checks = checks.filter(
            Q(outlet__code__icontains=outlet) | Q(outlet__name__icontains=outlet)
        )
    standing = Q(state=CheckState.STANDING)
    return (
        checks.values("on", "outlet__code", "outlet__name")
        .annotate(
            people=Count("employee", filter=standing, distinct=True),
            checks=Count("pk", filter=standing, distinct=True),
            failed=Count("marks", filter=standing & _FAILED, distinct=True),
            critical=Count(
                "marks",
                filter=standing & _FAILED & Q(marks__item__critical=True),
                distinct=True,
            ),
            waiting=Count("pk", filter=Q(state=CheckState.CONFLICT), distinct=True),
        )
        .order_by("-on", "outlet__code")
    )


def own_days(employee: Employee, *, first: date, last: date) -> QuerySet[Any, Any]:
    """Return a row per day on which a person was checked, newest first."""
    checks = Check.objects.standing().filter(employee=employee, on__range=(first, last))
    return (
        checks.values("on", "outlet__name")
        .annotate(
            checks=Count("pk", distinct=True),
            failed=Count("marks", filter=_FAILED, distinct=True),
            critical=Count(
                "marks", filter=_FAILED & Q(marks__item__critical=True), distinct=True
            ),
        )
        .order_by("-on", "outlet__name")
    )


@dataclass(frozen=True, slots=True)
class PersonDay:
    """Everything recorded about a person on a day, and what it adds up to."""

    employee: Employee
    on: date
    counted: tuple[Said, ...]
    uncounted: tuple[Said, ...]
    day: Day

    @property
    def compliant(self) -> bool:
        return self.day.compliant()

    @property
    def passed(self) -> float:
        """Passed weight for people to read: 1 is a usual item."""
        return self.day.share.passed / (100 * FULL_SCORE)

    @property
    def observed(self) -> float:
        return self.day.share.observed / (100 * FULL_SCORE)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Items that leave the day because a failed one says it all."""
        return tuple(sorted(code for _standard, code in self.day.left_out))


def person_day(employee: Employee, on: date, checks: Sequence[Check]) -> PersonDay:
    """Return the pooled day of a person from all its checks, marks prefetched."""
    standing = [check for check in checks if check.state == CheckState.STANDING]
    reader = Reader(standing)
    return PersonDay(
        employee=employee,
        on=on,
        counted=tuple(Said.of(check) for check in standing),
        uncounted=tuple(
            Said.of(check) for check in checks if check.state != CheckState.STANDING
        ),
        day=pool([reader.taken(check, employee.gender) for check in standing]),
    )


def unchecked_person(viewer: User, employee: UUID, on: date) -> Employee | None:
    """Return who was rostered on a day that is over and has no record at all.

    None: nobody whose rosters the viewer sees.
    """
    days = RosterDay.objects.visible_to(viewer).filter(employee__uuid=employee, on=on)
    day = days.exclude(shift=None).select_related("employee").first()
    if day is None or on >= timezone.localdate():
        return None
    recorded = Check.objects.of_day(day.employee, on).exists()
    return None if recorded else day.employee
