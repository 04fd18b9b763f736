from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from evaluations.complaints.models import CaseChange
from tests.evaluations.complaints.factories import CaseFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

# What pages say; the queries below them are asked on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
URL = "/complaints/"


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
    here, elsewhere = CaseFactory(outlet=outlet), CaseFactory()
    client.force_login(user_as(role, outlet))
    found = client.get(URL).context["page"].rows
    assert (here in found, elsewhere in found) == (own, foreign)
    for case, visible in ((here, own), (elsewhere, foreign)):
        response = client.get(reverse("complaints:case", args=[case.case_no]))
        assert response.status_code == (200 if visible else 404)


def test_a_clerk_sees_the_cases_about_herself_only(client, outlet):
    clerk = staff_user("clerk", outlet)
    hers = CaseFactory(outlet=outlet, employee=clerk.employee)
    CaseFactory(outlet=outlet)
    CaseFactory(outlet=outlet, employee=None)
    client.force_login(clerk)
    assert client.get(URL).context["page"].rows == [hers]


def test_the_customers_story_is_for_who_sees_the_outlets_records(client, outlet):
    clerk = staff_user("clerk", outlet)
    case = CaseFactory(
        outlet=outlet, employee=clerk.employee, category="waiting", summary="Mr Gu fell"
    )
    told = {}
    for user in (clerk, staff_user("store_manager", outlet), granted_user("hr")):
        client.force_login(user)
        page = client.get(reverse("complaints:case", args=[case.case_no]))
        text = page.content.decode()
        told[user] = ("waiting" in text, "Mr Gu fell" in text)
    assert list(told.values()) == [(True, False), (True, True), (True, True)]


def test_cases_narrow_to_outlet_month_and_state(client, outlet):
    hit = CaseFactory(outlet=outlet, closed=True)
    CaseFactory(outlet=outlet)
    CaseFactory(outlet=outlet, closed=True, on=date(2026, 9, 30))
    CaseFactory(closed=True)
    client.force_login(granted_user("hr"))
    query = {"outlet": outlet.code, "month": "2026-10", "state": "closed"}
    response = client.get(URL, query)
    assert response.context["page"].rows == [hit]
    figures = response.context["figures"]
    assert (figures.complaints, figures.days_median) == (1, 2.0)
    assert client.get(URL).context["figures"] is None
    assert client.get(URL, {"month": "x"}).context["page"].rows == []


def test_the_list_costs_the_same_queries_for_1_and_20_rows(
    client, outlet, django_assert_num_queries
):
    client.force_login(granted_user("hr"))
    for count in (1, 19):
        CaseFactory.create_batch(count, outlet=outlet)
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(URL)


def test_the_page_of_a_case_shows_what_was_changed_later(
    client, django_assert_num_queries
):
    case = CaseFactory(
        outlet=OutletFactory(timezone="America/New_York"), verdict="not_upheld"
    )
    client.force_login(granted_user("hr"))
    moment = datetime(2026, 10, 14, 2, 30, tzinfo=UTC)
    for _number in range(2):
        CaseChange.objects.create(case=case, field="verdict", old="", new="upheld")
        CaseChange.objects.create(
            case=case,
            field="closed_at",
            old=moment.isoformat(),
            new=(moment + timedelta(days=1)).isoformat(),
        )
    url = reverse("complaints:case", args=[case.case_no])
    with django_assert_num_queries(5):  # session, user, grants, case, changes
        page = client.get(url).content.decode()
    assert "<td>–</td><td>upheld</td>" in page
    assert "<td>2026-10-13 22:30</td><td>2026-10-14 22:30</td>" in page


def test_an_empty_list_says_where_cases_come_from(client, outlet):
    client.force_login(granted_user("hr"))
    assert "No complaints on record" in client.get(URL).content.decode()
    assert "No complaint fits" in client.get(f"{URL}?state=open").content.decode()


def test_strangers_are_sent_to_sign_in(client):
    case = CaseFactory()
    for url in (URL, reverse("complaints:case", args=[case.case_no])):
        assert client.get(url)["Location"].startswith(reverse("accounts:sign_in"))
