"""Customer flow that no file brings: forecasts, alerts, and people in a hall now."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from outlets.flow import alerts
from outlets.flow.desk.deeds import call_next, mark_ticket, take_ticket
from outlets.flow.events import Happening
from outlets.flow.forecasts import forecast_outlet, outlets_with_tickets
from outlets.flow.models import HalfHourFlow, TicketEvent
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import Assignment, User

DAYS_COMPARED = 2
# What each customer came for, in the order in which they came, every three minutes;
# the first is served, the second did not show, the third is called.
CAME_FOR = ("payment", "enquiry", "plan_change", "broadband", "payment", "new_account")
MINUTES_BETWEEN = 3


def forecast_everywhere() -> tuple[int, int]:
    """Forecast every outlet; return how many have a forecast, and of how many."""
    made = [forecast_outlet(outlet_id=pk) for pk in outlets_with_tickets()]
    return sum(one is not None for one in made), len(made)


def compare_last_days() -> None:
    """Compare every hour of the last days with tickets, as each would have been."""
    newest = HalfHourFlow.objects.order_by("-date").values_list("date", flat=True)[:1]
    for day in newest:
        end = datetime.combine(
            day, datetime.min.time(), timezone.get_default_timezone()
        )
        for hour in range(24 * DAYS_COMPARED):
            alerts.compare_hours(
                now=end - timedelta(hours=24 * (DAYS_COMPARED - 1) - hour)
            )


def numbers_at(outlet: Outlet) -> list[str]:
    """Return the numbers of who works at an outlet today."""
    here = Assignment.objects.overlapping(timezone.localdate(), timezone.localdate())
    rows = here.filter(outlet=outlet).order_by("employee__number")
    return list(rows.values_list("employee__number", flat=True))


def open_hall(outlet: Outlet, *, by: User, servers: list[str], now: datetime) -> int:
    """Let some customers come to a hall; return how many tickets wait.

    Twice on a day is once. `servers` are numbers on badges; without two of them, and in
    the first minutes of a day, nobody comes.
    """
    day = trading_day(now, outlet.zone, outlet.day_starts_at)
    begins = now - timedelta(minutes=MINUTES_BETWEEN * len(CAME_FOR))
    if (
        len(servers) < 2
        or trading_day(begins, outlet.zone, outlet.day_starts_at) != day
    ):
        return 0
    if TicketEvent.objects.filter(outlet=outlet, date=day).exists():
        return 0

    def key(number: int, what: str) -> UUID:
        return uuid5(
            NAMESPACE_URL, f"starhall-demo-{outlet.code}-{day}-{number}-{what}"
        )

    numbers = []
    for place, service in enumerate(CAME_FOR):
        event = take_ticket(
            outlet=outlet,
            service=service,
            priority=place == len(CAME_FOR) - 1,
            key=key(place, "arrive"),
            by=by,
            now=begins + timedelta(minutes=MINUTES_BETWEEN * place),
        )
        numbers.append(event.ticket_no)
    first, second = servers[:2]
    calls = (
        (first, "1", Happening.START),
        (second, "2", Happening.NO_SHOW),
        (second, "2", None),
    )
    for place, (server, counter, then) in enumerate(calls):
        called = call_next(
            outlet=outlet,
            service=CAME_FOR[place],
            employee_number=server,
            counter=counter,
            key=key(place, "call"),
            by=by,
            now=now,
        )
        if then is not None:
            mark_ticket(
                outlet=outlet,
                day=day,
                number=called.ticket_no,
                what=then,
                key=key(place, then),
                by=by,
                now=now,
            )
    return len(numbers) - len(calls)
