"""Asking by SMS through a gateway that speaks HTTP, and the replies it hands on."""

import json
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from evaluations.feedback.gateway import signature
from evaluations.feedback.management.commands.fake_sms_gateway import FakeGateway
from evaluations.feedback.models import (
    CustomerNumber,
    Invitation,
    Message,
    Origin,
    Rating,
)
from evaluations.feedback.services.calls_drawing import wrong_messages
from evaluations.feedback.services.messages import (
    draw_messages,
    send_messages,
    take_reply,
)
from evaluations.feedback.services.settling import settle
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.voices import Hall
from tests.outlets.flow.factories import take

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECRET, TOKEN = "between-us-and-the-gateway", "lets-us-in"


@pytest.fixture
def gateway(settings):
    found = FakeGateway(port=0, replies_to="", secret=SECRET, token=TOKEN)
    settings.FEEDBACK_SMS_GATEWAY = found.address
    settings.FEEDBACK_SMS_SECRET, settings.FEEDBACK_SMS_TOKEN = SECRET, TOKEN
    settings.FEEDBACK_SMS_PERCENT = 100
    thread = threading.Thread(target=found.serve, daemon=True)
    thread.start()
    yield found
    found.close()
    thread.join()


@pytest.fixture
def hall(gateway):
    return Hall()


def asked(hall, number="D001", phone="13900001111", ended=None):
    hall.called_visit(number, ended or hall.now - 30 * MINUTE, phone)
    draw_messages(hall.now)
    send_messages(hall.now)
    return Message.objects.get(ticket_no=number)


def hand_on(client, said, *, secret=SECRET, at=None, path="feedback:replies"):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    at = str(int(time.time())) if at is None else at
    signed = f"t={at},v1={signature(secret, at, body)}"
    return client.post(
        reverse(path),
        body,
        content_type="application/json",
        headers={"X-Signature": signed},
    )


def test_one_message_per_ticket_goes_out_in_both_languages(hall, gateway):
    message = asked(hall)
    draw_messages(hall.now)
    send_messages(hall.now)
    [sent] = gateway.sent.values()
    assert (sent["key"], sent["to"]) == (str(message.uuid), "13900001111")
    assert "您对今天的服务是否满意" in sent["text"]
    assert "5A" in sent["text"]
    invitation = Invitation.objects.get()
    assert invitation.employee == hall.clerk.employee
    assert (invitation.uuid, invitation.sent_at) == (message.uuid, hall.now)
    assert (message.state, message.number) == ("sent", "")


def test_a_number_is_left_alone_for_its_rest(hall, gateway, settings):
    asked(hall)
    hall.called_visit("D002", hall.now - 20 * MINUTE, "13900001111")
    assert draw_messages(hall.now) == 0
    later = hall.now + settings.FEEDBACK_SMS_NUMBER_REST + MINUTE
    hall.called_visit("D003", later - 20 * MINUTE, "13900001111")
    assert draw_messages(later) == 1


def test_only_the_lot_decides_who_is_asked_and_it_can_be_drawn_again(
    hall, gateway, settings
):
    settings.FEEDBACK_SMS_PERCENT = 40
    for n in range(30):
        hall.called_visit(f"D{n:03}", hall.now - 30 * MINUTE, f"1390000{n:04}")
    drawn = draw_messages(hall.now)
    assert 3 < drawn < 22
    assert wrong_messages(hall.outlet, hall.now.date()) == []
    # Somebody slips one in that the lot has left out.
    left_out = CustomerNumber.objects.exclude(
        ticket_no__in=Message.objects.values("ticket_no")
    ).first()
    one = Message.objects.first()
    one.pk, one.uuid, one.ticket_no = None, uuid4(), left_out.ticket_no
    one.save()
    assert wrong_messages(hall.outlet, hall.now.date()) == [left_out.ticket_no]


def test_who_is_not_served_yet_or_just_now_is_not_asked(hall, gateway):
    hall.visit("D001", hall.now, over=False)
    CustomerNumber.objects.create(
        outlet=hall.outlet, on=hall.now.date(), ticket_no="D001", number="13900001111"
    )
    hall.called_visit("D002", hall.now - 2 * MINUTE, "13900002222")
    assert draw_messages(hall.now) == 0
    hall.event("D001", "finish", hall.now)
    assert draw_messages(hall.now + 15 * MINUTE) == 2


def test_nothing_goes_out_in_quiet_hours(hall, gateway):
    night = hall.now.replace(hour=20, minute=45)
    hall.called_visit("D001", night - 30 * MINUTE, "13900001111")
    draw_messages(night)
    assert send_messages(night) == 0
    morning = night + timedelta(hours=12, minutes=14)
    assert send_messages(morning) == 0
    assert send_messages(morning + MINUTE) == 1


def test_a_gateway_that_fails_is_tried_again_and_sends_once(hall, gateway):
    gateway.failing = 2
    message = asked(hall)
    assert (message.state, message.attempts) == ("waiting", 1)
    assert send_messages(hall.now) == 0, "not before its time"
    send_messages(hall.now + MINUTE)
    assert not Invitation.objects.exists()
    send_messages(hall.now + 10 * MINUTE)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 3)
    assert len(gateway.sent) == Invitation.objects.count() == 1


def test_a_refused_number_and_a_dead_gateway_end_without_an_invitation(
    hall, gateway, settings
):
    assert asked(hall, phone="nonsense").state == "failed"
    settings.FEEDBACK_SMS_GATEWAY = "http://127.0.0.1:9"
    message = asked(hall, "D002", "13900002222")
    for hours in range(1, 6):
        send_messages(hall.now.replace(hour=10) + timedelta(days=1, hours=hours))
    message.refresh_from_db()
    assert (message.state, message.number, message.attempts) == ("failed", "", 5)
    assert not Invitation.objects.exists()


def test_without_a_gateway_nothing_is_drawn(hall, gateway, settings):
    settings.FEEDBACK_SMS_GATEWAY = ""
    hall.called_visit("D001", hall.now - 30 * MINUTE, "13900001111")
    assert (draw_messages(hall.now), send_messages(hall.now)) == (0, 0)


def test_a_signed_reply_counts_once_beside_its_message(hall, client, monkeypatch):
    message = asked(hall)
    monkeypatch.setattr("django.utils.timezone.now", lambda: hall.now + MINUTE)
    said = {"key": str(message.uuid), "text": "2A"}
    assert hand_on(client, said).json() == {"result": "counted"}
    again = hand_on(client, said | {"text": "5"})
    assert again.json() == {"result": "known"}
    rating = Rating.objects.get()
    assert (rating.channel, rating.score) == ("sms", 2)
    assert rating.employee == hall.clerk.employee
    assert Origin.objects.get().asked_for_mark is True
    assert Invitation.objects.get().replied is True
    settle(hall.now.date())
    settle(hall.now.date())
    said = {
        one.component: (one.points, one.out_of)
        for one in Entry.objects.filter(employee=hall.clerk.employee)
    }
    assert said == {"sms_satisfaction": (0, 100), "sms_reply": (100, 100)}


def test_what_is_not_signed_by_the_gateway_just_now_is_refused(hall, client, settings):
    said = {"key": str(asked(hall).uuid), "text": "5"}
    old = str(int(time.time()) - 301)
    assert hand_on(client, said, secret="guessed").status_code == 403
    assert hand_on(client, said, at=old).status_code == 403
    assert hand_on(client, said, at="²").status_code == 403
    path = reverse("feedback:replies")
    assert client.post(path, said, content_type="application/json").status_code == 403
    settings.FEEDBACK_SMS_SECRET = ""
    assert hand_on(client, said, secret="").status_code == 403
    assert not Rating.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"key": "x", "text": "5"}', b'"5"'])
def test_a_signed_body_that_says_nothing_is_refused(gateway, client, body):
    assert hand_on(client, body).status_code == 400


def test_late_unreadable_and_strange_replies_count_nothing(hall, settings):
    message = asked(hall)
    late = hall.now + settings.FEEDBACK_SMS_REPLY_WITHIN + MINUTE
    assert take_reply(key=uuid4(), text="5", now=hall.now) == "unknown"
    assert take_reply(key=message.uuid, text="谢谢", now=hall.now) == "unreadable"
    assert take_reply(key=message.uuid, text="5", now=late) == "late"
    assert Invitation.objects.get().replied is None
    assert take_reply(key=message.uuid, text="4", now=hall.now) == "counted"


def test_numbers_come_from_the_business_system_once_per_ticket(hall):
    row = {
        "outlet_code": hall.outlet.code,
        "date": "2026-11-23",
        "ticket_no": "D009",
        "number": "139 0000-9999",
    }
    assert take("customer_numbers", [row]).taken
    assert take("customer_numbers", [row]).taken
    assert CustomerNumber.objects.get().number == "13900009999"
    refused = take("customer_numbers", [row | {"ticket_no": "D010", "number": "12"}])
    assert not refused.taken
