"""What the answers of a visit are worth: exact, in hundredths of a point.

Pure. A question is worth its weight; an answer earns a percentage of it. What was not
asked, not met or not scored leaves both sides, as with daily checks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
SCALE_TOP = 5
FULL = 100  # percent; weight times percent is hundredths of a point


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    SCALE = "scale"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers up to and including `up_to` earn `percent`; None: all above."""

    up_to: Decimal | None
    percent: int


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only if an earlier question was answered by one of `answers`."""

    question: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """One question as the arithmetic needs it.

    `weight` is in points; 0 is not scored. `choices` maps the codes of options to
    percent, `bands` are in rising order. A `bonus` adds to the points and never to what
    could be had; a `critical` question that earns nothing takes its section's points.
    """

    code: str
    section: str
    kind: str
    weight: int = 1
    bonus: bool = False
    critical: bool = False
    choices: Mapping[str, int] | None = None
    bands: Sequence[Band] = ()
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """Points of `out_of`, both in hundredths of a point; out_of 0: nothing counted."""

    points: int
    out_of: int


NOTHING = Worth(0, 0)


@dataclass(frozen=True, slots=True)
class Scored:
    """The whole visit, its sections in their order, and each question that counted.

    `failed` are the sections that a critical question took.
    """

    total: Worth
    sections: Mapping[str, Worth]
    questions: Mapping[str, Worth]
    failed: frozenset[str]


def asked(
    questions: Iterable[QuestionRule], answers: Mapping[str, str]
) -> list[QuestionRule]:
    """Return the questions whose condition holds; one not asked asks no other."""
    found: dict[str, QuestionRule] = {}
    for question in questions:
        condition = question.condition
        if condition is None or (
            condition.question in found
            and answers.get(condition.question, "") in condition.answers
        ):
            found[question.code] = question
    return list(found.values())


def fault(question: QuestionRule, answer: str) -> str:
    """Return why an answer cannot be taken, as a stable code; "" if it can.

    The codes: `choice` (none of those offered), `scale` (not 0 to 5), `number` (no
    number, or below 0), `words` (too long).
    """
    if answer in ("", NOT_APPLICABLE):
        return ""
    match question.kind:
        case Kind.YES_NO:
            return "" if answer in (YES, NO) else "choice"
        case Kind.SCALE:
            fits = len(answer) == 1 and answer in "012345"
            return "" if fits else "scale"
        case Kind.CHOICE:
            return "" if answer in (question.choices or {}) else "choice"
        case Kind.NUMBER:
            return "" if _number(answer) is not None else "number"
    return "" if len(answer) <= 2000 else "words"


def score(questions: Sequence[QuestionRule], answers: Mapping[str, str]) -> Scored:
    """Return what a visit is worth.

    Args:
        questions: those of one version, in order; conditions look back only.
        answers: code of a question to its answer; missing or "" is not answered.
    """
    counted: dict[str, Worth] = {}
    failed = set()
    sums: dict[str, list[int]] = {}
    for question in asked(questions, answers):
        worth = _worth(question, answers.get(question.code, ""))
        if worth is None:
            continue
        counted[question.code] = worth
        place = sums.setdefault(question.section, [0, 0])
        place[0] += worth.points
        place[1] += worth.out_of
        if question.critical and worth.points == 0:
            failed.add(question.section)
    sections = {
        name: Worth(0 if name in failed else min(points, out_of), out_of)
        for name, (points, out_of) in sums.items()
        if out_of
    }
    total = Worth(
        sum(one.points for one in sections.values()),
        sum(one.out_of for one in sections.values()),
    )
    return Scored(total, sections, counted, frozenset(failed))


def _worth(question: QuestionRule, answer: str) -> Worth | None:
    percent = _percent(question, answer)
    if percent is None or question.weight == 0:
        return None
    out_of = 0 if question.bonus else question.weight * FULL
    return Worth(question.weight * percent, out_of)


def _percent(question: QuestionRule, answer: str) -> int | None:
    """Return what the answer earns; None: it does not count."""
    if answer in ("", NOT_APPLICABLE) or fault(question, answer):
        return None
    match question.kind:
        case Kind.YES_NO:
            return FULL if answer == YES else 0
        case Kind.SCALE:
            return int(answer) * FULL // SCALE_TOP
        case Kind.CHOICE:
            return (question.choices or {})[answer]
        case Kind.NUMBER:
            number = _number(answer)
            for band in question.bands:
                if band.up_to is None or (number is not None and number <= band.up_to):
                    return band.percent
    return None


def _number(answer: str) -> Decimal | None:
    try:
        number = Decimal(answer)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
