"""One record of every sort about a person and an outlet, with a canary in each text."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from evaluations.checks.drawing import moment
from evaluations.checks.models import (
    ActionStep,
    Away,
    Campaign,
    CampaignTarget,
    Check,
    CheckPhoto,
    CorrectiveAction,
    DrawSeed,
    Flag,
    FloorTap,
    HeldCheck,
    LocatedRegion,
    PhotoDraw,
    PhotoRequest,
    Recheck,
    Retaken,
    RoundDraw,
    Spill,
    TrialDevice,
)
from evaluations.complaints.models import Case
from evaluations.feedback.models import (
    CallBack,
    CallDraw,
    Counter,
    Invitation,
    Rating,
    SetAside,
)
from evaluations.knowledge.models import (
    QuestionVersion,
    Sitting,
    SittingQuestion,
    TestResult,
)
from evaluations.knowledge.rules.weeks import week_of
from evaluations.ledger.periods import Period
from evaluations.mystery.models import Visit
from evaluations.standards.models import (
    Draft,
    DraftItem,
    Standard,
    StandardVersion,
)
from evaluations.targets.models import KpiDefinition, KpiValue, Target
from outlets.flow.models import Fault, FaultKind, FlowAlert
from outlets.places.models import Outlet, Region, ZoneKind
from staffing.notices.models import Bulletin, Notice
from staffing.people.models import Employee, User
from staffing.rosters.models import (
    CalendarFeed,
    Leave,
    PlannedDay,
    Publication,
    Roster,
    RosterChange,
    RosterDay,
    RosterRules,
    Search,
    ShiftKind,
    Swap,
    Wish,
)
from tests.sight.cases import logged_case, red_line, supervision_order
from tests.sight.shopped import shopped
from tests.staffing.people.factories import AgencyFactory, UserFactory

DAY = date(2026, 10, 5)
AHEAD_DAYS = 60  # a day that is drafted, with a shift that has not begun
AT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)


def words(code: str) -> str:
    """Return the canary that stands in every name and text of a place."""
    return f"{code}WORDS"


def records(outlet: Outlet, person: Employee, key: str, text: str) -> dict[str, object]:
    """Put one record of every sort about a person and an outlet on file."""
    about = {"outlet": outlet, "employee": person}
    visit = {
        "agency": AgencyFactory(code=f"AG-{key}", name=f"{text} agency {key}"),
        "date": DAY,
        "points": 8000,
        "out_of": 10000,
        "comment": f"{text} visit",
        "pending": False,
        **about,
    }
    check = _check(key, text, standard="GROOMING", **about)
    released = Visit.objects.create(visit_no=f"V-{key}", released_at=AT, **visit)
    hidden = Visit.objects.create(visit_no=f"H-{key}", released_at=None, **visit)
    return {
        "check": check,
        "photo": _photo(check.uuid),
        **_honest(text, check),
        "held": _held(key, text, **about),
        "away": _away(**about),
        "draw": _draw(outlet),
        "campaign": _campaign(outlet, text),
        "action": _action(text, **about),
        "trial_device": _floor(text, outlet),
        **_draft(key, text, outlet.region),
        "outlet_check": _check(key, text, standard="ENVIRONMENT", outlet=outlet),
        "rival_check": _check(
            key, text, standard="ENVIRONMENT", outlet=outlet, state="conflict"
        ),
        "test": TestResult.objects.create(
            uuid=uuid4(),
            taken_on=DAY,
            test=f"W-{key}",
            score=8000,
            pending=False,
            **about,
        ),
        "sitting": _sitting(**about),
        "absence": Sitting.objects.create(
            week=week_of(DAY),
            state="absent",
            score=0,
            minutes=60,
            pass_mark=8000,
            attempts=1,
            **about,
        ),
        "visit": released,
        "hidden_visit": hidden,
        "visit_appeal": shopped(key, text, released, hidden),
        "rating": _ratings(text, about),
        **_voices(key, text, **about),
        "case": Case.objects.create(
            case_no=f"C-{key}",
            received_at=AT,
            on=DAY,
            channel=f"{text} channel",
            category=f"{text} category",
            kind="other",
            summary=f"{text} case",
            pending=False,
            **about,
        ),
        "logged_case": logged_case(key, text, **about),
        **red_line(key, text, **about),
        "order": supervision_order(key, text, outlet),
        "target": Target.objects.create(
            employee=person,
            period="2026-10",
            ends_on=date(2026, 10, 31),
            kpi=f"KPI-{key}",
            base=100,
            pending=False,
        ),
        "kpi_value": _kpi_value(outlet),
        **_roster(key, text, **about),
        **_told(text, outlet, person),
    }


def _roster(key: str, text: str, outlet: Outlet, employee: Employee) -> dict:
    """Return what a roster is asked for: of the person, and by her of a colleague."""
    about = {"outlet": outlet, "employee": employee}
    other = outlet.assignments.exclude(employee=employee).order_by("employee")[0]
    today, on = timezone.localdate(), DAY + timedelta(days=20)
    kind = ShiftKind.objects.create(
        code=f"K-{key}",
        name_en=f"{text} shift",
        name_zh=f"{text} shift",
        starts_at=time(9),
        ends_at=time(17),
        region=outlet.region,
    )
    RosterDay.objects.update_or_create(
        employee=employee, on=on, defaults={"shift": kind, "outlet": outlet}
    )
    RosterChange.objects.create(
        on=on,
        before="",
        after=kind.code,
        kind="edit",
        why=f"{text} change",
        by=UserFactory(),
        **about,
    )
    wish, _is_new = Wish.objects.get_or_create(
        employee=employee,
        on=today + timedelta(days=90),
        defaults={"outlet": outlet, "wanted": False},
    )
    rules, _is_new = RosterRules.objects.get_or_create(region=outlet.region)
    CalendarFeed.objects.get_or_create(
        employee=employee, defaults={"key_hash": f"hash-{key}"}
    )
    month, _is_new = Roster.objects.get_or_create(outlet=outlet, month=date(2026, 9, 1))
    PlannedDay.objects.get_or_create(
        roster=month, employee=employee, on=date(2026, 9, 5), defaults={"shift": kind}
    )
    ahead = today + timedelta(days=AHEAD_DAYS)
    drafted, _is_new = Roster.objects.get_or_create(
        outlet=outlet, month=ahead.replace(day=1)
    )
    PlannedDay.objects.get_or_create(
        roster=drafted, employee=employee, on=ahead, defaults={"shift": kind}
    )
    by = UserFactory()
    search = Search.objects.create(
        roster=month, seconds=5, read_version=0, started_by=by
    )
    publication = Publication.objects.create(
        region=outlet.region, month=date(2026, 9, 1), started_by=by
    )
    days = {"on": on, "other_on": on, "gives": kind.code, "takes": "EARLY"}
    return {
        "leave": Leave.objects.create(
            first_on=today + timedelta(days=10),
            last_on=today + timedelta(days=11),
            note=f"{text} leave",
            **about,
        ),
        "swap": Swap.objects.create(
            outlet=outlet,
            asker=other.employee,
            colleague=employee,
            note=f"{text} swap",
            **days,
        ),
        "agreed_swap": Swap.objects.create(
            outlet=outlet,
            asker=employee,
            colleague=other.employee,
            state="agreed",
            note=f"{text} swap",
            **days,
        ),
        "wish": wish,
        "roster_rules": rules,
        "shift_kind": kind,
        "search": search,
        "publication": publication,
    }


def _told(text: str, outlet: Outlet, person: Employee) -> dict[str, object]:
    """Return an announcement and what came of it for the person, and an open alert."""
    now, today = timezone.now(), timezone.localdate()
    bulletin = Bulletin.objects.create(
        title_en=f"{text} drill",
        body_en=f"{text} at nine",
        asks=True,
        due_on=today,
        shown_from=today,
        shown_until=today + timedelta(days=30),
        published_at=now,
        published_by=UserFactory(),
    )
    bulletin.outlets.add(outlet)
    # Only once for each outlet: a second open one of a kind would be the same.
    alert, _is_new = FlowAlert.objects.get_or_create(
        outlet=outlet,
        kind="queue_long",
        ended_at=None,
        defaults={"raised_at": now, "figures": {"waiting": 20, "limit": 15}},
    )
    notice = Notice.objects.create(
        employee=person,
        kind="bulletin",
        key=f"bulletin:{bulletin.uuid}",
        outlet=outlet,
        bulletin=bulletin,
        sent_at=now,
        appears_at=now,
        asks=True,
        due_on=today,
    )
    Notice.objects.create(
        employee=person,
        kind="roster_changed",
        key=f"roster_changed:{bulletin.uuid}",
        outlet=outlet,
        sent_at=now,
        appears_at=now,
    )
    return {"alert": alert, "bulletin": bulletin, "notice": notice}


def _kpi_value(outlet: Outlet) -> KpiValue:
    """Return the figure of October; called again, that of the month before, and so on.

    The outlet fell every month, so that more figures raise an alert.
    """
    known = outlet.kpi_values.count()
    month = Period.parse(f"2026-{10 - known:02}")
    return KpiValue.objects.create(
        kpi=KpiDefinition.objects.get(code="third_party_index"),
        outlet=outlet,
        month=month.code,
        ends_on=month.last,
        numerator=7910 + 100 * known,
        score=7910 + 100 * known,
        pending=False,
    )


def _check(key: str, text: str, *, standard: str, **about) -> Check:
    version = StandardVersion.objects.filter(standard__code=standard).latest("number")
    return Check.objects.create(
        uuid=uuid4(),
        on=DAY,
        slot=f"S-{key}",
        standard=version.standard,
        version=version,
        observed_at=AT,
        received_at=AT,
        by_name=f"{text} manager",
        note=f"{text} note",
        pending=False,
        **about,
    )


def _ratings(text: str, about: dict[str, object]) -> Rating:
    """Return a rating at the counter; a fresh one and an invitation come along."""
    said = {"comment": f"{text} rating", "pending": False, "channel": "pad", **about}
    now = timezone.now()
    Rating.objects.create(
        uuid=uuid4(), rated_at=now, on=timezone.localdate(), score=2, **said
    )
    Invitation.objects.create(uuid=uuid4(), sent_at=AT, on=DAY, pending=False, **about)
    return Rating.objects.create(uuid=uuid4(), rated_at=AT, on=DAY, score=5, **said)


def _voices(key: str, text: str, outlet: Outlet, employee: Employee) -> dict:
    """Return a counter, where a mark was set aside, and a call about the person."""
    counter, is_new = Counter.objects.get_or_create(
        outlet=outlet, name=f"{text} counter", defaults={"added_by": UserFactory()}
    )
    if is_new:
        SetAside.objects.create(
            uuid=uuid4(),
            outlet=outlet,
            counter=counter,
            channel="pad",
            rated_at=AT,
            score=5,
            why="soon",
        )
    draw, _is_new = CallDraw.objects.get_or_create(
        outlet=outlet,
        on=DAY,
        defaults={"drawn_at": AT, "seed": "5eed", "pool": {}, "wanted": {}},
    )
    call = CallBack.objects.create(
        draw=draw,
        outlet=outlet,
        employee=employee,
        on=DAY,
        ticket_no=f"T-{key}",
        served_at=AT,
        number="10000000",
        archive_month="2026-10",
    )
    return {"counter": counter, "call": call}


def _honest(text: str, check: Check) -> dict[str, object]:
    """Return what honest checking keeps: a photo asked for, two flags, a re-check."""
    outlet, person = check.outlet, check.employee
    seed, _is_new = DrawSeed.objects.get_or_create(
        on=DAY, defaults={"seed": "5eed", "one_in": 1, "most_people": 2}
    )
    draw, _is_new = PhotoDraw.objects.get_or_create(
        outlet=outlet, seed=seed, defaults={"candidates": [str(person.uuid)]}
    )
    request, _is_new = PhotoRequest.objects.get_or_create(
        draw=draw, employee=person, defaults={"outlet": outlet, "on": DAY}
    )
    again = Recheck.objects.create(
        outlet=outlet, on=DAY, seed="5eed", drawn_from=[], by=UserFactory()
    )
    Retaken.objects.create(recheck=again, check_record=check, position=1)
    LocatedRegion.objects.get_or_create(
        region=outlet.region, defaults={"by": UserFactory()}
    )
    return {
        "photo_request": request,
        "live_photo": _photo(request.uuid),
        "flag": _flag(text, check, state="open"),
        "spoken_flag": _flag(text, check, state="talked"),
        "recheck": again,
    }


def _flag(text: str, check: Check, *, state: str) -> Flag:
    """Return a flag about checks that the person herself made of others."""
    settled = {"settled_by": UserFactory(), "settled_at": AT} if state != "open" else {}
    return Flag.objects.create(
        outlet=check.outlet,
        on=timezone.localdate(),
        kind="too_quick",
        key=f"{check.pk}:{state}",
        author=User.objects.filter(employee=check.employee).first(),
        evidence={"people": 5, "seconds": 1.0, "checks": [str(check.uuid)]},
        state=state,
        note=f"{text} flag",
        **settled,
    )


def _photo(belongs_to: UUID) -> CheckPhoto:
    uuid = uuid4()
    name = storages["private"].save(f"checks/photos/{uuid}.jpg", ContentFile(b"jpeg"))
    return CheckPhoto.objects.create(
        uuid=uuid,
        check_uuid=belongs_to,
        length=4,
        received=4,
        file=name,
        complete_at=AT,
    )


def _away(outlet: Outlet, employee: Employee) -> Away:
    """Return that a colleague is not here today, as somebody said."""
    colleagues = outlet.assignments.exclude(employee=employee).order_by("employee")
    return Away.objects.create(
        outlet=outlet,
        employee=colleagues[1].employee,
        on=timezone.localdate(),
        reason="leave",
        by=UserFactory(),
    )


def _draw(outlet: Outlet) -> RoundDraw:
    """Return yesterday's drawn hour: 10:00 of an outlet open from 9 to 18."""
    on = timezone.localdate() - timedelta(days=1)
    hours, day_starts_at = "Mon-Sun 09:00-18:00", time.min
    drawn = {
        "outlet_code": outlet.code,
        "hours": hours,
        "day_starts_at": day_starts_at,
        "seed": "0" * 64,
        "minute": 600,
        "due_at": moment(on, 600, outlet.zone),
        "closes_at": moment(on, 1080, outlet.zone),
    }
    draws = RoundDraw.objects.get_or_create(outlet=outlet, on=on, defaults=drawn)
    return draws[0]


def _campaign(outlet: Outlet, text: str) -> Campaign:
    """Return a campaign that the lead of the outlet may carry out at any time."""
    version = StandardVersion.objects.filter(standard__code="ENVIRONMENT")
    campaign = Campaign.objects.create(
        title=f"{text} campaign",
        version=version.latest("number"),
        first_on=DAY,
        last_on=date(2099, 1, 1),
        carried_by="outlet",
        counts=False,
        opened_by=UserFactory(),
    )
    CampaignTarget.objects.create(campaign=campaign, outlet=outlet)
    return campaign


def _action(text: str, **about) -> CorrectiveAction:
    by = UserFactory()
    action = CorrectiveAction.objects.create(
        outlet=about["outlet"],
        task=f"{text} task",
        owner=about["employee"],
        due_on=DAY,
        opened_by=by,
    )
    ActionStep.objects.create(action=action, kind="opened", note=action.task, by=by)
    return action


def _floor(text: str, outlet: Outlet) -> TrialDevice:
    """Return a trial device where there is a spill, and something is broken."""
    by, now = UserFactory(), timezone.now()
    # One of each may be open at a place: a second record is of the next kind.
    area = ZoneKind.values[Spill.objects.filter(outlet=outlet).count()]
    kind = FaultKind.values[Fault.objects.filter(outlet=outlet).count()]
    device = TrialDevice.objects.create(
        outlet=outlet, kind="phone", code=f"{text}-D", since=DAY
    )
    taps = {
        topic: FloorTap.objects.create(
            uuid=uuid4(),
            outlet=outlet,
            on=timezone.localdate(),
            topic=topic,
            step="began",
            place=place,
            note=f"{text} {topic}",
            by=by,
            observed_at=now,
        )
        for topic, place in (("spill", area), ("fault", kind))
    }
    Spill.objects.create(
        uuid=taps["spill"].uuid,
        outlet=outlet,
        on=timezone.localdate(),
        area=area,
        noticed_at=now,
        report=taps["spill"],
    )
    Fault.objects.create(
        uuid=taps["fault"].uuid, outlet=outlet, kind=kind, started_at=now
    )
    return device


def _draft(key: str, text: str, county: Region) -> dict[str, object]:
    """Return the draft of a checklist of a county, which holds nowhere yet."""
    standard = Standard.objects.create(
        code=f"{key}-LOCAL", title_en=f"{text} checklist", region=county
    )
    draft = Draft.objects.create(
        standard=standard, title_en=standard.title_en, slots="opening"
    )
    item = DraftItem.objects.create(
        draft=draft, code="L1", title_en=f"{text} item", position=1
    )
    return {"draft": draft, "draft_item": item}


def _held(key: str, text: str, **about) -> HeldCheck:
    """Return a record that waits, since it came from a tablet too late."""
    return HeldCheck.objects.create(
        uuid=uuid4(),
        digest=key,
        deed="record",
        reason="day_is_over",
        number=about["employee"].number,
        on=DAY,
        payload={
            "date": f"{DAY:%F}",
            "observed_at": AT.isoformat(),
            "standard": "GROOMING",
            "version": 1,
            "slot": "opening",
        },
        note=f"{text} note",
        observed_at=AT,
        **about,
    )


def _sitting(outlet: Outlet, employee: Employee) -> Sitting:
    """Return this week's test of somebody, under way, with one question."""
    now = timezone.now()
    sitting = Sitting.objects.create(
        employee=employee,
        outlet=outlet,
        week=week_of(timezone.localdate(now)),
        state="open",
        minutes=60,
        pass_mark=8000,
        attempts=1,
        started_at=now,
        deadline_at=now + timedelta(hours=1),
    )
    SittingQuestion.objects.create(
        sitting=sitting,
        position=1,
        version=QuestionVersion.objects.current().get(question__code="GRM-12"),
        options=["1", "0"],
    )
    return sitting
