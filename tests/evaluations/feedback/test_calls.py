"""Call-backs: drawn by lot, made in a window or flagged, counted once, followed up."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.complaints.models import Case
from evaluations.feedback.models import (
    CallAttempt,
    CallBack,
    CallDraw,
    CustomerNumber,
    Rating,
)
from evaluations.feedback.services.calls import record_attempt
from evaluations.feedback.services.calls_drawing import (
    differences,
    draw_calls,
    forget_customers,
)
from evaluations.feedback.services.refusals import (
    CallIsOver,
    CaseNeedsWords,
    MarkMissing,
)
from evaluations.feedback.services.settling import settle
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.voices import MONDAY, Hall

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def hall(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    return Hall()


def visits(hall, clerk, n, *, first=0, days_ago=1):
    for number in range(first, first + n):
        ended = hall.now - DAY * days_ago - timedelta(minutes=number)
        hall.called_visit(f"D{number:03}", ended, f"1390000{number:04}", by=clerk)


@pytest.fixture
def call(hall):
    visits(hall, hall.clerk.employee, 1)
    draw_calls(hall.now)
    return CallBack.objects.get()


def attempt(call, by, outcome="reached", now=MONDAY, **given):
    key = given.pop("key", None) or uuid4()
    return record_attempt(call=call, key=key, outcome=outcome, by=by, now=now, **given)


LOW = {"mark": 2, "matter": "rude", "reason": "attitude", "subject": "manner"}


def test_each_clerk_is_drawn_from_her_own_visits_of_the_last_seven_days(hall):
    visits(hall, hall.clerk.employee, 6)
    visits(hall, hall.other, 6, first=10, days_ago=7)
    visits(hall, hall.other, 3, first=20, days_ago=8)
    # Four days for calls are left in the month: two of five each.
    assert draw_calls(hall.now) == 4
    drawn = list(CallBack.objects.values_list("employee", flat=True))
    assert drawn.count(hall.clerk.employee_id) == drawn.count(hall.other.pk) == 2
    assert (
        min(CallBack.objects.values_list("on", flat=True))
        >= (hall.now - 7 * DAY).date()
    )
    assert draw_calls(hall.now + timedelta(hours=1)) == 0, "each day once"


def test_the_queue_is_drawn_on_its_days_and_not_before_its_hour(hall):
    visits(hall, hall.clerk.employee, 3)
    assert draw_calls(hall.now - timedelta(hours=2)) == 0
    assert draw_calls(hall.now + DAY) == 0  # a Tuesday
    assert draw_calls(hall.now + 2 * DAY) > 0


def test_no_visit_is_drawn_twice(hall):
    visits(hall, hall.clerk.employee, 4)
    for days in (0, 2, 4):
        draw_calls(hall.now + days * DAY)
    keys = list(CallBack.objects.values_list("on", "ticket_no"))
    assert len(keys) == len(set(keys)) == 4


def test_a_draw_can_be_made_again_and_shows_what_was_slipped_in(hall):
    visits(hall, hall.clerk.employee, 6)
    draw_calls(hall.now)
    draw = CallDraw.objects.get()
    assert differences(draw) == set()
    taken_out = CallBack.objects.first()
    key = f"{taken_out.on:%F}|{taken_out.ticket_no}"
    taken_out.delete()
    assert differences(draw) == {key}
    CallDraw.objects.update(seed="0" * 64)
    assert "seed" in differences(CallDraw.objects.get())


def test_a_mark_counts_once_in_the_ledger(hall, call):
    key = uuid4()
    for _again in range(2):
        attempt(call, hall.lead, mark=4, matter="quick", key=key)
    rating = Rating.objects.get()
    assert (rating.channel, rating.score, rating.uuid) == ("callback", 4, call.uuid)
    assert rating.recorded_by == hall.lead
    for _again in range(2):
        settle(hall.now.date())
    entry = Entry.objects.get(component="callback")
    assert (entry.employee, entry.points, entry.out_of) == (
        hall.clerk.employee,
        100,
        100,
    )
    call.refresh_from_db()
    assert (call.state, call.number, call.archive_month) == ("reached", "", "2026-11")
    assert call.case_no == ""


def test_a_low_mark_opens_one_case_about_who_served(hall, call):
    key = uuid4()
    for _again in range(2):
        attempt(call, hall.lead, key=key, **LOW)
    case = Case.objects.get()
    call.refresh_from_db()
    assert call.case_no == case.case_no
    assert (case.employee, case.kind, case.summary) == (
        hall.clerk.employee,
        "attitude",
        "rude",
    )
    assert (case.handling.owner, case.handling.phone_tail) == (hall.lead, "0000")


def test_a_low_mark_without_words_writes_nothing(hall, call):
    for lacking in ("matter", "reason", "subject"):
        with pytest.raises(CaseNeedsWords):
            attempt(call, hall.lead, **LOW | {lacking: ""})
    with pytest.raises(MarkMissing):
        attempt(call, hall.lead)
    assert not CallAttempt.objects.exists()
    assert not Case.objects.exists()


def test_three_tries_end_a_call_and_those_outside_the_windows_are_flagged(hall, call):
    times = [hall.now, hall.now + DAY, hall.now + 2 * DAY]
    for at in times:
        attempt(call, hall.lead, "no_answer", at)
    call.refresh_from_db()
    assert (call.state, call.number) == ("given_up", "")
    assert [one.in_window for one in call.attempts.all()] == [True, False, True]
    with pytest.raises(CallIsOver):
        attempt(call, hall.lead, mark=5)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("outcome", ["declined", "wrong_number"])
def test_who_declines_is_not_called_again(hall, call, outcome):
    assert attempt(call, hall.lead, outcome).state == "given_up"


def test_numbers_go_when_no_draw_can_take_them(hall, call):
    forget_customers(hall.now + 6 * DAY)
    assert CustomerNumber.objects.count() == 1
    forget_customers(hall.now + 9 * DAY)
    assert not CustomerNumber.objects.exists()


def test_the_queue_is_worked_through_on_one_page(hall, call, client):
    client.force_login(hall.lead)
    page = client.get(reverse("feedback:calls")).content.decode()
    assert call.ticket_no in page
    assert "13900000000" not in page
    fragment = {"headers": {"HX-Request": "true"}}
    path = reverse("feedback:call", args=[call.uuid])
    opened = client.get(path, **fragment).content.decode()
    assert "13900000000" in opened
    assert "<html" not in opened
    low = {"key": uuid4(), "outcome": "reached", "mark": "1"}
    refused = client.post(path, low, **fragment)
    assert refused["HX-Retarget"] == "#call"
    assert "opens a complaint" in refused.content.decode()
    words = {"matter": "rude", "reason": "attitude", "subject": "manner"}
    done = client.post(path, low | words, **fragment).content.decode()
    assert Case.objects.get().case_no in done
    assert "Nobody is to be called" in done


@pytest.mark.parametrize("role", ["clerk", "other lead"])
def test_nobody_else_makes_the_call(hall, call, client, role):
    client.force_login(hall.clerk if role == "clerk" else Hall().lead)
    path = reverse("feedback:call", args=[call.uuid])
    assert client.get(path).status_code == 404
    answer = client.post(path, {"key": uuid4(), "outcome": "no_answer"})
    assert answer.status_code == 404
    assert not CallAttempt.objects.exists()


def test_the_queue_costs_the_same_for_one_and_for_many(
    hall, client, django_assert_max_num_queries
):
    visits(hall, hall.clerk.employee, 8)
    visits(hall, hall.other, 8, first=20)
    for days in (0, 2, 4):
        draw_calls(hall.now + days * DAY)
    client.force_login(hall.lead)
    with django_assert_max_num_queries(25):
        client.get(reverse("feedback:calls"))
