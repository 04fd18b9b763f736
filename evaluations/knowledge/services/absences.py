"""Settling absences from a week's test: several people in one act, with a reason."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.calendar import week_at
from evaluations.knowledge.models import (
    AbsenceDecision,
    Sitting,
    SittingState,
    TestResult,
)
from evaluations.knowledge.services.marking import (
    post_week,
    result_uuid,
    without_chance,
)
from evaluations.knowledge.services.results import SOURCE, FormSentBefore
from evaluations.knowledge.services.telling import absences_settled, seen_to
from evaluations.ledger.services import put
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power, Sight
from staffing.people.models import User

MOST_AT_ONCE = 200
# Who records at the outlet, and who corrects from above it.
POWERS = (Power.RECORD, Power.CORRECT)
ABSENT = (SittingState.PREPARED, SittingState.ABSENT, SittingState.LEFT_OUT)


class AbsenceOfOneself(DomainError):
    code = "absence_of_oneself"
    message = _("Nobody settles her own absence.")


class NotAbsent(DomainError):
    code = "not_absent"
    message = _("%(name)s has begun the test: there is no absence to settle.")


class ResultOnPaper(DomainError):
    code = "result_on_paper"
    message = _("%(name)s has a result on paper for this test.")


class HadNoChance(DomainError):
    code = "had_no_chance"
    message = _("%(name)s had no day of work in that week: she stays left out.")


def may_settle(sight: Sight, sitting: Sitting) -> bool:
    """Tell whether somebody may settle this absence; it comes with its outlet."""
    return (
        sitting.state in ABSENT
        and sitting.employee_id != sight.employee_id
        and any(
            sight.reach(power).covers(
                outlet_id=sitting.outlet_id, region_path=sitting.outlet.region.path
            )
            for power in POWERS
        )
    )


@transaction.atomic
def settle_absences(
    *,
    key: UUID,
    sitting_uuids: Collection[UUID],
    excused: bool,
    reason: str,
    by: User,
) -> list[AbsenceDecision]:
    """Excuse absences from tests, or let them count; return what was decided.

    Excused: left out, and what the ledger says of it is taken back. Not excused: 0
    points once the week is over, until then she may still sit it. All of them or none;
    who stands as wanted already is left alone. Repeating a call with the same `key`
    changes nothing.

    Raises:
        Sitting.DoesNotExist: one lies out of sight.
        PermissionDenied: one is in sight, but not hers to settle.
        FormSentBefore: `key` has settled other people, or otherwise.
        AbsenceOfOneself, NotAbsent, ResultOnPaper, HadNoChance: see there.
    """
    rows = _locked(sitting_uuids, by)
    wanted = [row for row in rows if excused != (row.state == SittingState.LEFT_OUT)]
    if earlier := list(AbsenceDecision.objects.filter(key=key)):
        # Who stood as wanted already was not decided on: she may be there or not.
        people, decided = {row.pk for row in rows}, {one.sitting_id for one in earlier}
        said = {(one.excused, one.reason) for one in earlier}
        more = {row.pk for row in wanted} - decided
        if said != {(excused, reason)} or not decided <= people or more:
            raise FormSentBefore
        return earlier
    now = timezone.now()
    _require_settleable(rows, by, excused=excused)
    if excused:
        _excuse(wanted, reason, by, now)
    else:
        for row in wanted:
            _let_count(row, now)
    decisions = AbsenceDecision.objects.bulk_create(
        AbsenceDecision(
            key=key, sitting=row, excused=excused, reason=reason, by=by, at=now
        )
        for row in wanted
    )
    absences_settled(decisions, now)
    return decisions


def _locked(sitting_uuids: Collection[UUID], by: User) -> list[Sitting]:
    rows = (
        Sitting.objects.visible_to(by)
        .filter(uuid__in=set(sitting_uuids))
        .select_related("outlet__region", "employee")
        .select_for_update(of=["self"])
        .order_by("pk")
    )
    found = list(rows)
    if len(found) < len(set(sitting_uuids)):
        raise Sitting.DoesNotExist
    return found


def _require_settleable(rows: list[Sitting], by: User, *, excused: bool) -> None:
    for row in rows:
        if row.employee_id == by.sight.employee_id:
            raise AbsenceOfOneself
        if row.state not in ABSENT:
            raise NotAbsent(name=row.employee.name)
        if not may_settle(by.sight, row):
            raise PermissionDenied
    results = TestResult.objects.alias(code=Upper("test")).filter(
        employee__in=[row.employee_id for row in rows],
        code__in={row.test.upper() for row in rows},
    )
    standing: dict[tuple[int, str], set[UUID]] = defaultdict(set)
    for employee_id, test, uuid in results.values_list("employee", "test", "uuid"):
        standing[employee_id, test.upper()].add(uuid)
    by_week: dict[date, set[int]] = defaultdict(set)
    for row in rows:
        by_week[row.week].add(row.employee_id)
        ours = result_uuid(row.employee.uuid, row.test)
        if standing[row.employee_id, row.test.upper()] - {ours}:
            raise ResultOnPaper(name=row.employee.name)
    if not excused:
        away = {week: without_chance(week, them) for week, them in by_week.items()}
        for row in rows:
            if row.employee_id in away[row.week]:
                raise HadNoChance(name=row.employee.name)


def _excuse(rows: list[Sitting], reason: str, by: User, now: datetime) -> None:
    """Leave them out, and take back what their absence made."""
    results = TestResult.objects.filter(
        pk__in=[row.result_id for row in rows if row.result_id is not None]
    )
    # The lock lets a posting that runs now end first: what it writes is taken back.
    gone = [str(one.uuid) for one in results.select_for_update().order_by("pk")]
    put(source=SOURCE, lines=[], withdrawn=gone, by=by, reason=reason)
    results.update(withdrawn=True, pending=False)
    for row in rows:
        row.state, row.score, row.result = SittingState.LEFT_OUT, None, None
        row.save(update_fields=["state", "score", "result"])
        seen_to(row.week, [row.employee_id], now)


def _let_count(row: Sitting, now: datetime) -> None:
    """Let an absence take its course again: 0 points once the week is over."""
    if week_at(row.outlet, now) <= row.week:
        row.state = SittingState.PREPARED
        row.save(update_fields=["state"])
        return
    row.state, row.score = SittingState.ABSENT, 0
    row.save(update_fields=["state", "score"])
    post_week(row.employee_id, row.week)
