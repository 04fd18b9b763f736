"""This week's knowledge test at the demo's outlet: some have sat, some have not."""

from datetime import timedelta

from django.utils import timezone

from evaluations.knowledge.calendar import week_at
from evaluations.knowledge.models import Blueprint, Sitting, SittingQuestion
from evaluations.knowledge.notice_kinds import WAITS as TOLD
from evaluations.knowledge.rules.marking import FILL, ORDER
from evaluations.knowledge.services.marking import finish
from evaluations.knowledge.services.preparing import prepared
from evaluations.knowledge.services.taking import open_sitting
from evaluations.knowledge.services.telling import tell
from outlets.places.models import Outlet
from staffing.notices.models import Notice
from staffing.people.models import Assignment, User, day_at

POST = "clerk"
# Of the others every third has not sat yet, and every fifth answer is wrong.
WAITS, WRONG = 3, 5


def make_tests(*, home: Outlet, clerk: User) -> int:
    """Prepare the outlet's tests and take some; return how many were taken.

    The demo's own clerk has hers before her. Doing so twice takes nothing twice.
    """
    now = timezone.now()
    today, week = day_at(home, now), week_at(home, now)
    Blueprint.objects.filter(post=POST).update(active=True)
    plan = Blueprint.objects.get(post=POST)
    people = Assignment.objects.on(today).filter(outlet=home, employee__post=POST)
    Sitting.objects.bulk_create(
        (
            prepared(plan, employee_id, home.pk, week)
            for employee_id in sorted(set(people.values_list("employee", flat=True)))
        ),
        ignore_conflicts=True,
    )
    others = Sitting.objects.filter(outlet=home, week=week, state="prepared")
    taken = 0
    for number, sitting in enumerate(
        others.exclude(employee=clerk.employee_id).order_by("employee")
    ):
        if number % WAITS == 0:
            continue
        open_sitting(sitting, now - timedelta(minutes=9))
        _answer(sitting, number)
        finish(sitting, now)
        taken += 1
    tell(now)
    # A demo is looked at in the middle of the night as well.
    Notice.objects.filter(kind=TOLD, outlet=home).update(appears_at=now)
    return taken


def _answer(sitting: Sitting, number: int) -> None:
    questions = list(sitting.questions.select_related("version"))
    for question in questions:
        version = question.version
        given = list(version.answer)
        if version.kind == FILL:
            given = given[:1]
        elif version.kind == ORDER:
            given = [option.number for option in version.options]
        if (number + question.position) % WRONG:
            question.given, question.answered_at = given, sitting.started_at
    SittingQuestion.objects.bulk_update(questions, ["given", "answered_at"])
