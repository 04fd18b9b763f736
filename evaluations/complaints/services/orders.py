"""Supervision orders: issued from above, done by the unit, checked from above."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.complaints import order_acting
from evaluations.complaints.models import (
    Case,
    ComplaintMeeting,
    OrderStep,
    SupervisionOrder,
)
from evaluations.complaints.models.orders import OrderEventKind
from evaluations.complaints.order_acting import OrderAction, OrderPart, OrderState
from evaluations.complaints.services.refusals import WordsMissing
from evaluations.complaints.services.telling import (
    tell_levels_of_late_order,
    tell_of_order,
)
from evaluations.ledger.services import Line, put
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.rules import paths_above
from outlets.places.sight import Power
from staffing.people.models import User

SOURCE, COMPONENT = "supervision_orders", "supervision_order"
HUNDREDTHS = 100
_WORDLESS = frozenset({OrderAction.START})
_DATED = frozenset({OrderAction.REOPEN, OrderAction.EXTEND})


class OrderMoved(DomainError):
    code = "order_moved"
    message = _(
        "This has changed meanwhile: the order is “%(state)s”. Reload the page."
    )


class DuePast(DomainError):
    code = "order_due_past"
    message = _("The last day has to lie ahead. Choose a later one.")


class CaseElsewhere(DomainError):
    code = "order_case_elsewhere"
    message = _("Case %(case_no)s does not belong to this unit.")


def order_parts(
    user: User, *, outlet: Outlet | None, region: Region | None
) -> frozenset[OrderPart]:
    """Return what `user` is to orders of a unit, by her posts and grants of now."""
    reach = user.sight.reach(Power.SETTLE_CASES)
    found = set()
    if outlet is not None:
        path = outlet.region.path
        if outlet.pk in reach.outlet_ids:
            found.add(OrderPart.UNIT)
        higher = any(map(path.startswith, reach.region_paths))
    else:
        path = region.path if region is not None else ""
        if path in reach.region_paths:
            found.add(OrderPart.UNIT)
        higher = any(path.startswith(p) and path != p for p in reach.region_paths)
    if reach.everywhere or higher:
        found.add(OrderPart.ABOVE)
    return frozenset(found)


def parts_of_order(order: SupervisionOrder, user: User) -> frozenset[OrderPart]:
    return order_parts(user, outlet=order.outlet, region=order.region)


def issue_order(*, by: User, key: UUID | None = None, **given: Any) -> SupervisionOrder:
    """Issue an order; the same `key` of the same person again returns what it made.

    `given` is what `_issue` takes.

    Raises:
        PermissionDenied: `by` does not lead above the unit.
        DuePast: the last day is today or before.
        CaseElsewhere: a case belongs to another unit.
    """
    key = key or uuid4()
    sent = SupervisionOrder.objects.filter(key=key, issued_by=by)
    if (order := sent.first()) is not None:
        return order
    try:
        with transaction.atomic():
            return _issue(by=by, key=key, **given)
    except IntegrityError:
        if (order := sent.first()) is not None:
            return order
        raise


def _issue(
    *,
    subject: str,
    words: str,
    due_on: date,
    outlet: Outlet | None = None,
    region: Region | None = None,
    cases: Collection[Case] = (),
    meeting: ComplaintMeeting | None = None,
    now: datetime | None = None,
    key: UUID,
    by: User,
) -> SupervisionOrder:
    now = now or timezone.now()
    parts = order_parts(by, outlet=outlet, region=region)
    if parts != {OrderPart.ABOVE}:
        raise PermissionDenied
    order = SupervisionOrder(
        order_no=f"D{now.astimezone(timezone.get_default_timezone()):%y%m%d}"
        f"-{uuid4().hex[:8].upper()}",
        key=key,
        subject=subject,
        words=words,
        outlet=outlet,
        region=region,
        meeting=meeting,
        issued_by=by,
        issued_at=now,
        due_on=due_on,
    )
    _require_ahead(order, due_on, now)
    for case in cases:
        belongs = (
            case.outlet_id == outlet.pk
            if outlet is not None
            else case.outlet.region.path.startswith(order.unit_path)
        )
        if not belongs:
            raise CaseElsewhere(case_no=case.case_no)
    _aim(order)
    order.save()
    order.cases.set(cases)
    order.events.create(kind=OrderEventKind.ISSUED, at=now, by=by, due_on=due_on)
    tell_of_order(order, "issued", now)
    return order


@transaction.atomic
def act_on_order(
    *,
    order: SupervisionOrder,
    action: OrderAction,
    by: User,
    note: str = "",
    due_on: date | None = None,
    key: UUID | None = None,
    now: datetime | None = None,
) -> SupervisionOrder:
    """Do one thing with an order and write the line that says so.

    To reopen it or to give it more time sets a new last day, `due_on`. What the
    ledger says of the unit follows at once. The same `key` again changes nothing.

    Raises:
        PermissionDenied: `by` may not do this, or not now while others may.
        OrderMoved: nobody may do this now.
        WordsMissing: it needs words.
        DuePast: it needs a last day that lies ahead.
    """
    rows = SupervisionOrder.objects.select_related("outlet__region", "region")
    row = rows.select_for_update(of=("self",)).get(pk=order.pk)
    if key is not None and row.events.filter(key=key).exists():
        return row
    parts, state = parts_of_order(row, by), OrderState(row.state)
    if not order_acting.ever(action, parts):
        raise PermissionDenied
    if not order_acting.fits(action, state):
        raise OrderMoved(state=row.get_state_display())
    if not order_acting.may(action, state, parts):
        raise PermissionDenied
    note, now = note.strip(), now or timezone.now()
    if not note and action not in _WORDLESS:
        raise WordsMissing
    if action in _DATED:
        _require_ahead(row, due_on, now)
        row.due_on = due_on or row.due_on
    else:
        due_on = None
    _move(row, action, by, now)
    _aim(row)
    row.save()
    row.events.create(
        kind=action.value, at=now, by=by, note=note, due_on=due_on, key=key
    )
    post_order(row, by=by, reason=action.value, now=now)
    if action in (OrderAction.REPORT, OrderAction.VERIFY, OrderAction.REOPEN):
        tell_of_order(row, action.value, now)
    return row


def _require_ahead(order: SupervisionOrder, due_on: date | None, now: datetime) -> None:
    if due_on is None or due_on <= now.astimezone(order.zone).date():
        raise DuePast


def _move(row: SupervisionOrder, action: OrderAction, by: User, now: datetime) -> None:
    if action == OrderAction.START:
        row.state = OrderState.IN_PROGRESS
    elif action == OrderAction.REPORT:
        row.state, row.reported_by = OrderState.REPORTED, by
        row.reported_on = now.astimezone(row.zone).date()
    elif action == OrderAction.VERIFY:
        row.state = OrderState.VERIFIED
    elif action == OrderAction.REOPEN:
        row.state, row.reopened = OrderState.REOPENED, row.reopened + 1


# --- The path up ----------------------------------------------------------------------


def levels_ahead(order: SupervisionOrder) -> list[tuple[Region, datetime]]:
    """Return the regions above the unit that it has not gone up to, nearest first.

    The first when its last day ends, each further one COMPLAINTS_ESCALATE_EVERY later.
    """
    if order.state not in order_acting.UNDONE:
        return []
    paths = paths_above(order.unit_path)
    if order.region is not None:
        paths = paths[1:]
    rows = Region.objects.filter(path__in=paths)
    regions = sorted(rows, key=lambda region: -len(region.path))
    gone = set()
    if order.pk is not None:
        gone = set(order.steps.values_list("region", flat=True))
    return [
        (region, order.due_at + n * settings.COMPLAINTS_ESCALATE_EVERY)
        for n, region in enumerate(regions)
        if region.pk not in gone
    ]


def _aim(order: SupervisionOrder) -> None:
    """Set when it goes up next, or is found late at all; the caller saves."""
    ahead = levels_ahead(order)
    order.next_level_at = ahead[0][1] if ahead else None


def escalate_orders(now: datetime) -> int:
    """Take every overdue order up the levels that it has reached; return the steps.

    Each level once, however often this runs. System task: it sees everything.
    """
    waiting = SupervisionOrder.objects.filter(next_level_at__lte=now).order_by("pk")
    return sum(_escalate(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    rows = SupervisionOrder.objects.select_related("outlet__region", "region")
    order = rows.select_for_update(of=("self",)).get(pk=pk)
    due = [step for step in levels_ahead(order) if step[1] <= now]
    OrderStep.objects.bulk_create(
        OrderStep(order=order, region=region, reached_at=reached, at=now)
        for region, reached in due
    )
    _aim(order)
    order.save(update_fields=["next_level_at"])
    if due:
        post_order(order, by=None, reason="overdue", now=now)
        tell_levels_of_late_order(order, [region for region, _at in due], now)
    return len(due)


# --- The unit's appraisal -------------------------------------------------------------


def worth_of(order: SupervisionOrder, now: datetime) -> int | None:
    """Return what an order counts in its unit's appraisal; None: nothing yet."""
    verified = order.state == OrderState.VERIFIED
    if not verified and not order.is_late(now):
        return None
    reported = order.reported_on
    return order_acting.worth(
        verified=verified,
        in_time=reported is not None and reported <= order.due_on,
        reopened=order.reopened > 0,
    )


def post_order(
    order: SupervisionOrder, *, by: User | None, reason: str, now: datetime
) -> int:
    """Have the ledger say what an order counts for its outlet; return the entries.

    The entry is about the outlet and nobody in it, dated the order's last day. An
    order of a whole region counts in the figures of that region alone.
    """
    worth = worth_of(order, now)
    lines = []
    if order.outlet_id is not None and worth is not None:
        line = Line(
            source_id=order.order_no,
            component=COMPONENT,
            on=order.due_on,
            employee_id=None,
            outlet_id=order.outlet_id,
            points=worth * HUNDREDTHS,
            out_of=order_acting.FULL * HUNDREDTHS,
        )
        lines.append(line)
    withdrawn = () if lines else (order.order_no,)
    return put(source=SOURCE, lines=lines, withdrawn=withdrawn, by=by, reason=reason)


def settle_orders(until: date) -> int:
    """Return 0: what counts is posted with the act or the escalation itself."""
    return 0
