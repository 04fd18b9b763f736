"""Leave: asked for, withdrawn, decided; what is approved changes rosters."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from staffing.people.models import User
from staffing.rosters.models import (
    Absence,
    ChangeKind,
    Leave,
    LeaveState,
    PlannedDay,
    Roster,
    RosterDay,
    RosterState,
    first_of_month,
)
from staffing.rosters.selectors.published import published_months
from staffing.rosters.services.days import Day, change_days
from staffing.rosters.services.deciding import (
    AlreadyDecided,
    NotAssigned,
    lock_roster,
    may_publish,
    outlet_of,
    own_employee,
    require_decision,
    today_at,
)
from staffing.rosters.services.telling import tell_leave

LONGEST_DAYS = 366


class LeaveHasBegun(DomainError):
    code = "leave_has_begun"
    message = _("The first day is over. Ask for days from today on.")


class LeaveTooLong(DomainError):
    code = "leave_too_long"
    message = _("At most %(days)s days can be asked for in one go.")


class LeaveOverlaps(DomainError):
    code = "leave_overlaps"
    message = _("You have asked for leave from %(first)s to %(last)s already.")


class LeaveIsOver(DomainError):
    code = "leave_is_over"
    message = _("These days are over. Refuse the request with a word about it.")


class RosteredElsewhere(DomainError):
    code = "rostered_elsewhere"
    message = _(
        "%(name)s is rostered at %(outlet)s on %(day)s. Who publishes the rosters of "
        "both outlets can approve this."
    )


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why, so that it can be understood.")


def ask_leave(*, first_on: date, last_on: date, note: str, by: User) -> Leave:
    """Ask for leave at the outlet where one works today; both days included.

    Raises:
        NotAssigned, LeaveHasBegun, LeaveTooLong, LeaveOverlaps: it cannot be asked so.
    """
    employee = own_employee(by)
    outlet = outlet_of(employee)
    if outlet is None:
        raise NotAssigned
    if first_on < today_at(outlet):
        raise LeaveHasBegun
    if (last_on - first_on).days >= LONGEST_DAYS:
        raise LeaveTooLong(days=LONGEST_DAYS)
    with transaction.atomic():
        list(
            type(employee).objects.select_for_update(no_key=True).filter(pk=employee.pk)
        )
        standing = Leave.objects.filter(
            employee=employee,
            state__in=(LeaveState.ASKED, LeaveState.APPROVED),
            first_on__lte=last_on,
            last_on__gte=first_on,
        ).first()
        if standing is not None:
            raise LeaveOverlaps(
                first=date_format(standing.first_on, "SHORT_DATE_FORMAT"),
                last=date_format(standing.last_on, "SHORT_DATE_FORMAT"),
            )
        return Leave.objects.create(
            employee=employee,
            outlet=outlet,
            first_on=first_on,
            last_on=last_on,
            note=note,
        )


def _locked(uuid: UUID, by: User) -> Leave:
    """Return a leave that still waits, locked.

    Raises:
        AlreadyDecided: it waits no more.
    """
    rows = Leave.objects.visible_to(by).select_for_update(of=("self",))
    leave = rows.select_related("employee", "outlet__region").get(uuid=uuid)
    if leave.state != LeaveState.ASKED:
        raise AlreadyDecided
    return leave


@transaction.atomic
def withdraw_leave(*, uuid: UUID, by: User) -> Leave:
    """Take one's own request back while it waits."""
    employee = own_employee(by)
    leave = _locked(uuid, by)
    if leave.employee_id != employee.pk:
        raise PermissionDenied
    return _settle(leave, LeaveState.WITHDRAWN, by, "")


@transaction.atomic
def refuse_leave(*, uuid: UUID, because: str, by: User) -> Leave:
    """Refuse a request; the reason is shown to whoever asked."""
    leave = _locked(uuid, by)
    require_decision(by, leave.outlet, leave.employee_id)
    if not because.strip():
        raise ReasonMissing
    return _settle(leave, LeaveState.REFUSED, by, because)


@transaction.atomic
def approve_leave(*, uuid: UUID, because: str = "", by: User) -> Leave:
    """Approve a request: published days from today on become leave, and in drafts
    planned shifts are taken away.

    Raises:
        LeaveIsOver: its last day lies in the past.
        RosteredElsewhere: some day belongs to an outlet that `by` does not decide for.
    """
    leave = _locked(uuid, by)
    require_decision(by, leave.outlet, leave.employee_id)
    today = today_at(leave.outlet)
    if leave.last_on < today:
        raise LeaveIsOver
    lock_roster(leave.outlet)
    first = max(leave.first_on, today)
    days = [first + timedelta(days=n) for n in range((leave.last_on - first).days + 1)]
    for outlet, theirs in _by_outlet(leave, days, by).items():
        change_days(
            [Day(leave.employee, on, absence=Absence.LEAVE) for on in theirs],
            outlet=outlet,
            kind=ChangeKind.LEAVE,
            by=by,
            why=because,
        )
    _free_drafts(leave, days)
    return _settle(leave, LeaveState.APPROVED, by, because)


def _settle(leave: Leave, state: LeaveState, by: User, because: str) -> Leave:
    leave.state, leave.because = state, because.strip()
    leave.decided_by, leave.decided_at = by, timezone.now()
    leave.save(update_fields=["state", "because", "decided_by", "decided_at"])
    if state in (LeaveState.APPROVED, LeaveState.REFUSED):
        tell_leave(leave)
    return leave


def _by_outlet(leave: Leave, days: list[date], by: User) -> dict[Outlet, list[date]]:
    """Return the published days by the outlet whose roster they stand in."""
    rows = RosterDay.objects.filter(employee=leave.employee_id, on__in=days)
    standing = {
        row.on: row.outlet
        for row in rows.select_related("outlet__region")
        if row.outlet is not None
    }
    published = published_months(leave.outlet, {first_of_month(day) for day in days})
    found: dict[Outlet, list[date]] = defaultdict(list)
    for day in days:
        outlet = standing.get(day)
        if outlet is None and first_of_month(day) in published:
            outlet = leave.outlet
        if outlet is None:
            continue
        if outlet != leave.outlet and not may_publish(by, outlet):
            raise RosteredElsewhere(
                name=leave.employee.name,
                outlet=outlet.name,
                day=date_format(day, "MONTH_DAY_FORMAT"),
            )
        found[outlet].append(day)
    return dict(found)


def _free_drafts(leave: Leave, days: Iterable[date]) -> None:
    """Put leave where drafts had a shift; who edits them is told by their version."""
    planned = PlannedDay.objects.filter(
        employee=leave.employee_id,
        on__in=list(days),
        roster__state=RosterState.DRAFT,
    ).exclude(absence=Absence.LEAVE)
    rosters = list(planned.order_by().values_list("roster", flat=True).distinct())
    planned.update(shift=None, absence=Absence.LEAVE)
    Roster.objects.filter(pk__in=rosters).update(version=F("version") + 1)
