"""Taking a test: begin, answer one by one, submit. The server's clock decides."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import (
    QuestionKind,
    QuestionVersion,
    Sitting,
    SittingQuestion,
    SittingState,
    keeps_bank,
)
from evaluations.knowledge.rules.drawing import drawn, shuffled
from evaluations.knowledge.selectors.sittings import last_of_now
from evaluations.knowledge.services.marking import finish
from evaluations.knowledge.services.telling import seen_to
from outlets.exchange.errors import DomainError
from staffing.people.models import User

TEXT_LENGTH = 100


class NoTestThisWeek(DomainError):
    code = "no_test_this_week"
    message = _("There is no test for you this week.")


class NoAttemptLeft(DomainError):
    code = "no_attempt_left"
    message = _("You have taken this week's test.")


class LeftOutThisWeek(DomainError):
    code = "left_out_this_week"
    message = _("You are left out of this week's test.")


class KeeperIsNotTested(DomainError):
    code = "keeper_is_not_tested"
    message = _("Who keeps the question bank is not tested by it.")


class NothingToAsk(DomainError):
    code = "nothing_to_ask"
    message = _("The question bank has no question for this test. Tell operations.")


class TooLate(DomainError):
    code = "too_late"
    message = _("The time is over: this answer came too late and does not count.")


class AlreadySubmitted(DomainError):
    code = "already_submitted"
    message = _("This test is submitted; answers cannot be changed any more.")


class NotAnAnswer(DomainError):
    code = "not_an_answer"
    message = _("This is no complete answer; choose again.")


def begin(*, by: User) -> Sitting:
    """Begin this week's test, or go on with it; its deadline is fixed from then on.

    Beginning again returns the same sitting with the same deadline. After an attempt
    that did not pass the next one begins, while there is one left.
    """
    if keeps_bank(by.sight):
        raise KeeperIsNotTested
    with transaction.atomic():
        now = timezone.now()
        met = last_of_now(by, now)
        if met is None:
            raise NoTestThisWeek
        mine = Sitting.objects.visible_to(by).own(by).filter(week=met.week)
        # Attempts of one person follow each other: the first one is the lock.
        mine.select_for_update(of=["self"]).get(attempt=1)
        last = mine.select_related("outlet").order_by("-attempt")[0]
        if last.state == SittingState.OPEN and last.is_over(now):
            finish(last, now)
        if last.state == SittingState.OPEN:
            return last
        if last.state == SittingState.PREPARED:
            seen_to(last.week, [last.employee_id], now)
            return open_sitting(last, now)
        if last.state == SittingState.LEFT_OUT:
            raise LeftOutThisWeek
        if not last.leaves_another:
            raise NoAttemptLeft
        return open_sitting(_next(last), now)


def _next(last: Sitting) -> Sitting:
    copied = ("employee_id", "outlet_id", "week", "minutes", "pass_mark")
    values = {name: getattr(last, name) for name in (*copied, "attempts", "counts")}
    return Sitting.objects.create(attempt=last.attempt + 1, **values)


def open_sitting(sitting: Sitting, now: datetime) -> Sitting:
    """Draw the questions and start the clock."""
    current = QuestionVersion.objects.to_be_asked().filter(
        topic__code__in=sitting.counts
    )
    by_key = {
        f"{version.question.code}:{version.number}": version
        for version in current.select_related("question", "topic")
    }
    pool: dict[str, list[str]] = {}
    for key in sorted(by_key):
        pool.setdefault(by_key[key].topic.code, []).append(key)
    seed = secrets.token_hex(32)
    keys = drawn(seed, pool, sitting.counts)
    if not keys:
        raise NothingToAsk
    SittingQuestion.objects.bulk_create(
        SittingQuestion(
            sitting=sitting,
            position=position,
            version=by_key[key],
            options=shuffled(seed, key, by_key[key].kind, len(by_key[key].options_en)),
        )
        for position, key in enumerate(keys, start=1)
    )
    sitting.seed, sitting.pool = seed, pool
    sitting.state, sitting.started_at = SittingState.OPEN, now
    sitting.deadline_at = now + timedelta(minutes=sitting.minutes)
    sitting.save(update_fields=["seed", "pool", "state", "started_at", "deadline_at"])
    return sitting


@transaction.atomic
def save_answer(
    *, sitting_uuid: UUID, position: int, shown: Sequence[str], by: User
) -> SittingQuestion:
    """Keep one answer; `shown` is what was chosen, by its place on the page from 1.

    A text filled in is given as it is. The last answer in time counts.

    Raises:
        TooLate: the deadline is over by our clock.
        AlreadySubmitted: the test was submitted.
        NotAnAnswer: nothing on the page is chosen so.
    """
    mine = Sitting.objects.visible_to(by).own(by)
    sitting = mine.select_for_update(of=["self"]).get(uuid=sitting_uuid)
    question = (
        SittingQuestion.objects.visible_to(by)
        .select_related("version")
        .get(sitting=sitting, position=position)
    )
    now = timezone.now()
    if sitting.state != SittingState.OPEN:
        raise AlreadySubmitted
    if sitting.is_over(now):
        raise TooLate
    question.given, question.answered_at = _given(question, shown), now
    question.save(update_fields=["given", "answered_at"])
    return question


def _given(question: SittingQuestion, shown: Sequence[str]) -> list[str]:
    kind, places = question.version.kind, question.options
    if kind == QuestionKind.FILL:
        text = (shown[0] if shown else "").strip()[:TEXT_LENGTH].replace("\x00", "")
        return [text] if text else []
    numbers = [str(number) for number in range(1, len(places) + 1)]
    whole = kind == QuestionKind.ORDER and len(shown) != len(places)
    several = kind in (QuestionKind.MULTIPLE, QuestionKind.ORDER)
    if (
        whole
        or len(set(shown)) != len(shown)
        or not set(shown) <= set(numbers)
        or (not several and len(shown) != 1)
    ):
        raise NotAnAnswer
    given = [places[int(number) - 1] for number in shown]
    return sorted(given) if kind == QuestionKind.MULTIPLE else given


@transaction.atomic
def submit(*, sitting_uuid: UUID, by: User) -> Sitting:
    """Submit and mark a test; doing so again changes nothing.

    After the deadline what was answered in time is marked.
    """
    mine = Sitting.objects.visible_to(by).own(by)
    sitting = mine.select_for_update(of=["self"]).get(uuid=sitting_uuid)
    if sitting.state == SittingState.OPEN:
        finish(sitting, timezone.now())
    return sitting
