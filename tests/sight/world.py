"""Two counties alike, so that whatever is seen of one can be tried on the other.

`own` is where the viewers belong; `foreign` is the other county; `nowhere` is in no
table at all. Every record that a route shows exists once in own and foreign. Whatever
can be named or worded there is a canary: a word that stands nowhere else.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.utils import timezone

from evaluations.awards.models import AwardList
from evaluations.awards.services import draw_winners, publish_list
from evaluations.checks.models import Check
from evaluations.complaints.models import Case
from evaluations.feedback.models import Invitation, Rating
from evaluations.knowledge.models import TestResult
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run, SchemeVersion
from evaluations.rankings.services.places import compute_places
from evaluations.standards.models import StandardVersion
from evaluations.targets.models import KpiDefinition, KpiValue, Target
from outlets.exchange.models import Import, import_files
from outlets.places.models import Outlet, Region
from staffing.accounts.models import Device, Pin, ServiceAccount
from staffing.people.models import (
    Employee,
    Erasure,
    PersonalExport,
    RoleGrant,
    User,
)
from staffing.people.personal.services.building import build_export
from tests.evaluations.awards.factories import (
    computed_run,
    county_with_scores,
    published_run,
)
from tests.evaluations.rankings.factories import see_lists
from tests.outlets.flow.factories import take, ticket
from tests.staffing.accounts.factories import (
    DeviceFactory,
    PinFactory,
    make_service,
)
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
)

DAY = date(2026, 10, 5)
AT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
OWN, FOREIGN, NOWHERE = "QNEAR", "QFAR", "QNONE"
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
    check: Check
    outlet_check: Check
    test: TestResult
    visit: Visit
    hidden_visit: Visit  # not released
    rating: Rating
    case: Case
    target: Target
    kpi_value: KpiValue
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
    award_list: AwardList  # published, county level
    draft_list: AwardList
    rules: SchemeVersion  # came with the product
    rules_draft: SchemeVersion  # by operations
    rules_proposed: SchemeVersion  # by somebody else
    service: ServiceAccount
    imported: Import  # sent by operations, checked, with a refused row
    viewers: dict[str, object]
    somebody: User  # whom none of the viewers is
    somebodys_grant: RoleGrant


def build() -> World:
    own, foreign = _place(OWN), _place(FOREIGN)
    run = published_run()
    compute_places(run_id=run.pk, by=None)
    lists = {one.level: one for one in draw_winners(run_id=run.pk, by=None)}
    _hold_a_winner(foreign)
    publish_list(award_list_id=lists["county"].pk, by=None)
    grant = RoleGrantFactory(role="auditor", user__username="somebody")
    viewers = _viewers(own)
    rules = SchemeVersion.objects.get(scheme__code="service_star", number=1)
    return World(
        own=own,
        foreign=foreign,
        nowhere=_nowhere(own),
        run=run,
        draft=_looked_through(computed_run()),
        award_list=lists["county"],
        draft_list=lists["outlet"],
        rules=rules,
        rules_draft=_drafted(rules, viewers["operations"]),
        rules_proposed=_proposed(rules),
        service=make_service()[0],
        somebody=grant.user,
        somebodys_grant=grant,
        imported=_imported(viewers["operations"]),
        viewers=viewers,
    )


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


def words(code: str) -> str:
    """Return the canary that stands in every name and text of a place."""
    return f"{code}WORDS"


def _place(code: str) -> Place:
    outlet, people = county_with_scores(KNOWLEDGE, code=code)
    _give_names(outlet, people, code)
    take("tickets", [ticket(outlet, f"T{code}", "2026-10-05T10:00:00", wait=60)])
    person = people[CLERK]
    return Place(
        code=code,
        county=outlet.region,
        outlet=outlet,
        people=people,
        person=person,
        entry=Entry.objects.filter(employee=person).order_by("id").first(),
        device=DeviceFactory(outlet=outlet, name=f"{words(code)} tablet"),
        pin=PinFactory(user=UserFactory(employee=people[2])),
        export=_export(person),
        erasure=Erasure.objects.create(
            employee=people[2], reason=f"{words(code)} asked for in writing"
        ),
        **records(outlet, person, f"{code}-{CLERK}", words(code)),
    )


def _give_names(outlet: Outlet, people: list[Employee], code: str) -> None:
    for number, person in enumerate(people):
        person.name = f"{words(code)} person {number}"
        person.save()
    outlet.name = f"{words(code)} outlet"
    outlet.address = f"{words(code)} street"
    outlet.save()
    outlet.region.name = f"{words(code)} county"
    outlet.region.save()


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
    return {
        "check": _check(key, text, standard="GROOMING", **about),
        "outlet_check": _check(key, text, standard="ENVIRONMENT", outlet=outlet),
        "test": TestResult.objects.create(
            uuid=uuid4(),
            taken_on=DAY,
            test=f"W-{key}",
            score=8000,
            pending=False,
            **about,
        ),
        "visit": Visit.objects.create(visit_no=f"V-{key}", released_at=AT, **visit),
        "hidden_visit": Visit.objects.create(
            visit_no=f"H-{key}", released_at=None, **visit
        ),
        "rating": _ratings(text, about),
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
        "target": Target.objects.create(
            employee=person,
            period="2026-10",
            ends_on=date(2026, 10, 31),
            kpi=f"KPI-{key}",
            base=100,
            pending=False,
        ),
        "kpi_value": KpiValue.objects.get_or_create(
            kpi=KpiDefinition.objects.get(code="third_party_index"),
            outlet=outlet,
            month="2026-10",
            defaults={
                "ends_on": date(2026, 10, 31),
                "numerator": 7910,
                "score": 7910,
                "pending": False,
            },
        )[0],
    }


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
        check=Check(uuid=uuid4(), on=DAY, version_id=own.check.version_id),
        outlet_check=Check(uuid=uuid4(), on=DAY),
        test=TestResult(uuid=uuid4()),
        visit=Visit(visit_no=f"V-{key}"),
        hidden_visit=Visit(visit_no=f"H-{key}"),
        rating=Rating(uuid=uuid4()),
        case=Case(case_no=f"C-{key}"),
        target=Target(uuid=uuid4()),
        kpi_value=KpiValue(uuid=uuid4()),
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
        stored="staff.csv",
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
