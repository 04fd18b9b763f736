"""Fifty people take their tests at the same moment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from evaluations.knowledge import models
from evaluations.knowledge.models import (
    AbsenceDecision,
    Sitting,
    SittingQuestion,
    TestResult,
)
from evaluations.knowledge.rules.weeks import week_of
from evaluations.knowledge.services.absences import settle_absences
from evaluations.knowledge.services.marking import close_overdue
from evaluations.knowledge.services.preparing import prepare_weeks
from evaluations.knowledge.services.results import settle
from evaluations.knowledge.services.taking import begin, save_answer, submit
from evaluations.knowledge.shipped import install
from evaluations.ledger.models import Entry
from tests.at_once import at_once
from tests.evaluations.knowledge.sitting import plan, shown
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 50
THREADS = 10


@pytest.fixture(autouse=True)
def _postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")
    install(vars(models))  # what another test of this kind has flushed


def _take(user):
    """Begin, answer every question rightly, and submit; each thing done twice."""
    for _again in range(2):
        sitting = begin(by=user)
    questions = SittingQuestion.objects.filter(sitting=sitting)
    for question in questions.select_related("version"):
        for right in (False, True):
            save_answer(
                sitting_uuid=sitting.uuid,
                position=question.position,
                shown=shown(question, right),
                by=user,
            )
    for _again in range(2):
        submit(sitting_uuid=sitting.uuid, by=user)


def test_fifty_people_at_once_lose_no_answer_and_each_is_scored_once():
    outlet = OutletFactory()
    users = [staff_user("clerk", outlet) for _ in range(PEOPLE)]
    plan()

    def several(some):
        return lambda: [_take(user) for user in some]

    at_work = [several(users[n::THREADS]) for n in range(THREADS)]
    preparing = lambda: prepare_weeks(timezone.now())  # noqa: E731
    assert at_once(*at_work, preparing, lambda: close_overdue(timezone.now())) == []
    assert not SittingQuestion.objects.exclude(right=True).exists()
    sittings = Sitting.objects.all()
    assert {s.deadline_at - s.started_at for s in sittings} == {timedelta(minutes=15)}
    assert TestResult.objects.filter(score=10000).count() == sittings.count() == PEOPLE
    today = timezone.localdate()
    assert at_once(lambda: settle(today), lambda: settle(today)) == []
    assert Entry.objects.filter(component="knowledge").count() == PEOPLE


def test_two_leads_excuse_the_same_people_at_once_and_the_ledger_says_it_once():
    outlet = OutletFactory()
    people = [staff_user("clerk", outlet).employee for _ in range(5)]
    plan()
    today = timezone.localdate()
    Sitting.objects.update(week=week_of(today) - timedelta(days=14))
    close_overdue(timezone.now())
    settle(today)
    uuids = list(Sitting.objects.values_list("uuid", flat=True))

    def excuse(key, lead):
        return lambda: settle_absences(
            key=key, sitting_uuids=uuids, excused=True, reason="Flood", by=lead
        )

    keys, leads = [uuid4(), uuid4()], [staff_user("supervisor", outlet) for _ in "ab"]
    acts = [excuse(*both) for both in zip(keys, leads, strict=True)] * 2
    assert at_once(*acts, lambda: settle(today)) == []
    entries = Entry.objects.filter(component="knowledge", employee__in=people)
    assert (entries.count(), entries.exclude(reverses=None).count()) == (10, 5)
    assert AbsenceDecision.objects.count() == 5


def test_two_windows_of_one_person_begin_one_test_with_one_deadline():
    user = staff_user("clerk")
    plan()
    assert at_once(*[lambda: begin(by=user)] * 4) == []
    sitting = Sitting.objects.get()
    assert sitting.questions.count() == 10
    assert at_once(*[lambda: submit(sitting_uuid=sitting.uuid, by=user)] * 4) == []
    assert TestResult.objects.get().score == 0
