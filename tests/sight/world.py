"""Two counties alike, so that whatever is seen of one can be tried on the other.

`own` is where the viewers belong; `foreign` is the other county; `nowhere` is in no
table at all. Every record that a route shows exists once in own and foreign. Whatever
can be named or worded there is a canary: a word that stands nowhere else.
"""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.utils import timezone

from evaluations.awards.models import AwardList
from evaluations.awards.services import draw_winners, publish_list
from evaluations.checks.models import (
    Away,
    Campaign,
    Check,
    CheckPhoto,
    CorrectiveAction,
    Flag,
    HeldCheck,
    PhotoRequest,
    Recheck,
    RoundDraw,
    TrialDevice,
)
from evaluations.complaints.models import (
    Case,
    RedLineEvidence,
    RedLineFile,
    RedLineParty,
    SupervisionOrder,
)
from evaluations.feed.models import Delivery, Webhook
from evaluations.feed.reading import (
    keep_day,
)
from evaluations.feedback.models import (
    CallBack,
    Counter,
    Rating,
)
from evaluations.knowledge.models import Sitting, TestResult
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit, VisitAppeal
from evaluations.rankings.models import Run, RunState, SchemeVersion
from evaluations.rankings.services.places import compute_places
from evaluations.standards.models import Draft, DraftItem, Standard
from evaluations.targets.models import KpiValue, Target
from outlets.exchange.models import Import, import_files
from outlets.flow.models import FlowAlert
from outlets.places.models import Outlet, Region
from staffing.accounts.models import (
    AccessKind,
    AccessRecord,
    Device,
    Pin,
    ServiceAccount,
)
from staffing.notices.models import Bulletin, Notice
from staffing.people.models import (
    Employee,
    Erasure,
    PersonalExport,
    RoleGrant,
    User,
)
from staffing.people.personal.services.building import build_export
from staffing.rosters.models import (
    Absence,
    Leave,
    Publication,
    RosterDay,
    RosterRules,
    Search,
    ShiftKind,
    Swap,
    Wish,
)
from tests.evaluations.awards.factories import (
    computed_run,
    county_with_scores,
    published_run,
)
from tests.evaluations.rankings.factories import see_lists
from tests.outlets.flow.factories import take, ticket
from tests.sight.awarded import Rounds, rounds
from tests.sight.days import DAY
from tests.sight.grown import Growth, growth
from tests.sight.records import records, words
from tests.staffing.accounts.factories import (
    DeviceFactory,
    PinFactory,
    make_service,
)
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
)

# So long that no token of a page holds one by chance.
OWN, FOREIGN, NOWHERE = "QNEARBY", "QFARAWAY", "QNOWHERE"
ROLES = (
    "anonymous",
    "nobody",
    "clerk",
    "store_manager",
    "supervisor",
    "regional_supervisor",
    "hr",
    "operations",
    "agency",
    "administrator",
    "auditor",
)
# Three win in the county and are named in public; the clerk stands between two others.
KNOWLEDGE = [70, 95, 90, 85, 80, 75]
CLERK, ABOVE, BELOW = 5, 4, 0


@dataclass(frozen=True)
class Place:
    """One county with its outlet, the person judged there, and what is on record."""

    code: str
    county: Region
    outlet: Outlet
    people: list[Employee]
    person: Employee
    mover: Employee  # came from the other county years ago
    check: Check
    outlet_check: Check
    photo: CheckPhoto  # of the person's check, whole
    photo_request: PhotoRequest  # of the person, on the day of the check
    live_photo: CheckPhoto  # which answers it
    flag: Flag  # about checks that the person made, not looked at yet
    spoken_flag: Flag  # the same, and somebody talked with her
    recheck: Recheck  # of the person's check, being judged by somebody
    held: HeldCheck  # of the person, waiting
    away: Away  # a colleague, today
    draw: RoundDraw  # of yesterday
    campaign: Campaign  # open, at this outlet only
    action: CorrectiveAction  # which the person is to do
    trial_device: TrialDevice  # of the outlet
    draft: Draft  # of a checklist of the county
    draft_item: DraftItem
    rival_check: Check  # of the same card of the outlet, waits for a choice
    test: TestResult
    sitting: Sitting  # of the person, under way
    absence: Sitting  # of the person, in a week that is over
    visit: Visit
    hidden_visit: Visit  # not released
    visit_appeal: VisitAppeal  # on the visit, the agency is asked
    rating: Rating
    counter: Counter  # of the outlet, in use
    call: CallBack  # about the person, to be called
    case: Case
    logged_case: Case  # about the person, open
    red_line: RedLineFile  # names the person, under inquiry
    red_line_party: RedLineParty
    red_line_evidence: RedLineEvidence
    order: SupervisionOrder  # to the outlet, issued; its county has held a meeting
    target: Target
    kpi_value: KpiValue
    leave: Leave  # of the person, waiting
    alert: FlowAlert  # of the outlet, not seen to yet
    notice: Notice  # of the person, asks to be acknowledged
    bulletin: Bulletin  # to the outlet, which made the notice
    swap: Swap  # which a colleague asks of the person
    agreed_swap: Swap  # which the person asked for, waiting for approval
    wish: Wish  # of the person
    roster_rules: RosterRules  # of the county
    shift_kind: ShiftKind  # of the county, worked by the person
    search: Search  # for the draft of September
    publication: Publication  # of the county's September
    entry: Entry
    device: Device
    pin: Pin
    export: PersonalExport  # asked for by the person herself
    erasure: Erasure  # waits for a second person


@dataclass(frozen=True)
class World:
    own: Place
    foreign: Place
    nowhere: Place
    run: Run  # published
    draft: Run  # computed, not reviewed
    reviewed: Run  # by another scheme, no winners drawn
    award_list: AwardList  # published, county level
    draft_list: AwardList
    rounds: Rounds
    growth: Growth
    rules: SchemeVersion  # came with the product
    rules_draft: SchemeVersion  # by operations
    rules_proposed: SchemeVersion  # by somebody else
    service: ServiceAccount
    webhook: Webhook  # of that service, with one delivery that got through
    imported: Import  # sent by operations, checked, with a refused row
    viewers: dict[str, object]
    somebody: User  # whom none of the viewers is
    somebodys_grant: RoleGrant
    somebodys_session: UserSession
    stopped: User  # an account that was stopped
    leaver: Employee  # long gone, may be erased
    another_leavers_erasure: Erasure  # asked for by somebody of HR


def build() -> World:
    own, foreign = _place(OWN), _place(FOREIGN)
    for place, other in ((own, foreign), (foreign, own)):
        _happened_elsewhere(place, other.outlet)
    run = published_run()
    compute_places(run_id=run.pk, by=None)
    lists = {one.level: one for one in draw_winners(run_id=run.pk, by=None)}
    _hold_a_winner(foreign)
    publish_list(award_list_id=lists["county"].pk, by=None)
    grant = RoleGrantFactory(role="auditor", user__username="somebody")
    viewers = _viewers(own)
    rules = SchemeVersion.objects.get(scheme__code="service_star", number=1)
    keep_day()  # what the feed does once a day is done
    service = make_service()[0]
    return World(
        own=own,
        foreign=foreign,
        nowhere=_nowhere(own),
        run=run,
        reviewed=_reviewed(),
        draft=_looked_through(computed_run()),
        award_list=lists["county"],
        draft_list=lists["outlet"],
        rounds=rounds(run, lists["county"], (own, foreign), NOWHERE),
        growth=growth((own, foreign), NOWHERE, judge=viewers["hr"]),
        rules=rules,
        rules_draft=_drafted(rules, viewers["operations"]),
        rules_proposed=_proposed(rules),
        service=service,
        webhook=_webhook_of(service),
        somebody=grant.user,
        somebodys_grant=grant,
        somebodys_session=UserSession.objects.create(
            user=grant.user, session_key="q" * 32, ip="192.0.2.1"
        ),
        stopped=UserFactory(username="stopped", is_active=False),
        leaver=_leaver("GONE-1"),
        another_leavers_erasure=Erasure.objects.create(
            employee=_leaver("GONE-2"),
            reason="asked for in writing",
            proposed_by=UserFactory(username="colleague"),
        ),
        imported=_imported(viewers["operations"]),
        viewers=viewers,
    )


def _webhook_of(service: ServiceAccount) -> Webhook:
    made = Webhook.objects.create(
        service=service, url="https://hr.example.com/hook", salt="s", cursor=""
    )
    now = timezone.now()
    Delivery.objects.create(
        webhook=made,
        events=[["outlets", "1", 1]],
        state="delivered",
        made_at=now,
        due_at=now,
        delivered_at=now,
    )
    return made


def _drafted(rules: SchemeVersion, by) -> SchemeVersion:
    return SchemeVersion.objects.create(
        scheme=rules.scheme,
        state="draft",
        valid_from=date(2099, 1, 1),
        rules=rules.rules,
        based_on=rules,
        drafted_by=by,
        drafted_at=timezone.now(),
    )


def _proposed(rules: SchemeVersion) -> SchemeVersion:
    by = UserFactory(username="drafter")
    version = _drafted(rules, by)
    version.state, version.proposed_by = "proposed", by
    version.proposed_at = timezone.now()
    version.save()
    return version


def _reviewed() -> Run:
    run = computed_run(scheme="onsite")
    by, at = UserFactory(username="reviewer"), timezone.now()
    Run.objects.filter(pk=run.pk).update(
        state=RunState.REVIEWED, reviewed_by=by, reviewed_at=at
    )
    run.refresh_from_db()
    return run


def _leaver(number: str) -> Employee:
    return EmployeeFactory(number=number, left_on=date(2020, 12, 31))


def _happened_elsewhere(place: Place, outlet: Outlet) -> None:
    """Put on record at the other outlet what is about people of this place.

    Who leads here sees these people, and nothing of what happened to them there.
    """
    AssignmentFactory(
        employee=place.mover,
        outlet=outlet,
        starts_on=date(2018, 1, 1),
        ends_on=date(2018, 12, 31),
    )
    RosterDay.objects.create(
        employee=place.person, outlet=outlet, on=DAY, absence=Absence.LEAVE
    )
    AccessRecord.objects.create(
        kind=AccessKind.EXPORT, what=f"{words(place.code)} export", rows=1
    )


def _hold_a_winner(place: Place) -> None:
    """Open a case about who is first in a county: she is not named in public."""
    winner = max(zip(KNOWLEDGE, place.people, strict=True), key=lambda one: one[0])[1]
    hold = Line(
        source_id="HELD",
        component="red_line",
        kind=EntryKind.HOLD,
        on=DAY,
        employee_id=winner.pk,
        outlet_id=place.outlet.pk,
    )
    put(source="test", lines=[hold])


def _place(code: str) -> Place:
    outlet, people = county_with_scores(KNOWLEDGE, code=code)
    _give_names(outlet, people, code)
    take("tickets", [ticket(outlet, f"T{code}", "2026-10-05T10:00:00", wait=60)])
    _hand_a_ticket(outlet)
    person = people[CLERK]
    return Place(
        code=code,
        county=outlet.region,
        outlet=outlet,
        people=people,
        person=person,
        mover=people[BELOW],
        entry=Entry.objects.filter(employee=person).order_by("id").first(),
        device=DeviceFactory(outlet=outlet, name=f"{words(code)} tablet"),
        pin=PinFactory(user=UserFactory(employee=people[2])),
        export=_export(person),
        erasure=Erasure.objects.create(
            employee=people[2], reason=f"{words(code)} asked for in writing"
        ),
        **records(outlet, person, f"{code}-{CLERK}", words(code)),
    )


def _hand_a_ticket(outlet: Outlet) -> None:
    """Have somebody wait at the ticket desk today."""
    now = timezone.now()
    arrival = {
        "uuid": uuid4(),
        "outlet_code": outlet.code,
        "ticket_no": "D001",
        "date": now.astimezone(outlet.zone).date().isoformat(),
        "event": "arrive",
        "at": now.isoformat(),
        "service": "payment",
    }
    take("ticket_events", [arrival])


def _give_names(outlet: Outlet, people: list[Employee], code: str) -> None:
    for number, person in enumerate(people):
        person.name = f"{words(code)} person {number}"
        person.save()
    outlet.name = f"{words(code)} outlet"
    outlet.address = f"{words(code)} street"
    outlet.save()
    outlet.region.name = f"{words(code)} county"
    outlet.region.save()


def _nowhere(own: Place) -> Place:
    """Return a place that is on no record: the same addresses, nothing behind them."""
    county = Region(code=NOWHERE)
    person = Employee(number=f"{NOWHERE}-{CLERK}", uuid=uuid4(), pk=10**9)
    key = f"{NOWHERE}-{CLERK}"
    return Place(
        code=NOWHERE,
        county=county,
        outlet=Outlet(code=f"{NOWHERE}-1", region=county),
        people=[],
        person=person,
        mover=Employee(number=f"{NOWHERE}-{BELOW}", uuid=uuid4()),
        check=Check(uuid=uuid4(), on=DAY, version_id=own.check.version_id),
        outlet_check=Check(uuid=uuid4(), on=DAY),
        photo=CheckPhoto(uuid=uuid4()),
        photo_request=PhotoRequest(uuid=uuid4()),
        live_photo=CheckPhoto(uuid=uuid4()),
        flag=Flag(uuid=uuid4()),
        spoken_flag=Flag(uuid=uuid4()),
        recheck=Recheck(uuid=uuid4()),
        held=HeldCheck(key=uuid4()),
        away=Away(uuid=uuid4()),
        draw=RoundDraw(uuid=uuid4()),
        campaign=Campaign(uuid=uuid4()),
        action=CorrectiveAction(uuid=uuid4()),
        trial_device=TrialDevice(uuid=uuid4()),
        draft=Draft(standard=Standard(code=f"{NOWHERE}-LOCAL")),
        draft_item=DraftItem(uuid=uuid4()),
        rival_check=Check(uuid=uuid4(), on=DAY),
        test=TestResult(uuid=uuid4()),
        sitting=Sitting(uuid=uuid4()),
        absence=Sitting(uuid=uuid4()),
        visit=Visit(visit_no=f"V-{key}"),
        hidden_visit=Visit(visit_no=f"H-{key}"),
        visit_appeal=VisitAppeal(uuid=uuid4()),
        rating=Rating(uuid=uuid4()),
        counter=Counter(uuid=uuid4()),
        call=CallBack(uuid=uuid4()),
        case=Case(case_no=f"C-{key}"),
        logged_case=Case(case_no=f"L-{key}"),
        red_line=RedLineFile(file_no=f"R-{key}"),
        red_line_party=RedLineParty(pk=10**9),
        red_line_evidence=RedLineEvidence(uuid=uuid4()),
        order=SupervisionOrder(order_no=f"D-{key}"),
        target=Target(uuid=uuid4()),
        kpi_value=KpiValue(uuid=uuid4()),
        leave=Leave(uuid=uuid4()),
        alert=FlowAlert(uuid=uuid4()),
        notice=Notice(uuid=uuid4()),
        bulletin=Bulletin(uuid=uuid4()),
        swap=Swap(uuid=uuid4(), on=DAY, other_on=DAY),
        agreed_swap=Swap(uuid=uuid4(), on=DAY, other_on=DAY),
        wish=Wish(on=date(2099, 1, 1)),
        roster_rules=RosterRules(region=county),
        search=Search(uuid=uuid4()),
        publication=Publication(uuid=uuid4()),
        shift_kind=ShiftKind(code=f"K-{key}"),
        entry=Entry(
            source=own.entry.source,
            source_id=f"{person.number}:d1",
            component=own.entry.component,
            employee=person,
        ),
        device=Device(uuid=uuid4()),
        pin=Pin(pk=10**9, user=User(employee=person)),
        export=PersonalExport(uuid=uuid4()),
        erasure=Erasure(uuid=uuid4()),
    )


def _export(person: Employee) -> PersonalExport:
    """Return a file that she asked for herself and that can be downloaded."""
    user = User.objects.create(username=f"user-{person.number}", employee=person)
    export = PersonalExport.objects.create(employee=person, requested_by=user)
    build_export(export_id=export.pk)
    export.refresh_from_db()
    return export


def _imported(by) -> Import:
    refused = import_files().save("refused.csv", ContentFile(b"row,number\n3,E2\n"))
    return Import.objects.create(
        kind="employees",
        state="checked",
        by=by,
        file_name="staff.csv",
        stored=import_files().save(
            "staff.csv", ContentFile(b"number,name,post\nE8,Sun Fei,clerk\n")
        ),
        refused_rows=refused,
        heading=["number", "name", "post"],
        read=2,
        created=1,
        rejected=1,
    )


def _viewers(own: Place) -> dict[str, object]:
    viewers: dict[str, object] = {
        "anonymous": AnonymousUser(),
        "nobody": UserFactory(username="nobody"),
        "clerk": own.export.requested_by,
        "regional_supervisor": granted_user("regional_supervisor", region=own.county),
    }
    for post in ("store_manager", "supervisor"):
        lead = EmployeeFactory(post=post, number=f"LEAD-{post}")
        AssignmentFactory(employee=lead, outlet=own.outlet)
        viewers[post] = UserFactory(username=post, employee=lead)
    for role in ("hr", "operations", "administrator", "auditor"):
        viewers[role] = granted_user(role)
    viewers["agency"] = granted_user("agency", agency=own.visit.agency)
    return viewers


def _looked_through(run: Run) -> Run:
    """Return the draft with every list of exceptions ticked: it may be reviewed."""
    see_lists(run, granted_user("operations"))
    return run
