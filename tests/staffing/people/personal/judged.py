"""What was recorded of somebody in a life, each text quoting somebody else."""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from evaluations.checks.models import (
    ActionStep,
    Away,
    Check,
    CheckMark,
    CheckPhoto,
    Correction,
    CorrectiveAction,
    DrawSeed,
    Flag,
    FloorTap,
    HeldCheck,
    PhotoDraw,
    PhotoRequest,
    Recheck,
    Retaken,
)
from evaluations.checks.rules import rater_of_staff
from evaluations.complaints.models import (
    Case,
    CaseEvent,
    Handling,
    RedLineFile,
    SupervisionOrder,
)
from evaluations.feedback.models import (
    CallAttempt,
    CallBack,
    CallDraw,
    Counter,
    CounterStint,
    CustomerNumber,
    Invitation,
    Message,
    Rating,
)
from evaluations.knowledge.models import (
    AbsenceDecision,
    QuestionVersion,
    Sitting,
    SittingQuestion,
    TestResult,
)
from evaluations.knowledge.rules.weeks import week_of
from evaluations.ledger.services import put
from evaluations.mystery.models import Visit
from evaluations.standards.models import StandardVersion
from evaluations.targets.models import Target
from outlets.flow.models import Ticket, TicketEvent, Transaction
from outlets.flow.roll_ups import TICKETS
from outlets.flow.services import refresh_roll_ups
from staffing.people.models import Agency, User
from staffing.rosters.models import (
    AreaOwner,
    CalendarFeed,
    Leave,
    PlannedDay,
    Roster,
    RosterChange,
    RosterDay,
    Swap,
    Wish,
)
from tests.evaluations.rankings.factories import (
    line,
    post_month,
)
from tests.staffing.people.personal.when import CANARY, DAY, MONTH, NOON


def _honest(outlet, one, other, judge, check, quoting) -> None:
    """Make what honest checking keeps of `one`: about her, and made by her."""
    seed, _is_new = DrawSeed.objects.get_or_create(
        on=DAY, defaults={"seed": "5eed", "one_in": 1, "most_people": 2}
    )
    draw, _is_new = PhotoDraw.objects.get_or_create(
        outlet=outlet, seed=seed, defaults={"candidates": [str(one.uuid)]}
    )
    asked = PhotoRequest.objects.create(draw=draw, outlet=outlet, employee=one, on=DAY)
    CheckPhoto.objects.create(uuid=uuid4(), check_uuid=asked.uuid)
    for state, by in (("talked", judge), ("open", None)):
        Flag.objects.create(
            outlet=outlet,
            on=DAY,
            kind="too_quick",
            key=f"{one.pk}:{state}",
            author=User.objects.get(employee=one),
            evidence={"people": 5, "seconds": 1.0, "checks": []},
            state=state,
            note=quoting,
            settled_by=by,
            settled_at=NOON if by else None,
        )
    again = Recheck.objects.create(
        outlet=outlet, on=DAY, seed="5eed", drawn_from=[], by=judge, finished_at=NOON
    )
    Retaken.objects.create(
        recheck=again,
        check_record=check,
        position=1,
        marks={"G01": "failed"},
        judged_at=NOON,
    )


def records(outlet, one, other, judge) -> None:
    """Make one record of each kind about `one`, by `other`, whom texts quote."""
    quoting = f"{other.name} ({other.number}) says: call 13800138000 =1+1"
    about = {"outlet": outlet, "employee": one}
    version = StandardVersion.objects.get(standard__code="GROOMING")
    check = Check.objects.create(
        uuid=uuid5(NAMESPACE_URL, f"check/{one.number}"),
        on=DAY,
        slot="opening",
        standard=version.standard,
        version=version,
        by=judge,
        by_name=other.name,
        rater=rater_of_staff(other.uuid),
        note=f"={quoting}",
        observed_at=NOON,
        received_at=NOON,
        **about,
    )
    CheckPhoto.objects.create(uuid=uuid4(), check_uuid=check.uuid, item="G01")
    HeldCheck.objects.create(
        uuid=uuid4(),
        digest="d",
        deed="record",
        reason="day_is_over",
        outlet=outlet,
        employee=one,
        number=one.number,
        on=check.on,
        payload={"standard": "GROOMING"},
        note=f"{one.name} again",
    )
    AreaOwner.objects.create(on=DAY, area="hygiene", by=judge, at=NOON, **about)
    _honest(outlet, one, other, judge, check, quoting)
    Away.objects.create(on=DAY, reason="leave", by=judge, **about)
    action = CorrectiveAction.objects.create(
        outlet=outlet, owner=one, task=quoting, due_on=DAY, opened_by=judge
    )
    ActionStep.objects.create(action=action, kind="opened", note=quoting, by=judge)
    FloorTap.objects.create(
        uuid=uuid4(),
        outlet=outlet,
        on=DAY,
        topic="spill",
        step="began",
        note=quoting,
        by=judge,
        observed_at=NOON,
    )
    CheckMark.objects.create(
        check_record=check, item=version.items.order_by("code").first(), mark="failed"
    )
    Correction.objects.create(
        check_record=check,
        action="corrected",
        previous={"marks": {}, "score": None, "note": quoting, "state": "standing"},
        reason=quoting,
        by=judge,
    )
    TestResult.objects.create(
        uuid=uuid4(), taken_on=DAY, test="W11", score=9000, recorded_by=judge, **about
    )
    sitting = Sitting.objects.create(
        week=week_of(DAY), minutes=15, pass_mark=8000, attempts=1, state="done", **about
    )
    SittingQuestion.objects.create(
        sitting=sitting, position=1, version=QuestionVersion.objects.first()
    )
    AbsenceDecision.objects.create(
        key=uuid4(), sitting=sitting, excused=True, reason=quoting, by=judge
    )
    Visit.objects.create(
        visit_no=f"V{one.pk}",
        date=DAY,
        badge=one.number,
        agency=_agency(),
        points=8000,
        out_of=10000,
        comment=quoting,
        entered_by=judge,
        **about,
    )
    for channel in ("pad", "callback"):
        Rating.objects.create(
            uuid=uuid4(),
            channel=channel,
            rated_at=NOON,
            on=DAY,
            score=5,
            ticket_no=f"{CANARY}-T",
            rater=f"{CANARY}-customer",
            comment=quoting,
            recorded_by=judge,
            **about,
        )
    _voices(outlet, one, judge, quoting)
    case = Case.objects.create(
        case_no=f"C{one.pk}",
        received_at=NOON,
        on=DAY,
        closed_at=NOON,
        closed_on=DAY,
        days_to_close=0,
        category="billing",
        kind="other",
        verdict="not_upheld",
        summary=quoting,
        **about,
    )
    handling = Handling.objects.create(
        case=case,
        contact="complaint",
        reason="billing",
        subject="billing",
        customer="Ms Li",
        phone_tail="4711",
        owner=judge,
        state="closed",
        replied_at=NOON,
        reply_warn_at=NOON,
        reply_due_at=NOON,
    )
    CaseEvent.objects.create(
        handling=handling, kind="reply", at=NOON, by=judge, note=quoting
    )
    _red_line_and_order(outlet, one, judge, quoting)
    Target.objects.create(
        employee=one, period=MONTH, ends_on=date(2026, 3, 31), kpi="calls", base=100
    )
    RosterDay.objects.create(employee=one, on=DAY, absence="leave")
    _asked_of_the_roster(outlet, one, other, judge, quoting)
    Ticket.objects.create(
        outlet=outlet,
        date=DAY,
        ticket_no=f"{CANARY}{one.pk}",
        arrived_at=NOON,
        called_at=NOON,
        finished_at=NOON + timedelta(minutes=5),
        employee_number=one.number,
    )
    TicketEvent.objects.create(
        uuid=uuid4(),
        outlet=outlet,
        date=DAY,
        ticket_no=f"{CANARY}{one.pk}",
        event="call",
        at=NOON,
        employee_number=one.number,
    )
    Transaction.objects.create(
        outlet=outlet,
        date=DAY,
        employee_number=one.number,
        service="bills",
        quantity=3,
    )
    refresh_roll_ups(source=TICKETS, days={outlet: [DAY]})
    post_month(one, MONTH, callback=(9, 10))
    put(
        source="tests",
        lines=[line(one, "knowledge", DAY, points=7000, out_of=10000)],
        by=judge,
        reason=quoting,
    )


def _voices(outlet, one, judge, quoting) -> None:
    """Ask customers of `one`: at a counter, by SMS, and by calls that `judge` makes."""
    about = {"outlet": outlet, "employee": one, "on": DAY}
    ticket_no = f"{CANARY}{one.pk}"
    counter = Counter.objects.create(outlet=outlet, name=f"{one.pk}", added_by=judge)
    CounterStint.objects.create(
        counter=counter,
        employee=one,
        begins_at=NOON,
        ends_at=NOON + timedelta(hours=4),
        said_by=judge,
    )
    CustomerNumber.objects.create(
        outlet=outlet, on=DAY, ticket_no=ticket_no, number="13800138000"
    )
    Message.objects.create(
        ticket_no=ticket_no,
        phone_hash=f"{CANARY}-phone",
        seed="5eed",
        percent=10,
        drawn_at=NOON,
        state="sent",
        invitation=Invitation.objects.create(uuid=uuid4(), sent_at=NOON, **about),
        **about,
    )
    draw, _is_new = CallDraw.objects.get_or_create(
        outlet=outlet,
        on=DAY,
        defaults={"drawn_at": NOON, "seed": "5eed", "pool": {}, "wanted": {}},
    )
    drawn = {"draw": draw, "served_at": NOON, "archive_month": MONTH, **about}
    call = CallBack.objects.create(
        ticket_no=ticket_no,
        state="reached",
        mark=5,
        matter=quoting,
        follow_up=quoting,
        **drawn,
    )
    CallAttempt.objects.create(
        call=call, key=uuid4(), at=NOON, by=judge, outcome="reached", in_window=True
    )
    # Still to be made: she is not told of it.
    CallBack.objects.create(ticket_no=f"{ticket_no}-2", number="13800138000", **drawn)


def _red_line_and_order(outlet, one, judge, quoting) -> None:
    """Name `one` in a file that was decided, and give her outlet an order."""
    file = RedLineFile.objects.create(
        file_no=f"R{one.pk}",
        outlet=outlet,
        prohibition="data",
        on=DAY,
        allegation=quoting,
        opened_by=judge,
        opened_at=NOON,
    )
    party = file.parties.create(
        employee=one,
        part="offender",
        named_on=DAY,
        state="decided",
        finding="no_breach",
        decided_on=DAY,
    )
    file.events.create(party=party, kind="note", at=NOON, by=judge, note=quoting)
    order = SupervisionOrder.objects.create(
        order_no=f"D{one.pk}",
        subject=quoting[:200],
        words=quoting,
        outlet=outlet,
        issued_by=judge,
        issued_at=NOON,
        due_on=DAY,
        state="verified",
    )
    order.events.create(kind="remark", at=NOON, by=judge, note=quoting)


def _asked_of_the_roster(outlet, one, other, judge, quoting) -> None:
    """Make what `one` asked of her roster, and what was changed in it."""
    about = {"outlet": outlet, "employee": one}
    Leave.objects.create(
        first_on=DAY,
        last_on=DAY,
        note=quoting,
        state="approved",
        decided_by=judge,
        because=quoting,
        **about,
    )
    Swap.objects.create(
        outlet=outlet,
        asker=one,
        on=DAY,
        gives="EARLY",
        colleague=other,
        other_on=DAY,
        takes="MID",
        note=quoting,
    )
    Wish.objects.create(on=DAY, wanted=False, **about)
    RosterChange.objects.create(
        on=DAY,
        before="EARLY",
        after="leave",
        kind="leave",
        why=quoting,
        by=judge,
        **about,
    )
    roster, _is_new = Roster.objects.get_or_create(
        outlet=outlet,
        month=DAY.replace(day=1),
        defaults={"state": "published", "published_at": NOON},
    )
    PlannedDay.objects.create(roster=roster, employee=one, on=DAY, absence="leave")
    CalendarFeed.objects.create(employee=one, key_hash=f"hash-{one.number}")


def _agency() -> Agency:
    name = f"{CANARY} Research"
    return Agency.objects.get_or_create(code="AG-1", defaults={"name": name})[0]
