"""One record of every sort about a person and an outlet, with a canary in each text."""

from datetime import date, time, timedelta
from uuid import uuid4

from django.utils import timezone

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
)
from evaluations.targets.models import KpiDefinition, KpiValue, Target
from outlets.flow.models import FlowAlert
from outlets.places.models import Outlet, Region
from staffing.notices.models import Bulletin, Notice
from staffing.people.models import Employee
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
from tests.sight.checked import checked
from tests.sight.days import AHEAD_DAYS, AT, DAY
from tests.sight.shopped import shopped
from tests.staffing.people.factories import AgencyFactory, UserFactory


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
    released = Visit.objects.create(visit_no=f"V-{key}", released_at=AT, **visit)
    hidden = Visit.objects.create(visit_no=f"H-{key}", released_at=None, **visit)
    return {
        **checked(key, text, outlet, person),
        **_draft(key, text, outlet.region),
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
