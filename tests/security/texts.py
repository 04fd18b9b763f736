"""One row of every kind whose every text is an attack."""

from datetime import date, time
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from evaluations.checks.models import (
    Campaign,
    Flag,
    FloorTap,
    HeldCheck,
    Spill,
    TrialDevice,
)
from evaluations.complaints.models import (
    CaseEvent,
    ComplaintMeeting,
    Handling,
    RedLineFile,
    SupervisionOrder,
)
from evaluations.feedback.models import (
    CallBack,
    CallDraw,
    Counter,
)
from evaluations.standards.models import Standard, StandardVersion
from outlets.exchange.importer import load_values
from outlets.exchange.kinds import registered
from outlets.exchange.models import Import, import_files
from outlets.flow.models import Fault, Holiday
from staffing.accounts.models import Device
from staffing.notices.models import Bulletin
from staffing.people.models import Agency, Erasure, RoleGrant
from staffing.people.models.access import User
from staffing.rosters.models import Leave, RosterChange, RosterDay, ShiftKind, Swap
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import EmployeeFactory

TEXT = "\"><img src=x onerror=canary()>'<script>canary()</script>{{7*7}}"
CODE = '"><svg onload=canary()>'
# What may stand in no page as it is: each would run.
RAW = ("<img src=x onerror", "<script>canary", "<svg onload", 'href="javascript:')
AT = "2026-10-05T10:00:00"
FORMULA = "=HYPERLINK(1)"


def _rows() -> dict[str, dict[str, object]]:
    """Return a row per kind, in an order in which they can be loaded."""
    outlet, number = {"outlet_code": CODE}, {"employee_number": CODE}
    return {
        "regions": {"code": CODE, "name": TEXT, "level": "county"},
        "outlets": {
            "code": CODE,
            "name": TEXT,
            "region_code": CODE,
            "address": TEXT,
            "class": "A",
        },
        "employees": {"number": CODE, "name": TEXT, "post": "clerk"},
        "assignments": {**number, **outlet, "from": "2026-01-01"},
        "standards": {
            "standard": "XSS",
            "item": "X1",
            "title_en": TEXT,
            "title_zh": TEXT,
            "section": TEXT,
        },
        "checks": {
            "uuid": uuid4(),
            **outlet,
            **number,
            "date": "2026-10-05",
            "standard": "XSS",
            "failed": "X1",
            "by": TEXT,
            "note": TEXT,
        },
        "tests": {**number, "taken_on": "2026-10-05", "test": CODE, "score": 80},
        "visits": {
            "visit_no": CODE,
            **outlet,
            **number,
            "date": "2026-10-05",
            "agency": TEXT,
            "points": 8,
            "out_of": 10,
            "comment": TEXT,
        },
        "ratings": {
            "uuid": uuid4(),
            **outlet,
            **number,
            "channel": "pad",
            "rated_at": AT,
            "score": 1,
            "ticket_no": CODE,
            "rater": CODE,
            "comment": TEXT,
        },
        "complaints": {
            "case_no": CODE,
            **outlet,
            **number,
            "received_at": AT,
            "channel": TEXT,
            "category": TEXT,
            "kind": "other",
            "summary": TEXT,
        },
        "targets": {**number, "period": "2026-10", "kpi": CODE, "base": 1},
        "tickets": {
            **outlet,
            "ticket_no": CODE,
            "date": "2026-10-05",
            "arrived_at": AT,
            "service": CODE,
            "employee_number": CODE,
        },
        "ticket_events": {
            "uuid": uuid4(),
            **outlet,
            "ticket_no": f"D{CODE}",
            "date": "2026-10-05",
            "event": "arrive",
            "at": AT,
            "service": CODE,
            "employee_number": CODE,
            "counter": CODE,
        },
        "holidays": {"region_code": CODE, "date": "2026-10-05", "name": CODE},
    }


def load_attacks() -> list[str]:
    """Load every row; return the kinds of which a row was refused."""
    refused = []
    for name, row in _rows().items():
        if load_values(registered()[name](), [row]).rejected:
            refused.append(name)
    return refused


def _write_floor(outlet, by, text: str) -> None:
    TrialDevice.objects.create(outlet=outlet, kind="phone", code=text[:40])
    now = timezone.now()
    spill, fault = (
        FloorTap.objects.create(
            uuid=uuid4(),
            outlet=outlet,
            on=timezone.localdate(),
            topic=topic,
            step="began",
            note=text,
            by=by,
            observed_at=now,
        )
        for topic in ("spill", "fault")
    )
    Spill.objects.create(
        uuid=spill.uuid, outlet=outlet, on=spill.on, noticed_at=now, report=spill
    )
    Fault.objects.create(
        uuid=fault.uuid,
        outlet=outlet,
        kind="boss",
        thing=text[:40],
        started_at=now,
    )


def write_attacks(world, text: str = TEXT) -> None:
    """Put `text` wherever people write freely: reasons, names, purposes, files."""
    by = world.viewers["administrator"]
    short = text[:60]
    Device.objects.create(outlet=world.own.outlet, name=short, added_by=by)
    make_service(name=text, purpose=text, owner=text)
    _write_voices(world.own.outlet, by, text)
    # The visits of the spreadsheet have made it already.
    Agency.objects.get_or_create(name=text, defaults={"code": "AG-EVIL"})
    user = User.objects.create(username="evil", first_name=short, last_name=short)
    RoleGrant.objects.create(
        user=user, role="auditor", starts_on="2026-01-01", granted_by=by, reason=text
    )
    _write_floor(world.own.outlet, by, text)
    Holiday.objects.create(region=world.own.county, date=date(2026, 10, 7), name=short)
    HeldCheck.objects.create(
        uuid=uuid4(),
        digest="z",
        deed="fault",
        reason="unknown_device",
        outlet=world.own.outlet,
        payload={"area": text, "kind": text, "trial_device": text},
        note=text,
    )
    HeldCheck.objects.create(
        uuid=uuid4(),
        digest="x",
        deed="record",
        reason="unknown_person",
        outlet=world.own.outlet,
        number=text[:40],
        payload={"standard": text, "slot": text, "failed": [text], "fault": text},
        note=text,
    )
    HeldCheck.objects.create(
        uuid=uuid4(),
        digest="y",
        deed="record",
        reason="unreadable",
        outlet=world.own.outlet,
        payload={"text": text, "outlet_code": text},
        state="dismissed",
        settled_at=timezone.now(),
        settled_by=by,
        settled_because=text,
    )
    Campaign.objects.create(
        title=text[:120],
        version=StandardVersion.objects.get(standard__code="ENVIRONMENT", number=1),
        first_on="2026-10-05",
        last_on="2099-01-01",
        carried_by="outlet",
        counts=False,
        opened_by=by,
        ended_at=timezone.now(),
        ended_by=by,
        ended_because=text,
    ).targets.create(outlet=world.own.outlet)
    Flag.objects.create(
        outlet=world.own.outlet,
        on=timezone.localdate(),
        kind="same_marks",
        key="evil",
        author=user,
        standard=Standard.objects.get(code="ENVIRONMENT"),
        evidence={"days": 5, "people": 5, "marks": [[text, "failed"]], "chance": None},
    )
    Flag.objects.filter(pk=world.own.spoken_flag.pk).update(note=text)
    _write_roster(world, text)
    _write_case(world, text)
    _write_red_line_and_order(world, text)
    said = dict.fromkeys(("body_en", "body_zh"), text)
    said |= dict.fromkeys(("title_en", "title_zh"), text[:120])
    Bulletin.objects.filter(pk=world.own.bulletin.pk).update(**said)
    Erasure.objects.create(
        employee=EmployeeFactory(name=text), reason=text, proposed_by=by
    )
    refused = import_files().save(
        "refused.csv", ContentFile(f'row,number\n3,"{text}"\n'.encode())
    )
    for viewer in (world.viewers["operations"], by):
        Import.objects.create(
            kind="employees",
            state="checked",
            by=viewer,
            file_name=text,
            stored="evil.csv",
            refused_rows=refused,
            heading=[text, "name", "post"],
            read=1,
            rejected=1,
        )


def _write_case(world, text: str) -> None:
    """Put an attack into what is written of a case that was logged."""
    handling = world.own.logged_case.handling
    Handling.objects.filter(pk=handling.pk).update(customer=text[:40])
    CaseEvent.objects.create(
        handling=handling,
        kind="judge",
        at=timezone.now(),
        by=handling.owner,
        note=text,
        answer=text,
        verdict="upheld",
    )


def _write_red_line_and_order(world, text: str) -> None:
    """Put an attack into a red-line file, an order and the minutes of a meeting."""
    file, order = world.own.red_line, world.own.order
    RedLineFile.objects.filter(pk=file.pk).update(allegation=text)
    now, by = timezone.now(), file.opened_by
    for kind in ("note", "answer"):
        file.events.create(
            party=world.own.red_line_party, kind=kind, at=now, by=by, note=text
        )
    file.evidence.update(what=text[:200])
    said = {"subject": text[:200], "words": text}
    SupervisionOrder.objects.filter(pk=order.pk).update(**said)
    order.events.create(kind="remark", at=now, by=by, note=text)
    ComplaintMeeting.objects.filter(pk=order.meeting_id).update(minutes=text)


def _write_roster(world, text: str) -> None:
    """Put an attack into each text of rosters: a shift, and what is asked."""
    kind = ShiftKind.objects.create(
        code=text[:20],
        name_en=text[:60],
        name_zh=text[:60],
        starts_at=time(8),
        ends_at=time(16),
    )
    RosterDay.objects.create(
        employee=world.own.person,
        outlet=world.own.outlet,
        on=date(2026, 10, 28),
        shift=kind,
    )
    said = {"note": text, "because": text}
    Leave.objects.filter(pk=world.own.leave.pk).update(**said)
    Swap.objects.filter(pk=world.own.agreed_swap.pk).update(**said)
    RosterChange.objects.filter(employee=world.own.person).update(why=text)


def _write_voices(outlet, by, text: str) -> None:
    Counter.objects.create(outlet=outlet, name=text[:40], added_by=by)
    now = timezone.now()
    draw = CallDraw.objects.create(
        outlet=outlet, on=now.date(), drawn_at=now, seed="5eed", pool={}, wanted={}
    )
    CallBack.objects.create(
        draw=draw,
        outlet=outlet,
        employee=outlet.assignments.first().employee,
        on=now.date(),
        ticket_no="T-1",
        service=text[:60],
        served_at=now,
        state="reached",
        matter=text,
        follow_up=text,
        archive_month="2026-11",
    )
