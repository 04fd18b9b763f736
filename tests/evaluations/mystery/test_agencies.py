"""What an agency's people see and do: their own visits, and never who was judged."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from evaluations.ledger.models import Entry
from evaluations.mystery.models import Visit
from evaluations.mystery.services import (
    NotTheirAgency,
    VisitOnRecord,
    enter_visit,
    release_visit,
    settle,
)
from outlets.places.models import Outlet
from staffing.people.models import Employee
from tests.evaluations.mystery.factories import VisitFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db
URL = "/mystery/"


@pytest.fixture
def agency():
    return AgencyFactory(code="CLEAR", name="Clear Eyes")


@pytest.fixture
def shopper(agency):
    return granted_user("agency", agency=agency)


@pytest.fixture
def judged():
    outlet = OutletFactory(code="GZ1")
    person = EmployeeFactory(number="10023", name="Qiu Haitang")
    AssignmentFactory(employee=person, outlet=outlet)
    return person


def visit_page(visit):
    return reverse("mystery:visit", args=[visit.visit_no])


def test_she_sees_her_agencys_visits_before_and_after_release(client, agency, shopper):
    hers = [VisitFactory(agency=agency), VisitFactory(agency=agency, unreleased=True)]
    others = [VisitFactory(agency=AgencyFactory()), VisitFactory(agency=None)]
    client.force_login(shopper)
    assert set(client.get(URL).context["page"].rows) == set(hers)
    assert [client.get(visit_page(one)).status_code for one in hers] == [200, 200]
    assert [client.get(visit_page(one)).status_code for one in others] == [404, 404]


def test_she_never_learns_who_was_judged(client, agency, shopper, judged):
    visit = VisitFactory(agency=agency, employee=judged, badge="10023")
    outlets = VisitFactory(agency=agency, employee=None)
    client.force_login(shopper)
    for address in (URL, visit_page(visit), visit_page(outlets)):
        page = client.get(address).content.decode()
        assert "Haitang" not in page
        assert "10023" not in page
        assert escape("the outlet as a whole") not in page
    # Nor by narrowing the list to people.
    assert len(client.get(URL, {"employee": "10023"}).context["page"].rows) == 2


def test_she_sees_nothing_else(shopper, judged):
    assert not shopper.sight.powers
    assert not Employee.objects.visible_to(shopper).exists()
    assert not Outlet.objects.visible_to(shopper).exists()
    VisitFactory(agency=AgencyFactory(), employee=judged)
    settle(VisitFactory().date)
    assert not Entry.objects.visible_to(shopper).exists()


def test_an_agency_that_is_stopped_shows_its_people_nothing(client, agency, shopper):
    visit = VisitFactory(agency=agency)
    agency.active = False
    agency.save()
    client.force_login(shopper)
    assert client.get(URL).context["page"].rows == []
    assert client.get(visit_page(visit)).status_code == 404
    assert client.get(reverse("mystery:add")).status_code == 403


def form(**changes):
    return {
        "visit_no": "V-1",
        "outlet": "GZ1",
        "employee": "10023",
        "date": "2024-10-07",
        "agency": "CLEAR",
        "points": "37.5",
        "out_of": "40",
        "comment": "",
    } | changes


def test_she_enters_a_visit_and_cannot_release_it(client, agency, shopper, judged):
    client.force_login(shopper)
    answer = client.post(reverse("mystery:add"), form(), follow=True)
    assert "Haitang" not in answer.content.decode()
    visit = Visit.objects.get()
    assert (visit.agency, visit.employee, visit.badge) == (agency, judged, "10023")
    assert (visit.released_at, visit.entered_by) == (None, shopper)
    release = reverse("mystery:release", args=["V-1"])
    assert client.post(release).status_code == 403
    with pytest.raises(Visit.DoesNotExist):
        release_visit(visit_no="V-1", by=shopper)
    visit.refresh_from_db()
    assert visit.released_at is None


def test_a_badge_of_nobody_and_one_of_somebody_get_the_same_answer(client, shopper):
    client.force_login(shopper)
    OutletFactory(code="GZ1")
    EmployeeFactory(number="10023")
    for number, badge in enumerate(("10023", "99999")):
        sent = form(visit_no=f"V-{number}", employee=badge)
        answer = client.post(reverse("mystery:add"), sent)
        assert answer.status_code == 302
    found = Visit.objects.order_by("visit_no").values_list("badge", "employee__number")
    assert list(found) == [("10023", "10023"), ("99999", None)]
    client.force_login(granted_user("operations"))
    page = client.get("/mystery/visits/V-1/").content.decode()
    assert "nobody wears this number" in page


def test_sending_again_does_not_tell_whose_the_visit_became(agency, shopper, judged):
    outlet = OutletFactory()
    sent = {
        "visit_no": "V-1",
        "outlet": outlet,
        "date": VisitFactory().date,
        "agency": agency,
        "points": 1,
        "out_of": 1,
        "comment": "",
        "by": shopper,
    }
    first = enter_visit(**sent, employee=None, badge="77")
    Visit.objects.filter(pk=first.pk).update(employee=judged)  # put right later
    assert enter_visit(**sent, employee=None, badge="77").pk == first.pk
    with pytest.raises(VisitOnRecord):
        enter_visit(**sent, employee=judged, badge="10023")


def test_she_enters_nothing_for_another_agency(client, agency, shopper, judged):
    other = AgencyFactory(code="OTHER")
    client.force_login(shopper)
    page = client.post(reverse("mystery:add"), form(agency="OTHER"))
    assert "agency" in page.context["form"].errors
    for wrong in (other, None):
        with pytest.raises(NotTheirAgency):
            enter_visit(
                visit_no="V-1",
                outlet=OutletFactory(),
                employee=None,
                date=VisitFactory().date,
                agency=wrong,
                points=1,
                out_of=1,
                comment="",
                by=shopper,
            )
    assert not Visit.objects.filter(visit_no="V-1").exists()


def test_who_also_works_in_the_chain_sees_by_that_role_only(agency, judged):
    """A second role by a way around the services opens no more than it should."""
    both = granted_user("agency", agency=agency)
    RoleGrantFactory(user=both, role="auditor", outlet=OutletFactory())
    visit = VisitFactory(agency=agency, employee=judged)
    found = Visit.objects.visible_to(both).with_places().get()
    assert found == visit
    assert found.shows_employee(both) is False


def test_her_list_costs_the_same_queries_for_1_and_20_rows(
    client, agency, shopper, django_assert_num_queries
):
    client.force_login(shopper)
    for count in (1, 19):
        VisitFactory.create_batch(count, agency=agency)
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(URL)
