"""The pad's page and the pages behind QR codes: no sign-in, one mark, no staff."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.feedback.addresses import counter_token, page_of_ticket
from evaluations.feedback.models import Counter, Origin, Rating, SetAside
from evaluations.feedback.services.calls_drawing import forget_customers
from outlets.flow.desk.tokens import token_of
from tests.evaluations.feedback.voices import Hall, noon_zone

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall():
    now = timezone.now()
    return Hall(now, noon_zone(now))


@pytest.fixture
def by_counter(hall):
    return reverse("feedback:rate_counter", args=[counter_token(hall.counter)])


def rate(client, path, score=5, **given):
    return client.post(path, {"key": uuid4(), "score": score, **given})


def taps(*scores):
    now = timezone.now().isoformat()
    rows = [{"uuid": str(uuid4()), "score": s, "tapped_at": now} for s in scores]
    return {"sent_at": now, "taps": rows}


def send(client, body):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(reverse("feedback:taps"), text, content_type="application/json")


def test_the_pad_opens_on_a_bound_tablet_and_speaks_both_languages(hall):
    answer = hall.pad().get(reverse("feedback:pad"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("data-score=") == 5
    assert "How was our service today?" in page
    assert "您对我们今天的服务满意吗？" in page
    assert "csrftoken" in answer.cookies
    assert hall.clerk.employee.name not in page


def test_the_pad_opens_nowhere_else(hall):
    path = reverse("feedback:pad")
    assert Client().get(path).status_code == 403
    signed_in = hall.pad()
    signed_in.force_login(hall.clerk)
    assert signed_in.get(path).status_code == 409
    Counter.objects.update(device=None, bound_at=None)
    assert hall.pad().get(path).status_code == 403


def test_the_pad_sends_what_it_kept_and_is_told_of_each(hall):
    body = taps(4)
    pad = hall.pad()
    first, again = send(pad, body), send(pad, body)
    assert first.status_code == again.status_code == 200
    assert [one["result"] for one in first.json()["results"]] == ["accepted"]
    assert [one["result"] for one in again.json()["results"]] == ["known"]
    assert Rating.objects.get().score == 4


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"sent_at": "now", "taps": []}',
        json.dumps(taps(6)),
        json.dumps(taps(0)),
        json.dumps(taps(*[5] * 501)),
    ],
    ids=["no object", "no instant", "too high a mark", "too low a mark", "too many"],
)
def test_what_is_no_queue_of_marks_is_refused_whole(hall, body):
    assert send(hall.pad(), body).status_code == 400
    assert not Rating.objects.exists()


def test_only_a_bound_tablet_sends_marks_and_proves_its_page(hall):
    assert send(Client(), taps(5)).status_code == 401
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = hall.pad().cookies
    assert send(careful, taps(5)).status_code == 403
    Counter.objects.update(device=None, bound_at=None)
    assert send(hall.pad(), taps(5)).status_code == 409
    assert not Rating.objects.exists()


def test_a_customer_rates_at_a_counter_on_her_own_phone(hall, by_counter):
    hall.visit("D001", hall.now - MINUTE)
    phone = Client()
    assert phone.get(by_counter).status_code == 200
    answer = rate(phone, by_counter, 2, comment="等了很久")
    assert answer.status_code == 200
    rating = Rating.objects.get()
    assert (rating.channel, rating.score, rating.comment) == ("qr", 2, "等了很久")
    assert rating.employee == hall.clerk.employee
    assert rating.rater == ""
    assert len(rating.origin.phone_hash) == 64
    assert answer.cookies["rater"]["httponly"]


def test_one_phone_rates_one_outlet_once_in_a_while(hall, by_counter):
    phone = Client()
    hall.visit("D001", hall.now - 3 * MINUTE)
    rate(phone, by_counter, 5)
    second = hall.visit("D002", hall.now - MINUTE)
    answer = rate(phone, page_of_ticket(second), 5)
    assert answer.status_code == 200, "she is told no more than thanks"
    assert Rating.objects.count() == 1
    assert SetAside.objects.get().why == "phone"


def test_what_tells_a_phone_again_goes_when_its_rest_is_over(hall, by_counter):
    rate(Client(), by_counter)
    forget_customers(hall.now + timedelta(days=1))
    assert Origin.objects.get().phone_hash
    forget_customers(hall.now + timedelta(days=2))
    assert Origin.objects.get().phone_hash == ""


def test_the_same_form_sent_twice_counts_once(hall, by_counter):
    phone, key = Client(), uuid4()
    for _again in range(2):
        phone.post(by_counter, {"key": key, "score": 3})
    assert Rating.objects.count() == 1
    assert not SetAside.objects.exists()


def test_a_ticket_is_rated_once_whoever_holds_its_code(hall):
    path = page_of_ticket(hall.visit("D001", hall.now - MINUTE))
    rate(Client(), path, 1)
    rate(Client(), path, 5)
    send(hall.pad(), taps(5))
    assert Rating.objects.get().score == 1
    assert [one.why for one in SetAside.objects.all()] == ["rated", "rated"]


def test_a_ticket_is_rated_after_its_call_and_on_its_day(hall, monkeypatch):
    early = hall.event("D001", "arrive", hall.now - MINUTE, service="payment")
    page = Client().get(page_of_ticket(early))
    assert "Not served yet" in page.content.decode()
    rate(Client(), page_of_ticket(early))
    served = page_of_ticket(hall.visit("D002", hall.now - MINUTE))
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert rate(Client(), served).status_code == 410
    assert not Rating.objects.exists()


def test_the_page_of_a_finished_ticket_leads_to_its_mark(hall):
    arrival = hall.visit("D001", hall.now - MINUTE)
    page = Client().get(reverse("flow:ticket", args=[token_of(arrival)]))
    assert page_of_ticket(arrival) in page.content.decode()


def test_a_code_that_ended_or_was_made_up_opens_nothing(hall, by_counter):
    Counter.objects.update(device=None, bound_at=None, ended_at=hall.now)
    assert rate(Client(), by_counter).status_code == 410
    assert rate(Client(), by_counter[:-3] + "xx/").status_code == 404
    forged = reverse("feedback:rate_counter", args=[hall.counter.uuid.hex])
    assert rate(Client(), forged).status_code == 404
    assert not Rating.objects.exists()


def test_a_form_without_a_face_says_so_and_keeps_the_words(hall, by_counter):
    page = Client().post(by_counter, {"key": uuid4(), "comment": "慢"})
    text = page.content.decode()
    assert "Tap one of the faces" in text
    assert "慢</textarea>" in text
    assert not Rating.objects.exists()
