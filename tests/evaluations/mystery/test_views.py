from datetime import date, timedelta

import pytest
from django.urls import reverse

from evaluations.mystery.models import Visit
from tests.evaluations.mystery.factories import VisitFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    EmployeeFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
URL = "/mystery/"


@pytest.fixture
def outlet():
    return OutletFactory(code="GZ1")


def user_as(role, outlet):
    if role == "nobody":
        return UserFactory()
    if role in ("clerk", "store_manager", "supervisor"):
        return staff_user(role, outlet)
    scope = {"region": outlet.region} if role == "regional_supervisor" else {}
    return granted_user(role, **scope)


@pytest.mark.parametrize(
    ("role", "own", "foreign", "unreleased"),
    [
        ("clerk", False, False, False),
        ("store_manager", True, False, False),
        ("supervisor", True, False, False),
        ("regional_supervisor", True, False, True),
        ("hr", True, True, False),
        ("operations", True, True, True),
        ("auditor", True, True, True),
        ("administrator", False, False, False),
        ("agency", False, False, False),
        ("nobody", False, False, False),
    ],
)
def test_each_role_sees_what_it_may(client, outlet, role, own, foreign, unreleased):
    visits = {
        VisitFactory(outlet=outlet): own,
        VisitFactory(): foreign,
        VisitFactory(outlet=outlet, unreleased=True): unreleased,
    }
    client.force_login(user_as(role, outlet))
    found = client.get(URL).context["page"].rows
    for visit, visible in visits.items():
        assert (visit in found) is visible
        response = client.get(reverse("mystery:visit", args=[visit.visit_no]))
        assert response.status_code == (200 if visible else 404)


def test_a_clerk_sees_a_visit_to_herself_once_released(client, outlet):
    clerk = staff_user("clerk", outlet)
    hers = VisitFactory(outlet=outlet, employee=clerk.employee)
    hidden = VisitFactory(outlet=outlet, employee=clerk.employee, unreleased=True)
    VisitFactory(outlet=outlet)
    client.force_login(clerk)
    assert client.get(URL).context["page"].rows == [hers]
    url = reverse("mystery:visit", args=[hidden.visit_no])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("store_manager", False),
        ("regional_supervisor", False),
        ("hr", False),
        ("operations", True),
    ],
)
def test_who_assessed_is_never_shown_in_the_outlet_chain(client, outlet, role, shown):
    agency = AgencyFactory(name="Clear Eyes, Qiu Haitang")
    visit = VisitFactory(outlet=outlet, agency=agency)
    client.force_login(user_as(role, outlet))
    assert "Haitang" not in client.get(URL).content.decode()
    page = client.get(reverse("mystery:visit", args=[visit.visit_no]))
    assert ("Haitang" in page.content.decode()) is shown


def test_visits_narrow_to_outlet_and_month(client, outlet):
    hit = VisitFactory(outlet=outlet)
    VisitFactory(outlet=outlet, date=date(2026, 9, 30))
    VisitFactory()
    client.force_login(granted_user("hr"))
    query = {"outlet": outlet.code, "month": "2026-10"}
    assert client.get(URL, query).context["page"].rows == [hit]
    assert client.get(URL, {"month": "x"}).context["page"].rows == []


def test_the_list_costs_the_same_queries_for_1_and_20_rows(
    client, outlet, django_assert_num_queries
):
    client.force_login(granted_user("operations"))
    for count in (1, 19):
        for number in range(count):
            VisitFactory(outlet=outlet, date=date(2026, 10, 1) + timedelta(number))
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(URL)


def test_an_empty_list_says_what_comes_next(client, outlet):
    client.force_login(granted_user("operations"))
    page = client.get(URL).content.decode()
    assert "No visits yet" in page
    assert reverse("mystery:add") in page
    client.force_login(staff_user("store_manager", outlet))
    page = client.get(URL).content.decode()
    assert "No released visits yet" in page
    assert reverse("mystery:add") not in page


def form(**changes):
    return {
        "visit_no": "V-1",
        "outlet": "GZ1",
        "employee": "10023",
        "date": "2024-10-07",
        "agency": "",
        "points": "37.5",
        "out_of": "40",
        "comment": "",
    } | changes


@pytest.mark.parametrize(
    ("role", "enters", "releases"),
    [
        ("clerk", 403, 404),
        ("store_manager", 403, 404),
        ("supervisor", 403, 404),
        ("regional_supervisor", 403, 302),
        ("hr", 403, 404),
        ("auditor", 403, 403),  # may see it, and changes nothing
        ("administrator", 403, 404),
        ("nobody", 403, 404),
        ("operations", 302, 302),
    ],
)
def test_who_enters_and_who_releases_visits(client, outlet, role, enters, releases):
    EmployeeFactory(number="10023")
    client.force_login(user_as(role, outlet))
    assert client.post(reverse("mystery:add"), form()).status_code == enters
    assert Visit.objects.count() == (1 if enters == 302 else 0)
    released = VisitFactory(outlet=outlet, released_at=None)
    url = reverse("mystery:release", args=[released.visit_no])
    # Who may not see it does not learn that it is there.
    assert client.post(url).status_code == releases
    released.refresh_from_db()
    assert (released.released_at is not None) is (releases == 302)


def test_a_region_releases_no_visit_of_another(client, outlet):
    visit = VisitFactory(released_at=None)
    client.force_login(user_as("regional_supervisor", outlet))
    url = reverse("mystery:release", args=[visit.visit_no])
    assert client.post(url).status_code == 404
    visit.refresh_from_db()
    assert visit.released_at is None


def test_who_sees_a_released_visit_may_not_release_it(client, outlet):
    visit = VisitFactory(outlet=outlet)
    client.force_login(staff_user("store_manager", outlet))
    url = reverse("mystery:release", args=[visit.visit_no])
    assert client.post(url).status_code == 403
    assert client.get(url).status_code == 405


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outlet": "NO"}, "outlet"),
        ({"employee": "NO"}, "employee"),
        ({"points": "41"}, "points"),
        ({"out_of": "0"}, "out_of"),
        ({"visit_no": "a/b"}, "visit_no"),
        ({"date": "2999-01-01"}, "__all__"),
    ],
)
def test_a_refused_visit_is_explained_on_the_form(client, outlet, changes, field):
    EmployeeFactory(number="10023")
    client.force_login(granted_user("operations"))
    page = client.post(reverse("mystery:add"), form(**changes))
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert Visit.objects.count() == 0


def test_strangers_are_sent_to_sign_in(client):
    for url in (URL, reverse("mystery:add")):
        assert client.get(url)["Location"].startswith(reverse("accounts:sign_in"))
