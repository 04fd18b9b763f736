"""Two counties alike, so that whatever is seen of one can be tried on the other.

`own` is where the viewers belong; `foreign` is the other county. Every record that a
route shows exists once in each.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile

from evaluations.awards.models import AwardList
from evaluations.awards.services import draw_winners, publish_list
from evaluations.checks.models import Check
from evaluations.complaints.models import Case
from evaluations.feedback.models import Rating
from evaluations.knowledge.models import TestResult
from evaluations.ledger.models import Entry
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run
from evaluations.standards.models import StandardVersion
from evaluations.targets.models import Target
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


@dataclass(frozen=True)
class Place:
    """One county with its outlet, the person judged there, and what is on record."""

    county: Region
    outlet: Outlet
    person: Employee
    check: Check
    outlet_check: Check
    test: TestResult
    visit: Visit
    hidden_visit: Visit  # not released
    rating: Rating
    case: Case
    target: Target
    entry: Entry
    device: Device
    pin: Pin
    export: PersonalExport  # asked for by the person herself
    erasure: Erasure  # waits for a second person


@dataclass(frozen=True)
class World:
    own: Place
    foreign: Place
    run: Run  # published
    draft: Run  # computed, not reviewed
    award_list: AwardList  # published, county level
    draft_list: AwardList
    service: ServiceAccount
    imported: Import  # sent by operations, checked, with a refused row
    viewers: dict[str, object]
    somebody: User  # whom none of the viewers is
    somebodys_grant: RoleGrant


def build() -> World:
    own, foreign = _place("NS"), _place("FT")
    run = published_run()
    lists = {one.level: one for one in draw_winners(run_id=run.pk, by=None)}
    publish_list(award_list_id=lists["county"].pk, by=None)
    grant = RoleGrantFactory(role="auditor", user__username="somebody")
    viewers = _viewers(own)
    return World(
        own=own,
        foreign=foreign,
        run=run,
        draft=computed_run(),
        award_list=lists["county"],
        draft_list=lists["outlet"],
        service=make_service()[0],
        somebody=grant.user,
        somebodys_grant=grant,
        imported=_imported(viewers["operations"]),
        viewers=viewers,
    )


def _place(code: str) -> Place:
    outlet, people = county_with_scores([80, 95, 90, 85, 70], code=code)
    person = people[1]
    about = {"outlet": outlet, "employee": person}
    at = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
    version = StandardVersion.objects.get(standard__code="GROOMING")
    room = StandardVersion.objects.get(standard__code="ENVIRONMENT")
    visit = about | {
        "agency": AgencyFactory(code=f"AG-{code}"),
        "date": DAY,
        "points": 8000,
        "out_of": 10000,
        "pending": False,
    }
    return Place(
        county=outlet.region,
        outlet=outlet,
        person=person,
        check=Check.objects.create(
            uuid=uuid4(),
            on=DAY,
            slot="opening",
            standard=version.standard,
            version=version,
            observed_at=at,
            received_at=at,
            pending=False,
            **about,
        ),
        outlet_check=Check.objects.create(
            uuid=uuid4(),
            outlet=outlet,
            on=DAY,
            slot="opening",
            standard=room.standard,
            version=room,
            observed_at=at,
            received_at=at,
            pending=False,
        ),
        test=TestResult.objects.create(
            uuid=uuid4(), taken_on=DAY, test="W40", score=8000, pending=False, **about
        ),
        visit=Visit.objects.create(visit_no=f"V-{code}", released_at=at, **visit),
        hidden_visit=Visit.objects.create(
            visit_no=f"H-{code}", released_at=None, **visit
        ),
        rating=Rating.objects.create(
            uuid=uuid4(),
            channel="pad",
            rated_at=at,
            on=DAY,
            score=5,
            pending=False,
            **about,
        ),
        case=Case.objects.create(
            case_no=f"C-{code}",
            received_at=at,
            on=DAY,
            category="billing",
            kind="other",
            pending=False,
            **about,
        ),
        target=Target.objects.create(
            employee=person,
            period="2026-10",
            ends_on=date(2026, 10, 31),
            kpi="volume",
            base=100,
            pending=False,
        ),
        entry=Entry.objects.filter(employee=person).order_by("id").first(),
        device=DeviceFactory(outlet=outlet),
        pin=PinFactory(user=UserFactory(employee=people[2])),
        export=_export(person),
        erasure=Erasure.objects.create(
            employee=people[2], reason="asked for in writing"
        ),
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
