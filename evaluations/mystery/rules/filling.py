"""What a report still lacks before it can be taken, question by question.

Pure. Answers count as `scoring` asks: what is not asked need not be answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from evaluations.mystery.rules.scoring import (
    NOT_APPLICABLE,
    Kind,
    QuestionRule,
    asked,
    fault,
)

# Clocks of phones are a little wrong; so much ahead is no lie.
CLOCK_AHEAD = timedelta(minutes=15)
LONGEST_ANSWER = 2000  # characters, whatever the question


class Why(StrEnum):
    """What is wrong with an answer, a day or a time."""

    CHOICE = "choice"
    SCALE = "scale"
    NUMBER = "number"
    WORDS = "words"
    MISSING = "missing"
    EVIDENCE = "evidence"
    UNKNOWN = "unknown"
    NO_DAY = "no_day"
    EARLY = "early"
    OVER = "over"
    FUTURE = "future"
    NO_TIME = "no_time"
    ORDER = "order"
    NOBODY = "nobody"


# Where a fault lies that is no question's.
DAY, ARRIVED, LEFT, SERVED = "visited_on", "arrived_at", "left_at", "badge"


@dataclass(frozen=True, slots=True)
class Lack:
    """One fault. `where` is the code of a question, or one of the names above."""

    where: str
    why: Why


@dataclass(frozen=True, slots=True)
class Needs:
    """A question as somebody has to answer it; `evidence` "" asks for none."""

    rule: QuestionRule
    required: bool
    evidence: str = ""


def lacking(
    questions: Sequence[Needs],
    answers: Mapping[str, str],
    evidence: Mapping[str, Collection[str]],
) -> list[Lack]:
    """Return what is wrong, in the order of the questions.

    Args:
        questions: all of one version, in order.
        answers: code of a question to its answer, also of those not asked.
        evidence: code of a question to the kinds of evidence brought for it.
    """
    codes = {one.rule.code for one in questions}
    shown = {rule.code for rule in asked([one.rule for one in questions], answers)}
    found = [
        Lack(code, Why.UNKNOWN)
        for code, answer in answers.items()
        if answer and code not in codes
    ]
    for one in questions:
        if one.rule.code in shown:
            why = _why(one, answers, evidence)
            if why is not None:
                found.append(Lack(one.rule.code, why))
    return found


def _why(
    one: Needs, answers: Mapping[str, str], evidence: Mapping[str, Collection[str]]
) -> Why | None:
    code = one.rule.code
    answer = answers.get(code, "")
    if len(answer) > LONGEST_ANSWER:
        return Why.WORDS
    if wrong := fault(one.rule, answer):
        return Why(wrong)
    if answer == NOT_APPLICABLE or not one.required:
        return None
    if one.rule.kind != Kind.EVIDENCE and answer == "":
        return Why.MISSING
    brought = evidence.get(code, ())
    if one.evidence and one.evidence not in brought:
        return Why.EVIDENCE
    if one.rule.kind == Kind.EVIDENCE and not brought:
        return Why.EVIDENCE
    return None


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a planned visit, both inclusive; `slack` days more are forgiven."""

    first: date
    last: date
    slack: int


def untimely(
    window: Window,
    on: date | None,
    arrived: time | None,
    left: time | None,
    now: tuple[date, time],
) -> list[Lack]:
    """Return what is wrong with day and times; `now` is the outlet's own clock."""
    found = []
    if arrived is None:
        found.append(Lack(ARRIVED, Why.NO_TIME))
    if left is None:
        found.append(Lack(LEFT, Why.NO_TIME))
    if arrived is not None and left is not None and left < arrived:
        found.append(Lack(LEFT, Why.ORDER))
    if on is None:
        return [Lack(DAY, Why.NO_DAY), *found]
    today, clock = now
    if on > today:
        found.insert(0, Lack(DAY, Why.FUTURE))
    elif on < window.first:
        found.insert(0, Lack(DAY, Why.EARLY))
    elif on > window.last + timedelta(days=window.slack):
        found.insert(0, Lack(DAY, Why.OVER))
    elif (
        on == today
        and left is not None
        and _minutes(left) > _minutes(clock) + (CLOCK_AHEAD.seconds // 60)
    ):
        found.append(Lack(LEFT, Why.FUTURE))
    return found


def is_late(window: Window, on: date, sent_on: date) -> bool:
    """Tell whether a visit, or its report, came after the days that were planned.

    A report may come `slack` days after the last of them and is not late for it.
    """
    return on > window.last or sent_on > window.last + timedelta(days=window.slack)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
