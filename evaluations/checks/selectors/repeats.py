"""What failed before: said while somebody checks, so that it is spoken about."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q

from evaluations.checks.models import CheckMark, CheckState, MarkKind
from evaluations.standards.models import Standard
from outlets.places.models import Outlet

REPEATED = 2


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item that failed `times` in the days before (2 or more)."""

    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """Failures of the last weeks by employee id; None: the outlet itself."""

    days: int
    by_subject: dict[int | None, tuple[Repeat, ...]]

    def of(self, employee_id: int | None) -> tuple[Repeat, ...]:
        """Return what one person, or the outlet, failed repeatedly; often first."""
        return self.by_subject.get(employee_id, ())


def repeats(
    outlet: Outlet,
    standard: Standard,
    on: date,
    employee_ids: Collection[int],
) -> Repeats:
    """Return the failures of a standard before `on`, with one query.

    A person's are counted wherever she worked, the outlet's own at this outlet.
    """
    days = settings.CHECKS_REPEAT_DAYS
    since = on - timedelta(days=days)
    failed = CheckMark.objects.filter(
        mark=MarkKind.FAILED,
        check_record__state=CheckState.STANDING,
        check_record__standard=standard,
        check_record__on__gte=since,
        check_record__on__lt=on,
    )
    grouped: dict[int | None, list[Repeat]] = defaultdict(list)
    subjects = failed.filter(
        Q(check_record__employee__in=employee_ids)
        | Q(check_record__employee=None, check_record__outlet=outlet)
    )
    counted = (
        subjects.order_by()
        .values_list("check_record__employee", "item__code")
        .annotate(times=Count("pk"))
        .filter(times__gte=REPEATED)
    )
    for employee_id, code, times in counted:
        grouped[employee_id].append(Repeat(code, times))
    return Repeats(
        days=days,
        by_subject={
            key: tuple(sorted(found, key=lambda one: (-one.times, one.code)))
            for key, found in grouped.items()
        },
    )
