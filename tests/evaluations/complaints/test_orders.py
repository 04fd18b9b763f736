"""A supervision order from above, done in time, late, and checked."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.complaints.models import SupervisionOrder
from evaluations.complaints.order_acting import OrderAction
from evaluations.complaints.services.orders import (
    CaseElsewhere,
    DuePast,
    OrderMoved,
    act_on_order,
    escalate_orders,
    issue_order,
)
from evaluations.complaints.services.refusals import WordsMissing
from evaluations.ledger.models import Entry
from staffing.notices.models import Notice
from tests.evaluations.complaints.factories import CaseFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
DUE = date(2026, 10, 20)


@pytest.fixture
def city(regions):
    return granted_user("regional_supervisor", region=regions["city"])


@pytest.fixture
def province(regions):
    return granted_user("regional_supervisor", region=regions["province"])


@pytest.fixture
def order(clock, outlet, county, manager):
    return issued(county, outlet=outlet)


def issued(by, **given):
    usual = {"subject": "Signs", "words": "Put them up", "due_on": DUE}
    return issue_order(by=by, **{**usual, **given})


def act(order, action, by, **given):
    given.setdefault("note", "so it was")
    return act_on_order(order=order, action=OrderAction(action), by=by, **given)


def counts():
    """Return what stands in the ledger, as (day, points, out of, person)."""
    rows = Entry.objects.standing().filter(component="supervision_order")
    return [(e.on, e.points, e.out_of, e.employee_id) for e in rows]


def told(kind):
    rows = Notice.objects.filter(kind=kind).order_by("id")
    return [n.employee or n.user for n in rows]


def test_done_in_time_and_verified_it_counts_full_for_the_outlet_and_nobody_in_it(
    clock, order, manager, county
):
    assert told("supervision_order") == [manager.employee]
    act(order, "start", manager, note="")
    clock.turn("10-20T23:00")
    act(order, "report", manager)
    assert counts() == []
    clock.turn("10-25T09:00")
    row = act(order, "verify", county)
    assert (row.state, row.next_level_at) == ("verified", None)
    assert counts() == [(DUE, 10000, 10000, None)]


def test_reported_a_day_late_it_counts_half(clock, order, manager, county):
    clock.turn("10-21T00:00")
    act(order, "report", manager)
    act(order, "verify", county)
    assert counts() == [(DUE, 5000, 10000, None)]


def test_reopened_it_counts_half_on_its_new_last_day(clock, order, manager, county):
    act(order, "report", manager)
    act(order, "verify", county)
    act(order, "reopen", county, due_on=date(2026, 10, 30))
    assert counts() == []
    act(order, "report", manager)
    act(order, "verify", county)
    assert counts() == [(date(2026, 10, 30), 5000, 10000, None)]


def test_overdue_it_goes_up_a_level_a_day_each_once_and_counts_nothing(
    clock, order, manager, county, city, province, regions
):
    def up(text):
        clock.turn(text)
        escalate_orders(timezone.now())
        escalate_orders(timezone.now())
        return [step.region.code for step in order.steps.order_by("reached_at")]

    assert up("10-20T23:59") == []
    assert counts() == []
    assert up("10-21T00:00") == ["K"]
    assert counts() == [(DUE, 0, 10000, None)]
    assert up("10-22T00:00") == ["K", "C"]
    assert up("10-30T00:00") == ["K", "C", "P"]
    assert told("supervision_order_late") == [county, city, province]
    assert counts() == [(DUE, 0, 10000, None)]


def test_what_waits_to_be_checked_does_not_go_up(clock, order, manager):
    act(order, "report", manager)
    clock.turn("10-25T00:00")
    assert escalate_orders(timezone.now()) == 0
    assert order.steps.count() == 0


def test_more_time_holds_the_path_up_and_takes_the_nothing_back(clock, order, county):
    clock.turn("10-21T00:00")
    escalate_orders(timezone.now())
    act(order, "extend", county, due_on=date(2026, 10, 28))
    assert counts() == []
    clock.turn("10-27T00:00")
    assert escalate_orders(timezone.now()) == 0


def test_an_order_of_a_region_goes_past_it_and_counts_in_no_outlet(
    clock, regions, county, city, province
):
    order = issued(city, region=regions["county"])
    assert told("supervision_order") == [county]
    clock.turn("10-21T00:00")
    escalate_orders(timezone.now())
    assert [step.region.code for step in order.steps.all()] == ["C"]
    assert counts() == []
    act(order, "report", county)
    with pytest.raises(PermissionDenied):
        act(order, "verify", county)
    assert act(order, "verify", city).state == "verified"


@pytest.mark.parametrize("role", ["manager", "supervisor", "clerk"])
def test_nobody_orders_what_she_does_not_lead_from_above(
    clock, outlet, regions, role, request
):
    with pytest.raises(PermissionDenied):
        issued(request.getfixturevalue(role), outlet=outlet)
    assert SupervisionOrder.objects.count() == 0


def test_a_region_does_not_order_itself_or_its_neighbour(clock, county, regions):
    for place in ({"region": regions["county"]}, {"outlet": OutletFactory()}):
        with pytest.raises(PermissionDenied):
            issued(county, **place)


def test_an_order_is_due_tomorrow_at_the_earliest(clock, outlet, county):
    with pytest.raises(DuePast):
        issued(county, outlet=outlet, due_on=date(2026, 10, 12))
    assert issued(county, outlet=outlet, due_on=date(2026, 10, 13)).pk


def test_cases_behind_it_are_of_the_unit(clock, outlet, county):
    here, elsewhere = CaseFactory(outlet=outlet), CaseFactory()
    with pytest.raises(CaseElsewhere):
        issued(county, outlet=outlet, cases=[here, elsewhere])
    assert SupervisionOrder.objects.count() == 0
    assert list(issued(county, outlet=outlet, cases=[here]).cases.all()) == [here]


def test_the_same_form_twice_acts_once(clock, outlet, county, manager):
    key = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
    order = issued(county, outlet=outlet, key=key)
    assert issued(county, outlet=outlet, key=key) == order
    act(order, "report", manager, key=key)
    act(order, "report", manager, key=key)
    assert order.events.filter(kind="report").count() == 1


def test_refused_means_unchanged(clock, order, manager, county):
    with pytest.raises(OrderMoved):
        act(order, "verify", county)
    with pytest.raises(WordsMissing):
        act(order, "report", manager, note=" ")
    with pytest.raises(PermissionDenied):
        act(order, "extend", manager, due_on=date(2026, 12, 1))
    with pytest.raises(DuePast):
        act(order, "extend", county, due_on=date(2026, 10, 12))
    order.refresh_from_db()
    assert (order.state, order.due_on, order.events.count()) == ("issued", DUE, 1)


def test_orders_are_seen_by_the_unit_and_above_and_nobody_beside(
    clock, order, regions, outlet, manager, county, city, clerk
):
    of_region = issued(city, region=regions["county"])
    beside = staff_user("store_manager", OutletFactory())

    def seen(user):
        return set(SupervisionOrder.objects.visible_to(user))

    assert seen(manager) == {order}
    assert seen(county) == seen(city) == {order, of_region}
    assert seen(beside) == seen(clerk) == set()
