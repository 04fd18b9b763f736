"""Who sees which places, people and entries. No role, no rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from evaluations.ledger.models import Entry
from evaluations.ledger.services import Line, put
from outlets.places.models import Outlet, Region
from outlets.places.sight import EVERYWHERE, NOWHERE, Power, Reach, Sight
from staffing.people.models import Assignment, Employee
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Two counties with an outlet each, and a judged person in each."""
    province = RegionFactory(code="GD", level="province")
    places = {}
    for code in ("NS", "FT"):
        county = RegionFactory(code=code, level="county", parent=province)
        outlet = OutletFactory(code=f"{code}1", region=county)
        person = EmployeeFactory(number=f"{code}-1")
        AssignmentFactory(employee=person, outlet=outlet)
        put(
            source="knowledge",
            lines=[
                Line(code, "knowledge", date(2026, 10, 5), person.pk, outlet.pk, 9, 10)
            ],
        )
        places[code] = outlet
    return places


def _codes(viewer):
    return {
        "outlets": set(
            Outlet.objects.visible_to(viewer).values_list("code", flat=True)
        ),
        "people": set(
            Employee.objects.visible_to(viewer).values_list("number", flat=True)
        ),
        "entries": set(
            Entry.objects.visible_to(viewer).values_list("source_id", flat=True)
        ),
    }


def test_no_role_no_rows(chain):
    assert _codes(UserFactory()) == {
        "outlets": set(),
        "people": set(),
        "entries": set(),
    }


def test_an_inactive_user_sees_nothing(chain):
    user = staff_user("store_manager", chain["NS"])
    RoleGrantFactory(user=user, role="operations")
    user.is_active = False
    assert _codes(user) == {"outlets": set(), "people": set(), "entries": set()}


def test_a_clerk_sees_herself_only(chain):
    person = Employee.objects.get(number="NS-1")
    seen = _codes(UserFactory(employee=person))
    assert seen == {"outlets": set(), "people": {"NS-1"}, "entries": {"NS"}}


@pytest.mark.parametrize("post", ["store_manager", "supervisor"])
def test_who_leads_an_outlet_sees_that_outlet(chain, post):
    lead = staff_user(post, chain["NS"], number="LEAD")
    assert _codes(lead) == {
        "outlets": {"NS1"},
        "people": {"NS-1", "LEAD"},
        "entries": {"NS"},
    }


def test_a_manager_who_moves_takes_her_sight_along_on_that_day(chain):
    today = timezone.localdate()
    manager = staff_user("store_manager", chain["NS"], number="LEAD")
    Assignment.objects.filter(employee=manager.employee).update(
        ends_on=today - timedelta(days=1)
    )
    AssignmentFactory(employee=manager.employee, outlet=chain["FT"], starts_on=today)
    assert _codes(manager) == {
        "outlets": {"FT1"},
        "people": {"FT-1", "LEAD"},
        "entries": {"FT"},
    }


def test_a_manager_who_has_left_sees_nothing(chain):
    manager = staff_user(
        "store_manager",
        chain["NS"],
        number="LEAD",
        left_on=timezone.localdate() - timedelta(days=1),
    )
    assert manager.sight == Sight()
    assert manager.roles == frozenset()
    assert _codes(manager) == {"outlets": set(), "people": set(), "entries": set()}


def test_a_regional_supervisor_sees_her_subtree(chain):
    user = granted_user("regional_supervisor", region=Region.objects.get(code="NS"))
    assert _codes(user) == {"outlets": {"NS1"}, "people": {"NS-1"}, "entries": {"NS"}}


@pytest.mark.parametrize("role", ["hr", "operations", "auditor"])
def test_roles_for_the_whole_chain_see_all_of_it(chain, role):
    assert _codes(granted_user(role)) == {
        "outlets": {"NS1", "FT1"},
        "people": {"NS-1", "FT-1"},
        "entries": {"NS", "FT"},
    }


def test_an_administrator_sees_the_registry_and_no_scores(chain):
    assert _codes(granted_user("administrator")) == {
        "outlets": {"NS1", "FT1"},
        "people": {"NS-1", "FT-1"},
        "entries": set(),
    }


def test_an_agency_sees_nothing_of_the_chain(chain):
    assert _codes(granted_user("agency")) == {
        "outlets": set(),
        "people": set(),
        "entries": set(),
    }


@pytest.mark.parametrize(
    "dates",
    [
        {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)},
        {"starts_on": date(2199, 1, 1)},
    ],
    ids=["over", "not yet"],
)
def test_a_grant_counts_between_its_dates_only(chain, dates):
    user = RoleGrantFactory(role="operations", **dates).user
    assert _codes(user)["outlets"] == set()


def test_several_roles_add_up(chain):
    user = granted_user("regional_supervisor", region=Region.objects.get(code="NS"))
    RoleGrantFactory(
        user=user, role="regional_supervisor", region=Region.objects.get(code="FT")
    )
    assert _codes(user)["outlets"] == {"NS1", "FT1"}


def test_a_reach_joined_with_everywhere_is_everywhere():
    assert (NOWHERE | EVERYWHERE).outlets() == EVERYWHERE.outlets()
    assert not NOWHERE
    assert Reach(outlet_ids=frozenset({3})).covers(outlet_id=3, region_path="GD/")
    assert not Reach(region_paths=frozenset({"GD/"})).covers(
        outlet_id=3, region_path="GX/"
    )


def test_an_auditor_may_change_nothing():
    sight = granted_user("auditor").sight
    changing = set(Power) - {
        Power.SEE_REGISTRY,
        Power.SEE_RECORDS,
        Power.SEE_RED_LINES,
        Power.SEE_FLOW,
        Power.SEE_REVIEWS,
        Power.SEE_UNRELEASED,
        Power.SEE_AWARDS,
        Power.SEE_ACCESS,
        Power.OVERSEE_PERSONAL_DATA,
        Power.SEE_HISTORY,
    }
    assert [power for power in changing if sight.may(power)] == []
