"""The person judged tries: to choose, to see in advance, to delete. She cannot.

She is a clerk, or the very manager who works a counter and keeps the records.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from evaluations.feedback import urls
from evaluations.feedback.addresses import counter_token, page_of_ticket
from evaluations.feedback.models import (
    CallBack,
    CounterStint,
    Rating,
    SetAside,
)
from evaluations.feedback.services.calls import record_attempt
from evaluations.feedback.services.calls_drawing import draw_outlet
from evaluations.feedback.services.counters import end_counter
from tests.evaluations.feedback.factories import RatingFactory
from tests.evaluations.feedback.test_customers import send, taps
from tests.evaluations.feedback.voices import MONDAY, Hall
from tests.staffing.people.factories import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    return Hall()


def by_lead(hall):
    """Return a client of the lead, who serves customers as well."""
    client = Client()
    client.force_login(hall.lead)
    return client


# --- Choosing ---


def test_nothing_that_a_pad_sends_says_whom_a_mark_is_about(hall):
    hall.visit("D001", hall.now - MINUTE)
    body = taps(5)
    body["taps"][0] |= {
        "employee": hall.other.pk,
        "employee_number": hall.other.number,
        "counter": str(uuid4()),
        "ticket_no": "D999",
        "outlet_code": "ELSEWHERE",
    }
    body["employee_number"] = hall.other.number
    assert send(hall.pad(), body).status_code == 200
    rating = Rating.objects.get()
    assert (rating.employee, rating.ticket_no) == (hall.clerk.employee, "D001")


def test_nothing_on_a_customers_page_says_whom_a_mark_is_about(hall):
    hall.visit("D001", hall.now - MINUTE)
    path = reverse("feedback:rate_counter", args=[counter_token(hall.counter)])
    extra = {"employee": hall.other.pk, "employee_number": hall.other.number}
    Client().post(path, {"key": uuid4(), "score": 1, **extra})
    assert Rating.objects.get().employee == hall.clerk.employee


@pytest.mark.parametrize("who", ["signed in", "on the tablet"])
def test_she_cannot_rate_herself_as_a_customer(hall, who):
    arrival = hall.visit("D001", hall.now - MINUTE)
    browser = Client() if who == "signed in" else hall.pad()
    if who == "signed in":
        browser.force_login(hall.clerk)
    counter = reverse("feedback:rate_counter", args=[counter_token(hall.counter)])
    for path in (counter, page_of_ticket(arrival)):
        assert browser.post(path, {"key": uuid4(), "score": 5}).status_code == 403
    assert not Rating.objects.exists()


def test_tapping_fives_after_a_customer_has_gone_counts_nothing(hall):
    hall.visit("D001", hall.now - MINUTE)
    assert send(hall.pad(), taps(1)).status_code == 200
    send(hall.pad(), taps(*[5] * 20))
    assert Rating.objects.get().score == 1
    assert SetAside.objects.count() == 20


def test_she_seats_nobody_at_a_counter_and_a_manager_not_herself(hall):
    path = reverse("feedback:counter", args=[hall.counter.uuid])
    clerk = Client()
    clerk.force_login(hall.clerk)
    own = {"what": "seat", "employee": hall.clerk.employee.number}
    assert clerk.post(path, own).status_code == 404
    by_lead(hall).post(path, own | {"employee": hall.lead.employee.number})
    assert not CounterStint.objects.exists()


def test_who_is_seated_later_takes_no_mark_that_was_given_before(hall):
    send(hall.pad(), taps(1))
    hall.sit(hall.other, hall.now - 60 * MINUTE)
    assert Rating.objects.get().employee is None


def test_she_does_not_draw_and_a_draw_takes_no_wish(hall):
    """No address draws: the clock does, under a seed of the outlet and the day."""
    names = {one.name for one in urls.urlpatterns}
    assert not [name for name in names if "draw" in name or "message" in name]
    visits = [hall.now - timedelta(days=1, minutes=n) for n in range(9)]
    for number, ended in enumerate(visits):
        hall.called_visit(f"D{number}", ended, f"1390000000{number}", by=hall.other)
    draw_outlet(hall.outlet, hall.now)
    first = set(CallBack.objects.values_list("ticket_no", flat=True))
    CallBack.objects.all().delete()
    CallBack._meta.get_field("draw").related_model.objects.all().delete()
    draw_outlet(hall.outlet, hall.now + 5 * MINUTE)
    assert set(CallBack.objects.values_list("ticket_no", flat=True)) == first


# --- Seeing in advance ---


def test_she_reads_a_mark_about_herself_a_day_later_whatever_she_may(hall):
    """The manager reads all others' marks at once, and her own as late as anybody."""
    late = hall.now - timedelta(hours=24, seconds=1)
    fresh = hall.now - timedelta(hours=23, minutes=59)
    for employee in (hall.lead.employee, hall.other):
        for at in (late, fresh):
            RatingFactory(outlet=hall.outlet, employee=employee, rated_at=at)
    seen = Rating.objects.visible_to(hall.lead)
    own = seen.filter(employee=hall.lead.employee)
    assert [one.rated_at for one in own] == [late]
    assert seen.filter(employee=hall.other).count() == 2
    page = by_lead(hall).get(reverse("feedback:list"))
    assert len(page.context["page"].rows) == 3


def test_nobody_sees_which_of_her_own_customers_will_be_called(hall):
    hall.called_visit(
        "D001", hall.now - timedelta(days=1), "13900001111", by=hall.lead.employee
    )
    draw_outlet(hall.outlet, hall.now)
    call = CallBack.objects.get()
    assert call.employee == hall.lead.employee
    client = by_lead(hall)
    assert "D001" not in client.get(reverse("feedback:calls")).content.decode()
    path = reverse("feedback:call", args=[call.uuid])
    assert client.get(path).status_code == 404
    said = {"key": uuid4(), "outcome": "reached", "mark": "5"}
    assert client.post(path, said).status_code == 404
    with pytest.raises(CallBack.DoesNotExist):
        record_attempt(
            call=call, key=uuid4(), outcome="declined", by=hall.lead, now=hall.now
        )
    colleague = AssignmentFactory(outlet=hall.outlet, employee__post="supervisor")
    other_lead = UserFactory(employee=colleague.employee)
    assert CallBack.objects.made_by(other_lead).filter(pk=call.pk).exists()


def test_the_pad_tells_nobody_how_it_was_used(hall):
    page = hall.pad().get(reverse("feedback:pad")).content.decode()
    send(hall.pad(), taps(1))
    again = hall.pad().get(reverse("feedback:pad")).content.decode()
    assert len(page) == len(again)


# --- Deleting ---


def test_no_address_deletes_or_changes_a_mark(hall):
    rating = RatingFactory(outlet=hall.outlet, employee=hall.lead.employee, score=1)
    client = by_lead(hall)
    for path in (
        reverse("feedback:rating", args=[rating.uuid]),
        reverse("feedback:list"),
    ):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(path).status_code == 405
    names = {key for key in get_resolver(urls).reverse_dict if isinstance(key, str)}
    assert not [name for name in names if "delete" in name or "remove" in name]
    rating.refresh_from_db()
    assert rating.score == 1


def test_ending_a_counter_keeps_its_marks(hall):
    hall.visit("D001", hall.now - MINUTE)
    send(hall.pad(), taps(1))
    end_counter(counter=hall.counter, by=hall.lead, now=hall.now)
    assert Rating.objects.get().score == 1
    assert Rating.objects.get().origin.counter == hall.counter


def test_a_call_with_its_mark_is_not_made_again(hall):
    hall.called_visit("D001", hall.now - timedelta(days=1), "13900001111")
    draw_outlet(hall.outlet, hall.now)
    path = reverse("feedback:call", args=[CallBack.objects.get().uuid])
    words = {"matter": "slow", "reason": "waiting", "subject": "manner"}
    low = {"key": uuid4(), "outcome": "reached", "mark": "1", **words}
    client = by_lead(hall)
    client.post(path, low)
    client.post(path, {"key": uuid4(), "outcome": "reached", "mark": "5"})
    client.post(path, {"key": uuid4(), "outcome": "declined"})
    assert Rating.objects.get().score == 1
