"""From a customer's low mark to a bar, and back: nothing in between is done by hand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from evaluations.complaints.acting import Action
from evaluations.complaints.models import Case
from evaluations.complaints.services import act
from evaluations.feedback.models import CallBack
from evaluations.feedback.services.calls import record_attempt
from evaluations.feedback.services.calls_drawing import draw_calls
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.test_customers import send, taps
from tests.evaluations.feedback.voices import MONDAY, Hall
from tests.evaluations.rankings.factories import post_month, ranked
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


def standing(person):
    found = ranked("2026-11").standings.get(employee=person)
    return found.eligible, set(found.reasons)


def test_a_low_mark_leads_to_a_bar_and_overturned_she_returns(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    hall = Hall()
    clerk = hall.clerk.employee
    post_month(clerk, "2026-11", onsite=(20, 20), callback=(5, 5))
    post_month(hall.other, "2026-11", onsite=(20, 20), callback=(5, 5))
    before = standing(clerk)
    assert "attitude_complaint" not in before[1]

    # A customer is dissatisfied at the counter, and is drawn to be called.
    yesterday = MONDAY - timedelta(days=1)
    hall.called_visit("D001", yesterday, "13900001111")
    monkeypatch.setattr(timezone, "now", lambda: yesterday)
    send(hall.pad(), taps(1))
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    assert draw_calls(MONDAY) == 1
    record_attempt(
        call=CallBack.objects.get(),
        key=uuid4(),
        outcome="reached",
        mark=1,
        matter="She was shouted at.",
        reason="attitude",
        subject="manner",
        by=hall.lead,
        now=MONDAY,
    )
    case = Case.objects.get()
    assert case.employee == clerk

    # The region judges: upheld. She leaves the draft, and the draft says why.
    county = granted_user("regional_supervisor", region=hall.outlet.region)
    judge = {"case": case, "action": Action.JUDGE, "by": county}
    words = {"note": "two witnesses", "answer": "she says it was loud"}
    act(**judge, **words, verdict="upheld", key=uuid4())
    bars = Entry.objects.standing().filter(employee=clerk, kind="bar")
    assert set(bars.values_list("scope", flat=True)) == {"2026-11", "2026-Q4", "2026"}
    eligible, reasons = standing(clerk)
    assert not eligible
    assert "attitude_complaint" in reasons
    assert "attitude_complaint" not in standing(hall.other)[1]

    # Overturned: the bars are lifted, dated, and she is where she was.
    words["note"] = "the camera shows another counter"
    act(**judge, **words, verdict="not_upheld", key=uuid4())
    assert not Entry.objects.standing().filter(employee=clerk, kind="bar").exists()
    assert standing(clerk) == before
    reversals = Entry.objects.filter(employee=clerk, kind="bar").exclude(reverses=None)
    assert {one.by for one in reversals} == {county}
    # What the customer gave stays given.
    assert Entry.objects.standing().filter(component="callback", points=0).count() == 1
