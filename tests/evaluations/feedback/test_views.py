from datetime import date, timedelta

import pytest
from django.urls import reverse

from evaluations.feedback.services.settling import settle
from evaluations.feedback.sources import entry_url
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.factories import (
    NOON,
    InvitationFactory,
    RatingFactory,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
LISTS = ("feedback:list", "feedback:invitations")


@pytest.fixture
def outlet():
    return OutletFactory()


def sees(client, user, url):
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return list(response.context["page"].rows)


WHO_SEES = [
    # role, sees the outlet's rows, sees rows of another outlet
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
]


def user_as(role, outlet):
    if role == "nobody":
        return UserFactory()
    if role in ("clerk", "store_manager", "supervisor"):
        return staff_user(role, outlet)
    scope = {"region": outlet.region} if role == "regional_supervisor" else {}
    return granted_user(role, **scope)


@pytest.mark.parametrize(("role", "own", "foreign"), WHO_SEES)
def test_each_role_sees_what_its_reach_allows(client, outlet, role, own, foreign):
    here, elsewhere = RatingFactory(outlet=outlet), RatingFactory()
    sent_here, sent_elsewhere = InvitationFactory(outlet=outlet), InvitationFactory()
    user = user_as(role, outlet)
    found = sees(client, user, reverse("feedback:list"))
    assert (here in found, elsewhere in found) == (own, foreign)
    found = sees(client, user, reverse("feedback:invitations"))
    assert (sent_here in found, sent_elsewhere in found) == (own, foreign)
    for rating, visible in ((here, own), (elsewhere, foreign)):
        response = client.get(reverse("feedback:rating", args=[rating.uuid]))
        assert response.status_code == (200 if visible else 404)


def test_a_clerk_sees_what_is_said_about_herself(client, outlet):
    clerk = staff_user("clerk", outlet)
    hers = RatingFactory(outlet=outlet, employee=clerk.employee, comment="so patient")
    RatingFactory(outlet=outlet)
    RatingFactory(outlet=outlet, employee=None)
    assert sees(client, clerk, reverse("feedback:list")) == [hers]
    page = client.get(reverse("feedback:rating", args=[hers.uuid]))
    assert "so patient" in page.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_strangers_are_sent_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:sign_in"))


def test_the_key_of_a_customer_is_shown_to_operations_only(client, outlet):
    rating = RatingFactory(outlet=outlet, rater="customer-4711")
    url = reverse("feedback:rating", args=[rating.uuid])
    for role, shown in (("store_manager", False), ("hr", False), ("operations", True)):
        client.force_login(user_as(role, outlet))
        assert ("customer-4711" in client.get(url).content.decode()) is shown


def test_lists_are_newest_first_and_turn_pages(client, outlet):
    ratings = [
        RatingFactory(outlet=outlet, rated_at=NOON + timedelta(minutes=minute))
        for minute in range(52)
    ]
    url = reverse("feedback:list")
    operations = granted_user("operations")
    assert sees(client, operations, url) == ratings[:1:-1]
    assert sees(client, operations, f"{url}?page=2") == [ratings[1], ratings[0]]
    assert sees(client, operations, f"{url}?page=3") == []
    assert len(sees(client, operations, f"{url}?page=x")) == 50


def test_lists_narrow_to_outlet_month_and_channel(client, outlet):
    october = RatingFactory(outlet=outlet, channel="qr")
    RatingFactory(outlet=outlet, rated_at=NOON - timedelta(days=20))
    RatingFactory(outlet=outlet, channel="sms")
    RatingFactory()
    url = reverse("feedback:list")
    query = f"{url}?outlet={outlet.code.lower()}&month=2026-10&channel=onsite"
    operations = granted_user("operations")
    assert sees(client, operations, query) == [october]
    figures = client.get(query).context["figures"]
    assert (figures.n, figures.satisfied) == (1, 1)
    assert sees(client, operations, f"{url}?month=October") == []


def test_the_figures_of_a_narrowed_list_are_shown(client, outlet):
    for score in (5, 4, 1):
        RatingFactory(outlet=outlet, score=score)
    client.force_login(granted_user("operations"))
    page = client.get(reverse("feedback:list"), {"outlet": outlet.code})
    assert "66.67 %" in page.content.decode()
    assert client.get(reverse("feedback:list")).context["figures"] is None


def test_an_entry_of_a_day_leads_to_its_ratings_and_no_others(client, outlet):
    clerk = staff_user("clerk", outlet).employee
    behind = {
        RatingFactory(outlet=outlet, employee=clerk),
        RatingFactory(outlet=outlet, employee=clerk, channel="qr"),
    }
    RatingFactory(outlet=outlet, employee=clerk, channel="sms")
    RatingFactory(outlet=outlet, employee=clerk, rated_at=NOON + timedelta(days=1))
    RatingFactory(employee=clerk)
    nobodys = RatingFactory(outlet=outlet, employee=None)
    settle(date(2026, 10, 15))
    hers = Entry.objects.get(component="onsite", employee=clerk, outlet=outlet)
    operations = granted_user("operations")
    assert set(sees(client, operations, entry_url(hers.source_id))) == behind
    outlets = Entry.objects.get(employee=None)
    assert sees(client, operations, entry_url(outlets.source_id)) == [nobodys]


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_queries_for_1_and_20_rows(
    client, outlet, name, django_assert_num_queries
):
    client.force_login(granted_user("operations"))
    for count in (1, 19):
        RatingFactory.create_batch(count, outlet=outlet)
        InvitationFactory.create_batch(count, outlet=outlet)
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(reverse(name))


def test_an_empty_list_says_what_comes_next(client, outlet):
    client.force_login(staff_user("supervisor", outlet))
    page = client.get(reverse("feedback:list")).content.decode()
    assert "No ratings yet" in page
