"""Whatever somebody holds, her sight is the union of it, worked out by hand here."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.people.roles import POWERS, SCOPES, Role, Scope
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
)

TODAY = date(2026, 11, 15)
NOON = datetime(2026, 11, 15, 4, 0, tzinfo=UTC)
offsets = st.integers(-2, 2)
windows = st.tuples(offsets, st.none() | st.integers(0, 3))
grants = st.sampled_from(
    [(role, scope) for role, scopes in SCOPES.items() for scope in scopes]
).flatmap(lambda pair: st.tuples(*map(st.just, pair), st.integers(0, 2), windows))
stints = st.tuples(st.integers(0, 3), windows)
posts = st.sampled_from(["clerk", "store_manager", "supervisor", "account_manager"])


def days(window):
    first, length = window
    starts_on = TODAY + timedelta(days=first)
    ends_on = None if length is None else starts_on + timedelta(days=length)
    return {"starts_on": starts_on, "ends_on": ends_on}


def runs(window):
    first, length = window
    return first <= 0 and (length is None or first + length >= 0)


class Chain:
    """A province with one county more, below a city, and an outlet beneath each."""

    def __init__(self):
        province = RegionFactory(code="P", level="province")
        city = RegionFactory(code="C", level="city", parent=province)
        # A code that begins like another must not be taken for its subtree.
        county = RegionFactory(code="CC", parent=province)
        self.regions = [province, city, county]
        self.outlets = [
            OutletFactory(code=f"O{n}", region=region)
            for n, region in enumerate([province, city, county, city])
        ]
        self.beneath = [{0, 1, 2, 3}, {1, 3}, {2}]
        self.agencies = AgencyFactory.create_batch(3)
        self.agencies[2].active = False
        self.agencies[2].save()


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    held=st.lists(grants, max_size=5, unique_by=lambda one: one[:3]),
    worked=st.lists(stints, max_size=3, unique_by=lambda one: one[0]),
    post=st.none() | posts,
    left=st.none() | st.integers(-2, 1),
    active=st.booleans() | st.just(value=True),
)
def test_sight_is_the_union_of_what_holds(held, worked, post, left, active):
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOON)
        chain = Chain()
        person = post and EmployeeFactory(
            post=post,
            left_on=None if left is None else TODAY + timedelta(days=left),
        )
        user = UserFactory(employee=person, is_active=active)
        grant_all(chain, user, held)
        for outlet, window in worked if person else ():
            AssignmentFactory(
                employee=person, outlet=chain.outlets[outlet], **days(window)
            )
        gone = not active or (person and left is not None and left < 0)
        expected = {power: set() for power in Power}
        agencies = set()
        if not gone:
            agencies = by_hand(chain, expected, held, worked, post)
        user = User.objects.get(pk=user.pk)
        compare(chain, user, expected)
        assert user.sight.agency_ids == agencies
        assert user.sight.employee_id == (person.pk if person and not gone else None)
        if not any(expected.values()):
            assert not user.sight.powers
            visible = set(Employee.objects.visible_to(user))
            assert visible == ({person} if person and not gone else set())
        transaction.set_rollback(True)


def grant_all(chain, user, held):
    seen = set()
    for role, scope, index, window in held:
        where = {
            Scope.EVERYTHING: {},
            Scope.REGION: {"region": chain.regions[index]},
            Scope.OUTLET: {"outlet": chain.outlets[index]},
            Scope.AGENCY: {"agency": chain.agencies[index]},
        }[scope]
        if scope is Scope.EVERYTHING and (role, scope) in seen:
            continue  # the same grant twice: the database refuses it
        seen.add((role, scope))
        RoleGrantFactory(user=user, role=role, **where, **days(window))


def by_hand(chain, expected, held, worked, post):
    """Fill what each power reaches, outlet by outlet; return the agencies."""
    agencies, seen = set(), set()
    for role, scope, index, window in held:
        if scope is Scope.EVERYTHING and (role, scope) in seen:
            continue
        seen.add((role, scope))
        if not runs(window):
            continue
        if scope is Scope.AGENCY:
            agencies |= {chain.agencies[index].pk} if index < 2 else set()
            continue
        outlets = {
            Scope.EVERYTHING: {0, 1, 2, 3},
            Scope.REGION: chain.beneath[index],
            Scope.OUTLET: {index},
        }[scope]
        for power in POWERS[role]:
            expected[power] |= outlets
    if post in ("store_manager", "supervisor"):
        for power in POWERS[Role(post)]:
            expected[power] |= {outlet for outlet, window in worked if runs(window)}
    return agencies


def compare(chain, user, expected):
    for power, outlets in expected.items():
        found = Outlet.objects.visible_to(user, power)
        assert {chain.outlets.index(outlet) for outlet in found} == outlets, power
        reach = user.sight.reach(power)
        covered = {
            index
            for index, outlet in enumerate(chain.outlets)
            if reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)
        }
        assert covered == outlets, power
        assert user.sight.may(power) is bool(outlets), power
