"""Drawing whom the supervisor calls back: by the system, under a seed. System tasks."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from evaluations.feedback import asking
from evaluations.feedback.models import (
    CallBack,
    CallDraw,
    CallState,
    CustomerNumber,
    Message,
    Origin,
)
from evaluations.feedback.services.messages import seed_of_day
from evaluations.feedback.services.naming import works_there
from evaluations.ledger.periods import Period
from outlets.flow.models import Ticket
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

CALLS = "call-backs"
# The queue stands ready so long before its window begins.
BEFORE = timedelta(hours=1)


def draw_calls(now: datetime) -> int:
    """Draw the calls of every outlet whose window begins within the hour, or has.

    Each outlet and day once. Returns the calls drawn.
    """
    since = now.date() - timedelta(days=settings.FEEDBACK_CALL_DAYS + 1)
    asked = CustomerNumber.objects.filter(on__gte=since).values("outlet")
    drawn = 0
    for outlet in Outlet.objects.filter(pk__in=asked).order_by("code"):
        local = now.astimezone(outlet.zone)
        if not asking.is_call_day(local.date()):
            continue
        if (local + BEFORE).time() < asking.CALLS_BEGIN:
            continue
        drawn += draw_outlet(outlet, now)
    return drawn


@transaction.atomic
def draw_outlet(outlet: Outlet, now: datetime) -> int:
    """Draw the calls of one outlet for its day, unless they are; return how many."""
    on = trading_day(now, outlet.zone, outlet.day_starts_at)
    Outlet.objects.select_for_update(of=("self",)).get(pk=outlet.pk)
    if CallDraw.objects.filter(outlet=outlet, on=on).exists():
        return 0
    visits = _visits(outlet, on)
    pool: dict[str, list[str]] = defaultdict(list)
    for key, (employee_id, _ticket, _number) in sorted(visits.items()):
        pool[str(employee_id)].append(key)
    wanted = _wanted(pool, on)
    seed = seed_of_day(CALLS, outlet, on)
    draw = CallDraw.objects.create(
        outlet=outlet, on=on, drawn_at=now, seed=seed, pool=pool, wanted=wanted
    )
    chosen = asking.draw_calls(seed, pool, wanted)
    rows = [_call(draw, *visits[key]) for keys in chosen.values() for key in keys]
    CallBack.objects.bulk_create(rows)
    return len(rows)


def _visits(outlet: Outlet, on: date) -> dict[str, tuple[int, Ticket, str]]:
    """Return the visits of the last days whose customer can be called, by their key."""
    since = on - timedelta(days=settings.FEEDBACK_CALL_DAYS)
    days = {"outlet": outlet, "on__range": (since, on - timedelta(days=1))}
    numbers = {
        (row.on, row.ticket_no): row.number
        for row in CustomerNumber.objects.filter(**days)
    }
    called = set(CallBack.objects.filter(**days).values_list("on", "ticket_no"))
    tickets = Ticket.objects.filter(
        outlet=outlet,
        date__range=days["on__range"],
        ticket_no__in={number for _on, number in numbers},
        finished_at__isnull=False,
    ).exclude(employee_number="")
    known: dict[tuple[str, date], int | None] = {}
    found = {}
    for ticket in tickets:
        visit = (ticket.date, ticket.ticket_no)
        if visit not in numbers or visit in called:
            continue
        who = (ticket.employee_number, ticket.date)
        if who not in known:
            known[who] = works_there(ticket.employee_number, outlet, ticket.date)
        employee_id = known[who]
        if employee_id is not None:
            key = f"{ticket.date:%F}|{ticket.ticket_no}"
            found[key] = (employee_id, ticket, numbers[visit])
    return found


def _wanted(pool: dict[str, list[str]], on: date) -> dict[str, int]:
    """Return how many calls to draw today for each clerk of the pool."""
    month = Period.month_of(on)
    calls = CallBack.objects.filter(
        employee__in=map(int, pool), draw__on__range=(month.first, month.last)
    )
    drawn = dict(calls.order_by().values_list("employee").annotate(Count("pk")))
    sample = settings.FEEDBACK_CALL_SAMPLE
    return {
        clerk: asking.how_many_today(on, sample, drawn.get(int(clerk), 0))
        for clerk in pool
    }


def _call(draw: CallDraw, employee_id: int, ticket: Ticket, number: str) -> CallBack:
    if ticket.finished_at is None:
        raise ValueError("only visits that ended are drawn")
    return CallBack(
        draw=draw,
        outlet_id=draw.outlet_id,
        employee_id=employee_id,
        on=ticket.date,
        ticket_no=ticket.ticket_no,
        service=ticket.service,
        served_at=ticket.finished_at,
        number=number,
        archive_month=Period.month_of(ticket.date).code,
    )


def forget_customers(now: datetime) -> None:
    """Delete numbers that no draw can take any more, and end calls without one.

    Hashes that tell a phone again go as soon as its rest is over.
    """
    kept = settings.FEEDBACK_CALL_DAYS + 1
    old = (now - timedelta(days=kept)).date()
    CustomerNumber.objects.filter(on__lt=old).delete()
    stale = CallBack.objects.filter(
        state=CallState.WAITING, on__lt=old - timedelta(days=kept)
    )
    stale.update(state=CallState.GIVEN_UP, number="")
    rested = (
        now - settings.FEEDBACK_SMS_NUMBER_REST - settings.FEEDBACK_SMS_REPLY_WITHIN
    )
    asked = Message.objects.filter(drawn_at__lt=rested, next_at=None)
    asked.exclude(phone_hash="").update(phone_hash="")
    kept_up = now - settings.FEEDBACK_PHONE_REST - timedelta(days=1)
    rated = Origin.objects.filter(rating__rated_at__lt=kept_up)
    rated.exclude(phone_hash="").update(phone_hash="")


def differences(draw: CallDraw) -> set[str]:
    """Make a draw again; return the visits in which it differs from the record."""
    wanted = {str(clerk): n for clerk, n in draw.wanted.items()}
    again = asking.draw_calls(draw.seed, draw.pool, wanted)
    keys = {key for keys in again.values() for key in keys}
    kept = draw.calls.values_list("on", "ticket_no")
    seed = seed_of_day(CALLS, draw.outlet, draw.on)
    wrong = keys ^ {f"{on:%F}|{ticket_no}" for on, ticket_no in kept}
    return wrong | ({"seed"} if seed != draw.seed else set())


def wrong_messages(outlet: Outlet, on: date) -> list[str]:
    """Return the tickets of messages that no draw of that day would have drawn."""
    rows: Any = Message.objects.filter(outlet=outlet, on=on)
    seed = seed_of_day("sms", outlet, on)
    return [
        row.ticket_no
        for row in rows
        if row.seed != seed or not asking.is_asked(seed, row.ticket_no, row.percent)
    ]
