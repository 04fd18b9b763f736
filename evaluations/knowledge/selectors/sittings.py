"""What the pages of a test show: nothing right or wrong before it is submitted."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from evaluations.knowledge.calendar import weeks_near
from evaluations.knowledge.models import (
    QuestionKind,
    Sitting,
    SittingQuestion,
    SittingState,
)
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class Shown:
    """One option at its place on the page; `at` is the place it was given, or ""."""

    place: str
    text: str
    chosen: bool
    at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as its reader meets it."""

    question: SittingQuestion
    options: list[Shown]

    @property
    def text_given(self) -> str:
        given = self.question.given
        return given[0] if given else ""

    @property
    def given_in_words(self) -> str:
        return self.question.version.in_words(self.question.given)


def asked(sitting: Sitting, by: User) -> list[Asked]:
    """Return the questions of one's own sitting, in order."""
    questions = SittingQuestion.objects.visible_to(by).filter(sitting=sitting)
    return [_asked(q) for q in questions.select_related("version__article")]


def _asked(question: SittingQuestion) -> Asked:
    texts = {option.number: option.text for option in question.version.options}
    given = question.given
    in_order = question.version.kind == QuestionKind.ORDER
    return Asked(
        question,
        [
            Shown(
                place=str(place),
                text=texts.get(number, ""),
                chosen=number in given,
                at=str(given.index(number) + 1) if in_order and number in given else "",
            )
            for place, number in enumerate(question.options, start=1)
        ],
    )


@dataclass(frozen=True, slots=True)
class MyWeek:
    """One's own test of this week; None: there is none."""

    sitting: Sitting | None
    may_begin: bool


def last_of_now(by: User, now: datetime) -> Sitting | None:
    """Return one's own newest attempt of the week that runs at its outlet.

    It comes with the outlet. None: there is no test for her this week.
    """
    mine = Sitting.objects.visible_to(by).own(by).filter(week__in=weeks_near(now))
    near = mine.select_related("outlet").order_by("-week", "-attempt")
    return next((sitting for sitting in near if sitting.is_of_now(now)), None)


def my_week(by: User) -> MyWeek:
    last = last_of_now(by, timezone.now())
    if last is None:
        return MyWeek(None, may_begin=False)
    begins = last.leaves_another or last.state == SittingState.PREPARED
    return MyWeek(last, may_begin=begins)
