"""What may be granted, by whom, and what the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from outlets.places.sight import Power, Sight
from staffing.people.models import RoleGrant, User
from staffing.people.roles import GRANTABLE, SCOPES, Role, Scope
from staffing.people.services.administrators import LastAdministrator
from staffing.people.services.grants import (
    AgencyApart,
    GrantEndsTooEarly,
    GrantIsOver,
    GrantOverlaps,
    OwnPower,
    WrongScope,
    end_role,
    give_role,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


@pytest.fixture
def by():
    return granted_user("administrator")


def place(scope):
    made = {
        Scope.REGION: ("region", RegionFactory),
        Scope.OUTLET: ("outlet", OutletFactory),
        Scope.AGENCY: ("agency", AgencyFactory),
    }
    if scope not in made:
        return {}
    name, factory = made[scope]
    return {name: factory()}


def give(by, **changes):
    values = {
        "user": changes.pop("to", None) or UserFactory(),
        "role": Role.HR,
        "starts_on": START,
        "ends_on": None,
        "reason": "new in the office",
    } | changes
    values["user"] = values["user"].uuid
    return give_role(**values, by=by)


@pytest.mark.parametrize("role", GRANTABLE)
@pytest.mark.parametrize("scope", Scope)
def test_a_role_is_granted_for_its_scopes_and_no_other(by, role, scope):
    where, user = place(scope), UserFactory()
    allowed = scope in SCOPES[role]
    try:
        with transaction.atomic():
            RoleGrantFactory(role=role, **where)
    except IntegrityError:
        assert not allowed
    else:
        assert allowed
    if allowed:
        assert give(by, to=user, role=role, **where).scope is scope
    else:
        with pytest.raises(WrongScope):
            give(by, to=user, role=role, **where)
        assert not user.grants.exists()


def test_a_grant_has_one_scope(by):
    both = place(Scope.REGION) | place(Scope.OUTLET)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(role="auditor", **both)
    with pytest.raises(WrongScope):
        give(by, role=Role.AUDITOR, **both)


@pytest.mark.parametrize("role", [Role.CLERK, "chief"])
def test_what_is_no_role_to_grant_is_refused_by_the_database(role):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(role=role)


def test_a_grant_ends_after_it_starts(by):
    dates = {"starts_on": START, "ends_on": START - timedelta(days=1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(**dates)
    with pytest.raises(GrantEndsTooEarly):
        give(by, **dates)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((1, None), (9, None), True),
        ((1, 9), (9, None), True),
        ((1, 9), (10, None), False),
        ((9, None), (1, 8), False),
        ((9, None), (1, 9), True),
    ],
)
def test_the_same_role_is_not_granted_twice_at_a_time(by, first, second, overlap):
    def days(pair):
        starts, ends = (one and date(2026, 3, one) for one in pair)
        return {"starts_on": starts, "ends_on": ends}

    outlet, user = OutletFactory(), UserFactory()
    held = {"role": "auditor", "outlet": outlet}
    RoleGrantFactory(user=user, **held, **days(first))
    RoleGrantFactory(user=user, role="auditor", outlet=OutletFactory(), **days(first))
    RoleGrantFactory(**held, **days(first))  # another user
    if not overlap:
        give(by, to=user, role=Role.AUDITOR, outlet=outlet, **days(second))
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(user=user, **held, **days(second))
    with pytest.raises(GrantOverlaps):
        give(by, to=user, role=Role.AUDITOR, outlet=outlet, **days(second))
    assert user.grants.count() == 2


def test_moving_the_last_day_over_another_grant_is_refused_by_the_database():
    user = UserFactory()
    early = RoleGrantFactory(user=user, starts_on=START, ends_on=date(2026, 1, 31))
    RoleGrantFactory(user=user, starts_on=date(2026, 2, 1))
    early.ends_on = date(2026, 2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        early.save()


def test_give_role_keeps_who_and_why(by):
    user = UserFactory()
    grant = give(by, to=user, role=Role.HR)
    assert (grant.granted_by, grant.reason) == (by, "new in the office")
    assert User.objects.get(pk=user.pk).sight.may(Power.CLOSE_PERIODS)


def test_nobody_gives_a_role_to_herself(by):
    with pytest.raises(OwnPower):
        give(by, to=by, role=Role.OPERATIONS)
    assert by.grants.count() == 1


@pytest.mark.parametrize("role", ["hr", "operations", "auditor"])
def test_only_an_administrator_gives_and_ends_roles(by, role):
    other, grant = granted_user(role), RoleGrantFactory()
    with pytest.raises(User.DoesNotExist):
        give(other)
    with pytest.raises(RoleGrant.DoesNotExist):
        end_role(grant=grant.uuid, last_day=None, reason="x", by=other)
    grant.refresh_from_db()
    assert (grant.withdrawn, grant.ends_on) == (False, None)


def test_agencies_stay_apart_from_the_chain(by):
    agency, outlet = AgencyFactory(), OutletFactory()
    for user in (staff_user("clerk"), granted_user("auditor", outlet=outlet)):
        with pytest.raises(AgencyApart):
            give(by, to=user, role=Role.AGENCY, agency=agency)
    shopper = granted_user("agency", agency=agency)
    with pytest.raises(AgencyApart):
        give(by, to=shopper, role=Role.AUDITOR, outlet=outlet)
    give(by, to=shopper, role=Role.AGENCY, agency=AgencyFactory())
    assert len(User.objects.get(pk=shopper.pk).sight.agency_ids) == 2


def test_end_role_at_once_takes_everything_from_that_moment(by):
    grant = RoleGrantFactory(role="operations")
    ended = end_role(grant=grant.uuid, last_day=None, reason="left", by=by)
    assert ended.withdrawn is True
    assert (ended.ended_by, ended.end_reason) == (by, "left")
    assert ended.ends_on == timezone.localdate()
    assert User.objects.get(pk=grant.user_id).sight == Sight()
    with pytest.raises(GrantIsOver):
        end_role(grant=grant.uuid, last_day=None, reason="again", by=by)


def test_end_role_before_it_begins_leaves_nothing(by):
    later = timezone.localdate() + timedelta(days=30)
    grant = RoleGrantFactory(starts_on=later)
    ended = end_role(grant=grant.uuid, last_day=None, reason="not coming", by=by)
    assert (ended.withdrawn, ended.ends_on) == (True, later)
    RoleGrantFactory(user=grant.user, starts_on=later)  # and may be given anew


def test_end_role_after_a_day_lets_it_hold_until_then(by):
    today = timezone.localdate()
    grant = RoleGrantFactory(role="operations", ends_on=today + timedelta(days=9))
    end_role(grant=grant.uuid, last_day=today, reason="done", by=by)
    assert User.objects.get(pk=grant.user_id).sight.may(Power.RANK)
    with pytest.raises(GrantEndsTooEarly):
        end_role(
            grant=grant.uuid, last_day=today - timedelta(days=1), reason="x", by=by
        )
    with pytest.raises(GrantIsOver):
        end_role(
            grant=grant.uuid, last_day=today + timedelta(days=1), reason="x", by=by
        )
    grant.refresh_from_db()
    assert (grant.ends_on, grant.withdrawn) == (today, False)


def test_nobody_ends_her_own_role(by):
    granted_user("administrator")
    own = by.grants.get()
    with pytest.raises(OwnPower):
        end_role(grant=own.uuid, last_day=None, reason="tired", by=by)


@pytest.mark.parametrize(
    "unfit",
    [
        {"ends_on": date(2199, 1, 1)},
        {"starts_on": date(2199, 1, 1)},
        {"user__is_active": False},
    ],
    ids=["for a time", "not yet", "stopped"],
)
def test_the_last_administrator_who_stays_is_not_ended(unfit):
    """Whoever acts may be an administrator for a time only."""
    temporary = RoleGrantFactory(role="administrator", ends_on=date(2199, 1, 1)).user
    lasting = RoleGrantFactory(role="administrator")
    RoleGrantFactory(role="administrator", **unfit)
    with pytest.raises(LastAdministrator):
        end_role(grant=lasting.uuid, last_day=None, reason="x", by=temporary)
    lasting.refresh_from_db()
    assert (lasting.withdrawn, lasting.ends_on) == (False, None)
    granted_user("administrator")
    end_role(grant=lasting.uuid, last_day=None, reason="x", by=temporary)
    lasting.refresh_from_db()
    assert lasting.withdrawn is True
