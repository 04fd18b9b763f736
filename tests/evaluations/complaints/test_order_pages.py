"""What the pages of orders, meetings and days say, and to whom."""

from datetime import date

import pytest

from evaluations.complaints.models import ComplaintMeeting, SupervisionOrder
from tests.evaluations.complaints.factories import CaseFactory
from tests.evaluations.complaints.test_orders import issued

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
URL = "/complaints/"
KEY = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
OTHER_KEY = "6a1b9c7d-5d0b-4c3c-9d0e-0c5a1f4e2f11"


def test_an_order_is_issued_for_a_meeting_and_followed_to_its_check(
    client, clock, outlet, county, manager
):
    clock.turn("11-05T10:00")
    case = CaseFactory(outlet=outlet)
    client.force_login(county)
    given = {
        "key": KEY,
        "unit": "HALL",
        "subject": "Signs",
        "words": "Put them up",
        "cases": case.case_no,
        "due_on": "2026-11-20",
    }
    client.post(f"{URL}orders/new/?region=K&month=2026-10", given)
    order = SupervisionOrder.objects.get()
    assert (order.outlet, order.meeting.month) == (outlet, date(2026, 10, 1))
    client.force_login(manager)
    page = f"{URL}orders/{order.order_no}/"
    assert "Report it done" in client.get(page).text
    client.post(f"{page}report/", {"report-key": KEY, "report-note": "They hang"})
    assert "Verify it" not in client.get(page).text
    client.force_login(county)
    assert "Verify it" in client.get(page).text
    client.post(f"{page}verify/", {"verify-key": OTHER_KEY, "verify-note": "Seen"})
    assert "100 of 100" in client.get(page).text
    assert "verified" in client.get(f"{URL}meetings/K/2026-10/").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("unit", "NOWHERE", "There is no unit with this code."),
        ("unit", "K", "You do not lead above this unit"),
        ("cases", "GONE", "There is no case “GONE”."),
        ("due_on", "2026-10-12", "The last day has to lie ahead."),
    ],
)
def test_a_wrong_order_is_refused_with_a_word(
    client, clock, outlet, county, field, value, says
):
    client.force_login(county)
    given = {
        "key": KEY,
        "unit": "HALL",
        "subject": "Signs",
        "words": "Put them up",
        "due_on": "2026-11-20",
        field: value,
    }
    assert says in client.post(f"{URL}orders/new/", given).text
    assert SupervisionOrder.objects.count() == 0


def test_a_pack_is_held_on_its_page_and_stays(client, clock, outlet, county):
    clock.turn("11-05T10:00")
    CaseFactory(outlet=outlet)
    client.force_login(county)
    page = f"{URL}meetings/K/2026-10/"
    assert "freeze the pack" in client.get(page).text
    client.post(page, {"minutes": "Chaired by the head"})
    meeting = ComplaintMeeting.objects.get()
    text = client.get(page).text
    assert "What stands here is what was shown then." in text
    assert meeting.digest[:12] in text
    assert "freeze the pack" not in text


def test_a_pack_leaves_as_a_file_without_formulas(client, clock, outlet, county):
    CaseFactory(outlet=outlet, category="=1+1")
    client.force_login(county)
    answer = client.get(f"{URL}meetings/K/2026-10/?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "In all,2026-10,complaints,1" in text
    assert "'=1+1" in text


def test_a_store_manager_reads_no_pack_and_no_day_of_the_region(client, clock, manager):
    client.force_login(manager)
    for page, status in (
        ("meetings/", 403),
        ("meetings/K/2026-10/", 404),
        ("days/K/2026-10-11/", 404),
    ):
        assert client.get(f"{URL}{page}").status_code == status


@pytest.mark.parametrize(
    "page",
    [
        "meetings/K/2026-Q4/",
        "meetings/K/2026-11/",
        "meetings/K/x/",
        "meetings/C/2026-10/",
        "days/K/2026-10-13/",
        "days/K/x/",
    ],
)
def test_what_is_no_month_or_day_or_lies_ahead_or_above_is_not_there(
    client, clock, county, page
):
    client.force_login(county)
    assert client.get(f"{URL}{page}").status_code == 404


def test_a_day_says_what_came_in(client, clock, outlet, county):
    CaseFactory(outlet=outlet)
    client.force_login(county)
    answer = client.get(f"{URL}days/K/2026-10-12/")
    assert (answer.context["report"].received, answer.context["today"]) == (1, True)
    assert "too few weeks are known" in answer.text


def test_the_list_of_orders_costs_the_same_for_one_and_for_many(
    client, clock, outlet, county, django_assert_num_queries
):
    issued(county, outlet=outlet)
    client.force_login(county)
    with django_assert_num_queries(4):
        client.get(f"{URL}orders/")
    for _n in range(10):
        issued(county, outlet=outlet)
    with django_assert_num_queries(4):
        assert client.get(f"{URL}orders/?state=open").status_code == 200
