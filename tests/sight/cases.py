"""A case logged at an outlet of the world, a red-line file, an order, a meeting."""

from datetime import date, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from evaluations.complaints.models import (
    Case,
    CaseEvent,
    ClockCalendar,
    ComplaintMeeting,
    Handling,
    RedLineEvidence,
    RedLineFile,
    SupervisionOrder,
)
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


def red_line(key: str, text: str, outlet: Outlet, employee: Employee) -> dict:
    """Return a file that names somebody, with a piece of evidence in it."""
    now, by = timezone.now(), UserFactory()
    file = RedLineFile.objects.create(
        file_no=f"R-{key}",
        outlet=outlet,
        prohibition="data",
        on=date(2026, 10, 5),
        allegation=f"{text} allegation",
        opened_by=by,
        opened_at=now,
    )
    party = file.parties.create(
        employee=employee, part="offender", named_on=date(2026, 10, 5)
    )
    for kind, note in (("note", f"{text} inquiry"), ("name", "seen on the log")):
        file.events.create(party=party, kind=kind, at=now, by=by, note=note)
    evidence = RedLineEvidence(
        file=file, what=f"{text} log", kind="pdf", sha256=key, at=now, by=by
    )
    evidence.content.save("log", ContentFile(b"%PDF-1.7 log"), save=False)
    evidence.save()
    return {
        "red_line": file,
        "red_line_party": party,
        "red_line_evidence": evidence,
    }


def supervision_order(key: str, text: str, outlet: Outlet) -> SupervisionOrder:
    """Return an order to the outlet, decided at a meeting of its county."""
    now, by = timezone.now(), UserFactory()
    meeting, _made = ComplaintMeeting.objects.get_or_create(
        region=outlet.region, month=date(2026, 9, 1)
    )
    order = SupervisionOrder.objects.create(
        order_no=f"D-{key}",
        subject=f"{text} order",
        words=f"{text} to put right",
        outlet=outlet,
        meeting=meeting,
        issued_by=by,
        issued_at=now,
        due_on=timezone.localdate(now) + timedelta(days=14),
    )
    order.events.create(kind="issued", at=now, by=by, due_on=order.due_on)
    return order
