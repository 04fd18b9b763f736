from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from evaluations.knowledge.models import TestResult
from tests.evaluations.knowledge.factories import TestResultFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
URL = "/knowledge/"


@pytest.fixture
def outlet():
    return OutletFactory()


def user_as(role, outlet):
    if role == "nobody":
        return UserFactory()
    if role in ("clerk", "store_manager", "supervisor"):
        return staff_user(role, outlet)
    scope = {"region": outlet.region} if role == "regional_supervisor" else {}
    return granted_user(role, **scope)


@pytest.mark.parametrize(
    ("role", "own", "foreign"),
    [
        ("clerk", False, False),
        ("store_manager", True, False),
        ("supervisor", True, False),
        ("regional_supervisor", True, False),
        ("hr", True, True),
        ("operations", True, True),
        ("auditor", True, True),
        ("administrator", False, False),
        ("agency", False, False),
        ("nobody", False, False),
    ],
)
def test_each_role_sees_what_its_reach_allows(client, outlet, role, own, foreign):
    here, elsewhere = TestResultFactory(outlet=outlet), TestResultFactory()
    client.force_login(user_as(role, outlet))
    found = client.get(URL).context["page"].rows
    assert (here in found, elsewhere in found) == (own, foreign)
    for result, visible in ((here, own), (elsewhere, foreign)):
        response = client.get(reverse("knowledge:result", args=[result.uuid]))
        assert response.status_code == (200 if visible else 404)


def test_a_clerk_sees_her_own_results_only(client, outlet):
    clerk = staff_user("clerk", outlet)
    hers = TestResultFactory(outlet=outlet, employee=clerk.employee)
    TestResultFactory(outlet=outlet)
    client.force_login(clerk)
    assert client.get(URL).context["page"].rows == [hers]
    assert client.get(reverse("knowledge:result", args=[hers.uuid])).status_code == 200


def test_results_narrow_to_outlet_month_and_test(client, outlet):
    hit = TestResultFactory(outlet=outlet, test="T1")
    TestResultFactory(outlet=outlet, test="T2")
    TestResultFactory(outlet=outlet, test="T1", taken_on=date(2026, 9, 30))
    TestResultFactory(test="T1")
    client.force_login(granted_user("hr"))
    query = {"outlet": outlet.name, "month": "2026-10", "test": "t1"}
    assert client.get(URL, query).context["page"].rows == [hit]
    assert client.get(URL, {"month": "x"}).context["page"].rows == []


def test_the_list_costs_the_same_queries_for_1_and_20_rows(
    client, outlet, django_assert_num_queries
):
    client.force_login(granted_user("hr"))
    for count in (1, 19):
        for number in range(count):
            TestResultFactory(
                outlet=outlet, taken_on=date(2026, 10, 12) - timedelta(days=number)
            )
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(URL)


def test_an_empty_list_says_what_comes_next(client, outlet):
    client.force_login(staff_user("supervisor", outlet))
    page = client.get(URL).content.decode()
    assert "No test results yet" in page
    assert reverse("knowledge:add") in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("clerk", 403),
        ("hr", 403),
        ("auditor", 403),
        ("operations", 403),
        ("regional_supervisor", 403),
        ("nobody", 403),
        ("store_manager", 302),
        ("supervisor", 302),
    ],
)
def test_only_the_outlets_leads_record_results(client, outlet, role, status):
    clerk = AssignmentFactory(outlet=outlet).employee
    client.force_login(user_as(role, outlet))
    data = {
        "uuid": uuid4(),
        "employee": clerk.pk,
        "taken_on": "2024-10-07",
        "test": "T1",
        "score": "88.25",
    }
    assert client.post(reverse("knowledge:add"), data).status_code == status
    scores = list(TestResult.objects.values_list("score", flat=True))
    assert scores == ([8825] if status == 302 else [])


def test_a_refused_result_is_explained_on_the_form(client, outlet):
    clerk = AssignmentFactory(outlet=outlet, starts_on=date(2025, 1, 1)).employee
    client.force_login(staff_user("supervisor", outlet))
    data = {
        "uuid": uuid4(),
        "employee": clerk.pk,
        "taken_on": "2024-10-07",
        "test": "T1",
        "score": "88",
    }
    page = client.post(reverse("knowledge:add"), data)
    assert page.status_code == 200
    assert "was not assigned to your outlet" in page.content.decode()
    page = client.post(reverse("knowledge:add"), data | {"score": "101"})
    assert "score" in page.context["form"].errors


def test_strangers_are_sent_to_sign_in(client):
    for url in (URL, reverse("knowledge:add")):
        assert client.get(url)["Location"].startswith(reverse("accounts:sign_in"))
