"""Who holds a power at an outlet now, the nearest first."""

from datetime import date

import pytest
from django.db.models import Q

from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import (
    Holder,
    Recipient,
    holders,
    nearest,
    staff_at,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.notices.factories import AT
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet():
    city = RegionFactory(code="SZ", level="city")
    return OutletFactory(code="P1", region=RegionFactory(code="NS", parent=city))


def found(power, *outlets):
    told = Outlet.objects.filter(pk__in=[one.pk for one in outlets])
    return holders(power, list(told.select_related("region")), AT)


def test_posts_and_grants_reach_an_outlet_in_steps(outlet):
    manager = staff_user("store_manager", outlet)
    deputy = granted_user("store_manager", outlet=outlet)
    county = granted_user("regional_supervisor", region=outlet.region)
    city = granted_user("regional_supervisor", region=outlet.region.parent)
    staff_user("clerk", outlet)
    staff_user("store_manager")  # somewhere else
    told = found(Power.PUBLISH_ROSTERS, outlet)[outlet.pk]
    assert [(one.recipient, one.steps) for one in told] == [
        (Recipient.of(deputy), 0),
        (Recipient.of(manager), 0),
        (Recipient.of(county), 1),
        (Recipient.of(city), 2),
    ]


def test_who_holds_it_for_the_whole_chain_is_the_furthest(outlet):
    everywhere = granted_user("operations")
    told = found(Power.SEE_FLOW, outlet)[outlet.pk]
    assert told == [Holder(Recipient.of(everywhere), 3)]


def test_the_nearest_are_told_and_from_a_step_on_those_above():
    manager, county = Recipient(employee_id=1), Recipient(user_id=2)
    told = [Holder(manager, 0), Holder(county, 2)]
    assert nearest(told) == [manager]
    assert nearest(told, least_steps=1) == [county]
    assert nearest([]) == []


def test_no_role_no_notice(outlet):
    stopped = staff_user("store_manager", outlet)
    stopped.is_active = False
    stopped.save()
    staff_user("store_manager", outlet, left_on=date(2026, 3, 13))
    moved = staff_user("store_manager")
    AssignmentFactory(employee=moved.employee, outlet=outlet, ends_on=date(2026, 3, 13))
    AssignmentFactory(  # without an account
        employee=EmployeeFactory(post="store_manager"), outlet=outlet
    )
    RoleGrantFactory(role="store_manager", outlet=outlet, ends_on=date(2026, 3, 13))
    RoleGrantFactory(role="store_manager", outlet=outlet, user__is_active=False)
    granted_user("auditor")
    granted_user("agency")
    assert found(Power.RECORD, outlet) == {}


def test_many_outlets_cost_the_queries_of_one(outlet, django_assert_num_queries):
    outlets = [outlet]
    for count in (0, 10):
        outlets += [OutletFactory(region=outlet.region) for _n in range(count)]
        for one in outlets:
            staff_user("store_manager", one)
        granted_user("regional_supervisor", region=outlet.region)
        with django_assert_num_queries(2):
            holders(Power.PUBLISH_ROSTERS, outlets, AT)


def test_who_works_there_by_post(outlet):
    clerk = AssignmentFactory(outlet=outlet).employee
    lead = AssignmentFactory(outlet=outlet, employee__post="supervisor").employee
    AssignmentFactory(outlet=outlet, ends_on=date(2020, 1, 2))
    AssignmentFactory()
    here = Q(outlet=outlet)
    assert staff_at(here, [], AT) == {clerk.pk: outlet.pk, lead.pk: outlet.pk}
    assert staff_at(here, ["supervisor"], AT) == {lead.pk: outlet.pk}
