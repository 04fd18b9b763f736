"""A hall with tickets, counters and tablets, and a moment to look at it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from evaluations.feedback.models import Counter, CounterStint, CustomerNumber
from staffing.accounts.services.credentials import issue
from tests.outlets.flow.factories import take
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import DeviceFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    staff_user,
)

MONDAY = datetime.fromisoformat("2026-11-23T16:00:00+08:00")


def noon_zone(now: datetime) -> str:
    """Return a time zone where it is noon: the last hours are all of one day."""
    return f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}"


class Hall:
    """One outlet with its lead, two clerks, and counter 1 with a tablet."""

    def __init__(self, now: datetime = MONDAY, zone: str = "Asia/Shanghai") -> None:
        self.now = now
        self.outlet = OutletFactory(timezone=zone)
        self.lead = staff_user("supervisor", self.outlet)
        self.clerk = staff_user("clerk", self.outlet)
        self.other = AssignmentFactory(outlet=self.outlet).employee
        self.device = DeviceFactory(
            outlet=self.outlet,
            enrolled_at=now - timedelta(days=9),
            enrolled_by=UserFactory(),
        )
        self.counter = Counter.objects.create(
            outlet=self.outlet,
            name="1",
            device=self.device,
            bound_at=now - timedelta(days=9),
            added_by=self.lead,
        )

    def event(self, number: str, what: str, at: datetime, **given) -> str:
        key = str(uuid4())
        row = {
            "uuid": key,
            "outlet_code": self.outlet.code,
            "ticket_no": number,
            "date": at.astimezone(self.outlet.zone).date().isoformat(),
            "event": what,
            "at": at.isoformat(),
            **given,
        }
        assert take("ticket_events", [row]).taken
        return key

    def visit(
        self, number: str, ended: datetime, *, by=None, counter="1", over=True
    ) -> str:
        """Have somebody served; return the uuid of her arrival."""
        arrival = self.event(
            number, "arrive", ended - timedelta(minutes=9), service="payment"
        )
        self.event(
            number,
            "call",
            ended - timedelta(minutes=5),
            counter=counter,
            employee_number=(by or self.clerk.employee).number,
        )
        if over:
            self.event(number, "finish", ended)
        return arrival

    def called_visit(self, number: str, ended: datetime, phone: str, *, by=None):
        arrival = self.visit(number, ended, by=by)
        CustomerNumber.objects.create(
            outlet=self.outlet,
            on=ended.astimezone(self.outlet.zone).date(),
            ticket_no=number,
            number=phone,
        )
        return arrival

    def sit(self, employee, begins: datetime, ends: datetime | None = None) -> None:
        CounterStint.objects.create(
            counter=self.counter,
            employee=employee,
            begins_at=begins,
            ends_at=ends,
            said_by=self.lead,
        )

    def pad(self) -> Client:
        """Return the browser of the tablet, on which nobody is signed in."""
        client = Client()
        token = issue(self.device, timezone.now())
        client.cookies[settings.DEVICE_COOKIE_NAME] = token
        return client
