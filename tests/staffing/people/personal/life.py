"""Somebody with a record in every room, beside a colleague who has the same."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from oauth2_provider.models import AccessToken

from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run
from outlets.places.models import Outlet
from staffing.notices.models import Bulletin, Notice, QuietHours
from staffing.people.models import Employee, User
from tests.evaluations.rankings.factories import (
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
from tests.staffing.people.personal import judged, rewarded
from tests.staffing.people.personal.shopped import shopped
from tests.staffing.people.personal.when import CANARY, DAY, LEFT_ON, MONTH, NOON


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
        judged.records(outlet, one, other, accounts[other])
        quoting = f"{other.name} ({other.number}) says so"
        _told(one, accounts[one], quoting)
        visit = Visit.objects.get(visit_no=f"V{one.pk}")
        shopped(visit, accounts[one], accounts[other], quoting)
    run = ranked(MONTH)
    if published_days_ago is not None:
        then = timezone.now() - timedelta(days=published_days_ago)
        run = published(run, at=then)
    awards = {one: rewarded.award(run, one, outlet) for one in (person, colleague)}
    for one, other in ((person, colleague), (colleague, person)):
        rewarded.award_round(awards[one], other, accounts[one], accounts[other])
        rewarded.growth(outlet, one, other, accounts[one], accounts[other])
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


def _told(one: Employee, account: User, quoting: str) -> None:
    """Tell her something, and have her announce something that quotes another."""
    bulletin = Bulletin.objects.create(
        title_en="Drill",
        title_zh="演练",
        body_en=quoting,
        body_zh=quoting,
        shown_from=DAY,
        shown_until=DAY,
        published_at=NOON,
        published_by=account,
    )
    Notice.objects.create(
        employee=one,
        kind="bulletin",
        key=f"bulletin:{bulletin.uuid}",
        bulletin=bulletin,
        sent_at=NOON,
        appears_at=NOON,
    )
    QuietHours.objects.create(user=account)


def managers() -> tuple[User, User]:
    """Return two who manage personal data."""
    return granted_user("hr"), granted_user("hr")
