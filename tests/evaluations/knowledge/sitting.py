"""People who sit tests, and a clock that stands where a test puts it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from evaluations.knowledge.models import Blueprint, SittingQuestion
from evaluations.knowledge.services.preparing import prepare_weeks
from evaluations.knowledge.services.taking import save_answer

MONDAY = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai
WEEK = MONDAY.date()
QUESTIONS = {
    "grooming": 1,
    "conduct": 2,
    "environment": 1,
    "complaints": 2,
    "red_lines": 2,
    "customer_flow": 2,
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self, monkeypatch, now=MONDAY):
        self.now = now
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def pass_by(self, **more):
        self.now += timedelta(**more)


def plan(post="clerk", **changes):
    """Switch the test of a post on and prepare this week's."""
    values = {"active": True, "minutes": 15, "attempts": 1, "pass_mark": 80}
    values["questions"] = QUESTIONS
    Blueprint.objects.update_or_create(post=post, defaults={**values, **changes})
    return prepare_weeks(timezone.now())


def shown(question, right=True):
    """Return what a person picks on the page to be right, or wrong."""
    version = question.version
    if version.kind == "fill":
        return [version.answer[0] if right else "nothing of the sort"]
    wanted = version.answer
    if version.kind == "order":
        wanted = [str(n) for n in range(1, len(version.options_en) + 1)]
        wanted = wanted if right else wanted[::-1]
    elif not right:
        numbers = [n for n in question.options if n not in wanted]
        wanted = numbers[:1] or question.options[:1]
    return [str(question.options.index(number) + 1) for number in wanted]


def answer_all(sitting, by, right=True, leave_out=()):
    questions = SittingQuestion.objects.filter(sitting=sitting)
    for question in questions.select_related("version"):
        if question.position not in leave_out:
            save_answer(
                sitting_uuid=sitting.uuid,
                position=question.position,
                shown=shown(question, right),
                by=by,
            )
