"""Somebody with a record in every room, beside a colleague who has the same."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from oauth2_provider.models import AccessToken

from evaluations.awards.models import Award, AwardList
from evaluations.checks.models import Check, CheckMark, Correction
from evaluations.checks.rules import rater_of_staff
from evaluations.complaints.models import Case
from evaluations.feedback.models import Invitation, Rating
from evaluations.knowledge.models import TestResult
from evaluations.ledger.services import put
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run
from evaluations.standards.models import StandardVersion
from evaluations.targets.models import Target
from outlets.flow.models import Ticket, Transaction
from outlets.flow.services import TICKETS, refresh_roll_ups
from outlets.places.models import Outlet
from staffing.people.models import Agency, Employee, User
from staffing.rosters.models import RosterDay
from tests.evaluations.rankings.factories import (
    line,
    post_month,
    published,
    ranked,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
)

DAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)
LEFT_ON = date(2026, 4, 30)
MONTH = "2026-03"
# Stands in every row about the colleague, and in every text about others.
CANARY = "CANARY"


@dataclass(frozen=True)
class Life:
    outlet: Outlet
    person: Employee
    colleague: Employee
    account: User
    run: Run


def a_life(*, published_days_ago: int | None = 100) -> Life:
    """Return somebody who left in April with a published March behind her.

    With None, nobody has published March yet.
    """
    outlet = OutletFactory(code="OUT-1", day_starts_at=time(4))
    colleague = EmployeeFactory(number="CANARY-77", name=f"{CANARY} Wang", gender="F")
    person = EmployeeFactory(
        number="E-4711",
        name="李小梅 Li Xiaomei",
        gender="F",
        contract="regular",
        hired_on=date(2020, 1, 1),
    )
    for one in (colleague, person):
        AssignmentFactory(employee=one, outlet=outlet)
    accounts = {one: _account(one) for one in (colleague, person)}
    for one, other in ((person, colleague), (colleague, person)):
        _records(outlet, one, other, accounts[other])
    run = ranked(MONTH)
    if published_days_ago is not None:
        then = timezone.now() - timedelta(days=published_days_ago)
        run = published(run, at=then)
    for one in (person, colleague):
        _award(run, one, outlet)
    person.left_on = LEFT_ON
    person.save()
    person.assignments.update(ends_on=LEFT_ON)
    return Life(outlet, person, colleague, accounts[person], run)


def _account(one: Employee) -> User:
    account = UserFactory(
        employee=one,
        username=f"user-{one.number}",
        first_name=one.name,
        email=f"{one.number}@chain.example",
    )
    RoleGrantFactory(user=account, role="operations", starts_on=DAY)
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session.create()
    AccessToken.objects.create(
        user=account,
        token=f"token-{one.number}",
        expires=timezone.now() + timedelta(days=1),
    )
    return account


def _records(outlet, one, other, judge) -> None:
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
    Invitation.objects.create(uuid=uuid4(), sent_at=NOON, on=DAY, **about)
    Case.objects.create(
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
    Target.objects.create(
        employee=one, period=MONTH, ends_on=date(2026, 3, 31), kpi="calls", base=100
    )
    RosterDay.objects.create(employee=one, on=DAY, absence="leave")
    Ticket.objects.create(
        outlet=outlet,
        date=DAY,
        ticket_no=f"{CANARY}{one.pk}",
        arrived_at=NOON,
        called_at=NOON,
        finished_at=NOON + timedelta(minutes=5),
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


def _agency() -> Agency:
    name = f"{CANARY} Research"
    return Agency.objects.get_or_create(code="AG-1", defaults={"name": name})[0]


def _award(run, one, outlet) -> None:
    award_list, _new = AwardList.objects.get_or_create(
        run=run,
        period=run.period,
        level="outlet",
        title="service_star",
        defaults={"status": "published", "published_at": NOON},
    )
    Award.objects.create(
        award_list=award_list,
        standing=run.standings.get(employee=one),
        employee=one,
        outlet=outlet,
        place_code=outlet.code,
        place_name=outlet.name,
        state="awarded",
        reason=f"for {one.name}",
    )


def managers() -> tuple[User, User]:
    """Return two who manage personal data."""
    return granted_user("hr"), granted_user("hr")
