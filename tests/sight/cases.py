"""A case that somebody logged at an outlet of the world, by a calendar there."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from evaluations.complaints.models import Case, CaseEvent, ClockCalendar, Handling
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import Employee
from tests.staffing.people.factories import UserFactory


def logged_case(key: str, text: str, outlet: Outlet, employee: Employee) -> Case:
    """Return a case about somebody, logged by nobody of the world."""
    now = timezone.now()
    ClockCalendar.objects.get_or_create(
        region=outlet.region, hours="Mon-Sun 08:00-22:00"
    )
    case = Case.objects.create(
        case_no=f"L-{key}",
        outlet=outlet,
        employee=employee,
        received_at=now,
        on=trading_day(now, outlet.zone, outlet.day_starts_at),
        channel="phone",
        category="waiting",
        kind="other",
        summary=f"{text} logged case",
        pending=False,
    )
    owner = UserFactory()
    handling = Handling.objects.create(
        case=case,
        key=uuid4(),
        contact="complaint",
        reason="waiting",
        subject="manner",
        customer=f"{text} customer"[:40],
        phone_tail="4711",
        owner=owner,
        reply_warn_at=now,
        reply_due_at=now + timedelta(hours=1),
        warn_at=now + timedelta(hours=36),
        due_at=now + timedelta(hours=48),
    )
    for kind in ("received", "note"):
        note = f"{text} line" if kind == "note" else ""
        CaseEvent.objects.create(
            handling=handling, kind=kind, at=now, by=owner, note=note
        )
    return case
