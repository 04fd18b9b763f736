"""The answers of a visit by section, what they were worth, what an appeal did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluations.mystery.models import (
    Answer,
    AppealStatus,
    Effect,
    QuestionKind,
    Section,
    Visit,
    VisitAppeal,
)
from evaluations.mystery.rules.scoring import FULL, NOTHING, Scored, asked, score
from outlets.places.sight import Viewer

UPHELD = (AppealStatus.UPHELD, AppealStatus.UPHELD_IN_PART)


@dataclass(frozen=True, slots=True)
class Changed:
    """What an appeal made of one answer: the answer before, and whether it is out."""

    before: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer. `points` of `out_of` in points, both None: it did not count.

    `was` is the answer before an appeal changed it, in words; "" none did.
    `left_out`: an appeal took it out of the visit.
    """

    answer: Answer
    words: str
    points: Decimal | None
    out_of: Decimal | None
    was: str
    left_out: bool

    @property
    def failed_critical(self) -> bool:
        return self.answer.question.critical and self.answer.points == 0

    @property
    def lost(self) -> bool:
        """Tell whether there was something to be earned, and nothing was."""
        return bool(self.out_of) and self.points == 0


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """One section as it counts: what a critical question took is gone here."""

    label: str
    points: Decimal
    out_of: Decimal
    failed: bool
    lines: list[AnswerLine]

    @property
    def percent(self) -> float | None:
        return float(100 * self.points / self.out_of) if self.out_of else None


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What was answered at a visit; `version` says which questionnaire asked."""

    version: str
    sections: list[AnswerSection]


def answers_of(visit: Visit, viewer: Viewer) -> AnswerSheet | None:
    """Return the answers of a visit that the viewer sees.

    None: it came without a questionnaire, or its answers are not for her: see
    `Answer.objects.visible_to`. Three queries, whatever the visit.
    """
    answers = list(
        Answer.objects.visible_to(viewer)
        .filter(report__visit=visit)
        .select_related("question__version__questionnaire", "report")
        .order_by("question__position")
    )
    if not answers:
        return None
    return sheet_of(answers, changed_by_appeals(visit))


def changed_by_appeals(visit: Visit) -> dict[str, Changed]:
    """Return what upheld appeals changed, by code of the question.

    Of several on one question the answer before the first is told.
    """
    appeals = VisitAppeal.objects.filter(visit=visit, state__in=UPHELD)
    found: dict[str, Changed] = {}
    for appeal in appeals.order_by("decided_at", "id"):
        before, after = _answers_in(appeal.was), _answers_in(appeal.now)
        for code, value in before.items():
            if after.get(code, value) != value:
                first = found[code].before if code in found else value
                found[code] = Changed(first, appeal.effect == Effect.LEAVE_OUT)
    return found


def sheet_of(answers: Sequence[Answer], changed: Mapping[str, Changed]) -> AnswerSheet:
    """Put the answers of one report together, in the order of its questions."""
    version = answers[0].question.version
    told = {one.question.code: one.value for one in answers}
    rules = [one.question.rule for one in answers]
    found = score(rules, told)
    reached = {one.code for one in asked(rules, told)}
    lines: dict[str, list[AnswerLine]] = {}
    for one in answers:
        if one.question.code in reached:
            line = _line(one, changed.get(one.question.code))
            lines.setdefault(one.question.section, []).append(line)
    sections = [
        _section(name, str(label), found, lines[name])
        for name, label in Section.choices
        if name in lines
    ]
    title = f"{version.questionnaire.title} v{version.number}"
    return AnswerSheet(title, sections)


def _section(
    name: str, label: str, found: Scored, lines: list[AnswerLine]
) -> AnswerSection:
    worth = found.sections.get(name, NOTHING)
    return AnswerSection(
        label,
        Decimal(worth.points) / FULL,
        Decimal(worth.out_of) / FULL,
        name in found.failed,
        lines,
    )


def _line(answer: Answer, changed: Changed | None) -> AnswerLine:
    counted = answer.points is not None and answer.out_of is not None
    evidence = answer.question.kind == QuestionKind.EVIDENCE
    return AnswerLine(
        answer=answer,
        # What was brought along stays with the agency and who releases the visit.
        words="" if evidence else answer.in_words,
        points=Decimal(answer.points or 0) / FULL if counted else None,
        out_of=Decimal(answer.out_of or 0) / FULL if counted else None,
        was=answer.question.in_words(changed.before) if changed is not None else "",
        left_out=changed is not None and changed.left_out,
    )


def _answers_in(told: Any) -> dict[str, str]:
    """Return the answers that an appeal kept; none where it kept none."""
    return dict(told.get("answers", {})) if isinstance(told, Mapping) else {}
