"""People and their assignments, changed one at a time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.people.models import Assignment, Employee
from staffing.people.services.employees import (
    AlreadyAssigned,
    EndsBeforeItStarts,
    LaterAssignment,
    LeftBeforeHired,
    NumberTaken,
    add_employee,
    assign,
    change_employee,
    end_assignment,
    transfer,
)
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
START, MOVE = date(2026, 1, 1), date(2026, 3, 15)


@pytest.fixture
def by():
    return granted_user("hr")


@pytest.fixture
def person():
    stint = AssignmentFactory(
        employee__number="10023", outlet__code="GZ1", starts_on=START
    )
    return stint.employee


def stints(person):
    rows = person.assignments.order_by("starts_on", "outlet__code")
    return list(rows.values_list("outlet__code", "starts_on", "ends_on"))


def add(by, **changes):
    values = {
        "number": "10099",
        "name": "Zhao Min",
        "gender": "F",
        "post": "clerk",
        "contract": "regular",
        "hired_on": START,
        "outlet": None,
        "starts_on": None,
    }
    return add_employee(**(values | changes), by=by)


def change(by, person, **changes):
    values = {
        "name": person.name,
        "gender": person.gender,
        "post": person.post,
        "contract": person.contract,
        "hired_on": person.hired_on,
        "left_on": person.left_on,
    }
    return change_employee(number=person.number, **(values | changes), by=by)


def test_add_employee_with_her_outlet(by):
    made = add(by, outlet=OutletFactory(code="GZ1"), starts_on=START)
    assert stints(made) == [("GZ1", START, None)]
    with pytest.raises(NumberTaken, match="10099"):
        add(by)
    assert Employee.objects.get(number="10099").name == "Zhao Min"


def test_change_employee_keeps_number_and_assignments(by, person):
    change(by, person, name="Zhao Minmin", post="supervisor")
    person.refresh_from_db()
    assert (person.name, person.post, person.number) == (
        "Zhao Minmin",
        "supervisor",
        "10023",
    )
    with pytest.raises(LeftBeforeHired):
        change(by, person, hired_on=MOVE, left_on=START)
    assert stints(person) == [("GZ1", START, None)]


def test_transfer_ends_the_old_assignment_the_day_before(by, person):
    new = OutletFactory(code="GZ2")
    transfer(number="10023", outlet=new, on=MOVE, by=by)
    moved = [("GZ1", START, date(2026, 3, 14)), ("GZ2", MOVE, None)]
    assert stints(person) == moved
    transfer(number="10023", outlet=new, on=MOVE, by=by)  # sent twice
    assert stints(person) == moved


def test_transfer_ends_every_assignment_that_runs(by, person):
    AssignmentFactory(employee=person, outlet__code="GZ0", starts_on=START)
    transfer(number="10023", outlet=OutletFactory(code="GZ2"), on=MOVE, by=by)
    day_before = date(2026, 3, 14)
    assert stints(person) == [
        ("GZ0", START, day_before),
        ("GZ1", START, day_before),
        ("GZ2", MOVE, None),
    ]


def test_transfer_refuses_the_same_outlet_and_what_is_planned_later(by, person):
    outlet = person.assignments.get().outlet
    with pytest.raises(AlreadyAssigned):
        transfer(number="10023", outlet=outlet, on=MOVE, by=by)
    with pytest.raises(LaterAssignment, match="2026-01-01"):
        transfer(number="10023", outlet=OutletFactory(), on=START, by=by)
    assert stints(person) == [("GZ1", START, None)]


def test_assign_lets_her_work_at_two_outlets(by, person):
    second = OutletFactory(code="GZ2")
    assign(number="10023", outlet=second, starts_on=MOVE, ends_on=None, by=by)
    assert stints(person) == [("GZ1", START, None), ("GZ2", MOVE, None)]
    with pytest.raises(AlreadyAssigned):
        assign(number="10023", outlet=second, starts_on=START, ends_on=MOVE, by=by)
    with pytest.raises(EndsBeforeItStarts):
        assign(
            number="10023", outlet=OutletFactory(), starts_on=MOVE, ends_on=START, by=by
        )
    assign(
        number="10023",
        outlet=second,
        starts_on=START,
        ends_on=MOVE - timedelta(days=1),
        by=by,
    )
    assert person.assignments.count() == 3


def test_end_assignment_sets_its_last_day(by, person):
    ended = {"number": "10023", "outlet_code": "GZ1", "starts_on": START, "by": by}
    end_assignment(**ended, ends_on=MOVE)
    with pytest.raises(EndsBeforeItStarts):
        end_assignment(**ended, ends_on=START - timedelta(days=1))
    assert stints(person) == [("GZ1", START, MOVE)]


@pytest.mark.parametrize("role", ["operations", "auditor"])
def test_only_who_manages_people_changes_them(role, person):
    other = granted_user(role)
    outlet = OutletFactory()
    for refused in (
        lambda: add(other),
        lambda: change(other, person, name="X"),
        lambda: transfer(number="10023", outlet=outlet, on=MOVE, by=other),
        lambda: assign(
            number="10023", outlet=outlet, starts_on=MOVE, ends_on=None, by=other
        ),
    ):
        with pytest.raises(Employee.DoesNotExist):
            refused()
    assert stints(person) == [("GZ1", START, None)]
    assert Employee.objects.count() == 1


def test_nobody_changes_her_own_post_or_place(person):
    """A post gives powers, and a power is never given to oneself."""
    herself = UserFactory(employee=person)
    RoleGrantFactory(user=herself, role="hr")
    with pytest.raises(Employee.DoesNotExist):
        change(herself, person, post="store_manager")
    with pytest.raises(Employee.DoesNotExist):
        transfer(number="10023", outlet=OutletFactory(), on=MOVE, by=herself)
    person.refresh_from_db()
    assert (person.post, stints(person)) == ("clerk", [("GZ1", START, None)])


# The pages


def rows(client, **query):
    page = client.get(reverse("people:list"), query).context["page"]
    return [one.number for one in page.rows]


def test_people_are_found_by_number_name_place_post_and_state(client, by):
    county = RegionFactory(code="NS")
    here = OutletFactory(code="NS1", name="Panyu", region=county)
    gone = timezone.localdate() - timedelta(days=1)
    for number, name, post, outlet, left_on in (
        ("10023", "Qiu Haitang", "clerk", here, None),
        ("10024", "Zhao Min", "supervisor", OutletFactory(code="FT1"), None),
        ("20001", "Wu Lan", "clerk", None, None),
        ("20002", "Xu Haibo", "clerk", here, gone),
    ):
        one = EmployeeFactory(number=number, name=name, post=post, left_on=left_on)
        if outlet is not None:
            AssignmentFactory(employee=one, outlet=outlet)
    client.force_login(by)
    assert rows(client) == ["10023", "10024", "20001"]
    assert rows(client, q="1002") == ["10023", "10024"]
    assert rows(client, q="0023") == []
    assert rows(client, q="hai", state="all") == ["10023", "20002"]
    assert rows(client, outlet="ns1") == ["10023"]
    assert rows(client, outlet="Pany") == ["10023"]
    assert rows(client, region="NS") == ["10023"]
    assert rows(client, region="XX") == []
    assert rows(client, post="supervisor") == ["10024"]
    assert rows(client, state="unassigned") == ["20001"]
    assert rows(client, state="left") == ["20002"]
    assert rows(client, state="strange") == []


def test_a_store_manager_reads_her_people_and_changes_nothing(client):
    here = OutletFactory(code="GZ1")
    manager = staff_user("store_manager", here, number="LEAD")
    hers = EmployeeFactory(number="10023", contract="labour_service", gender="F")
    AssignmentFactory(employee=hers, outlet__code="OLD", ends_on=date(2024, 12, 31))
    AssignmentFactory(employee=hers, outlet=here, starts_on=date(2025, 1, 1))
    AssignmentFactory(employee__number="99999")
    client.force_login(manager)
    assert rows(client) == ["10023", "LEAD"]
    page = client.get(reverse("people:person", args=["10023"]))
    shown = page.content.decode()
    assert [stint.outlet.code for stint in page.context["stints"]] == ["GZ1"]
    assert "OLD" not in shown
    assert "labour service" not in shown
    assert reverse("people:edit", args=["10023"]) not in shown
    before = stints(hers)
    for name in ("edit", "transfer", "assign"):
        address = reverse(f"people:{name}", args=["10023"])
        assert client.post(address, {"outlet": "GZ1"}).status_code == 403
    foreign = reverse("people:person", args=["99999"])
    assert client.get(foreign).status_code == 404
    assert stints(hers) == before


def test_the_page_moves_a_person(client, by, person):
    OutletFactory(code="GZ2")
    client.force_login(by)
    address = reverse("people:transfer", args=["10023"])
    refused = client.post(address, {"outlet": "NO", "on": "2026-03-15"})
    assert "outlet" in refused.context["form"].errors
    client.post(address, {"outlet": "GZ2", "on": "2026-03-15"})
    assert stints(person) == [
        ("GZ1", START, date(2026, 3, 14)),
        ("GZ2", MOVE, None),
    ]
    ending = reverse("people:assignment_end", args=["10023", "GZ2", MOVE])
    client.post(ending, {"ends_on": "2026-12-31"})
    assert stints(person)[-1] == ("GZ2", MOVE, date(2026, 12, 31))
    assert client.get(ending.replace("2026-03-15", "2026-13-15")).status_code == 404


def test_the_page_adds_a_person(client, by):
    OutletFactory(code="GZ1")
    client.force_login(by)
    sent = {"number": "10099", "name": "Wu Lan", "post": "clerk", "outlet": "GZ1"}
    client.post(reverse("people:add"), sent | {"hired_on": "2026-03-15"})
    made = Employee.objects.get(number="10099")
    assert stints(made) == [("GZ1", MOVE, None)]
    again = client.post(reverse("people:add"), sent)
    assert "10099" in str(again.context["form"].errors)
    assert Assignment.objects.count() == 1


def test_the_list_costs_the_same_queries_for_1_and_20_people(
    client, by, django_assert_num_queries
):
    client.force_login(by)
    outlet = OutletFactory()
    for count in (1, 19):
        AssignmentFactory.create_batch(count, outlet=outlet)
        with django_assert_num_queries(5):  # session, user, grants, people, places
            client.get(reverse("people:list"))
