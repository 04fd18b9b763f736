"""Questionnaires as their pages show them: lines in words, what changed, a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef
from django.utils.translation import gettext as _

from evaluations.mystery.models import (
    QuestionKind,
    Questionnaire,
    QuestionnaireDraft,
    Section,
    VisitQuestion,
    rule_of,
)
from evaluations.mystery.models.questionnaires import QuestionnaireQuerySet
from evaluations.mystery.rules import questionnaire as rules
from evaluations.mystery.rules.questionnaire import problems
from evaluations.mystery.rules.scoring import FULL, Worth, asked, score
from evaluations.mystery.wording import in_words
from evaluations.standards.models import in_language
from outlets.places.sight import Viewer

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mending:
    """What is to be mended, in words; a warning keeps nothing from being published."""

    question: str
    words: str
    warning: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A question as a page shows it.

    `earns` are its answers with their percent, where it names them; `asked_if` is its
    condition in words, "" none.
    """

    question: VisitQuestion
    asked_if: str
    earns: list[tuple[str, int]]
    mending: list[Mending] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionWeight:
    """How much of what can be had stands in a section, in points."""

    label: str
    weight: int
    percent: float


def as_questions(told: Sequence[Told]) -> list[VisitQuestion]:
    """Return the lines of a draft as questions that are kept nowhere."""
    return [VisitQuestion(position=n, **one) for n, one in enumerate(told, start=1)]


def lines_of(
    questions: Sequence[VisitQuestion], mending: Sequence[Mending] = ()
) -> list[Line]:
    """Put questions into words, in their order, each with what is to be mended."""
    known = {question.code: question for question in questions}
    return [
        Line(
            question,
            _asked_if(question, known),
            _earns(question),
            [one for one in mending if one.question == question.code],
        )
        for question in questions
    ]


def section_weights(questions: Sequence[VisitQuestion]) -> list[SectionWeight]:
    """Return the weight of each section that has any; a bonus adds none."""
    sums: dict[str, int] = {}
    for question in questions:
        if not question.bonus:
            sums[question.section] = sums.get(question.section, 0) + question.weight
    whole = sum(sums.values())
    return [
        SectionWeight(str(label), sums[name], 100 * sums[name] / whole)
        for name, label in Section.choices
        if sums.get(name)
    ]


def mending_of(told: Sequence[Told]) -> list[Mending]:
    """Return what has to be mended in a draft, warnings last."""
    found = [
        Mending(one.question, in_words(one), one.warning) for one in problems(told)
    ]
    return sorted(found, key=lambda one: one.warning)


def listed(viewer: Viewer) -> QuestionnaireQuerySet:
    """Return the questionnaires within sight with what their list says of each."""
    drafts = QuestionnaireDraft.objects.visible_to(viewer).filter(
        questionnaire=OuterRef("pk")
    )
    rows = Questionnaire.objects.visible_to(viewer).annotate(
        newest=Max("versions__number"),
        since=Max("versions__published_at"),
        has_draft=Exists(drafts),
        waves_made=Count("waves", distinct=True),
    )
    return rows.order_by("code")


@dataclass(frozen=True, slots=True)
class Difference:
    """One question in two versions; `words` names what it says otherwise."""

    code: str
    before: Line | None
    after: Line | None
    words: str


def differences(
    before: Sequence[VisitQuestion], after: Sequence[VisitQuestion], told: Any
) -> list[Difference]:
    """Return what two versions ask otherwise; `told` makes a line of a question."""
    old = {line.question.code: line for line in lines_of(before)}
    new = {line.question.code: line for line in lines_of(after)}
    found = rules.changes([told(one) for one in before], [told(one) for one in after])
    names = field_names()
    return [
        Difference(
            change.code,
            old.get(change.code),
            new.get(change.code),
            ", ".join(dict.fromkeys(names[name] for name in change.fields)),
        )
        for change in found
    ]


def field_names() -> dict[str, str]:
    """Return what the parts of a question are called, by field."""
    return {
        "code": _("code"),
        "title_en": _("words in English"),
        "title_zh": _("words in Chinese"),
        "guide_en": _("guidance in English"),
        "guide_zh": _("guidance in Chinese"),
        "required": _("whether it must be answered"),
        "evidence": _("what is brought along"),
        "section": _("section"),
        "kind": _("way of answering"),
        "weight": _("weight"),
        "bonus": _("bonus"),
        "critical": _("critical"),
        "options": _("choices"),
        "bands": _("bands"),
        "condition": _("when it is asked"),
        "position": _("place in the order"),
    }


@dataclass(frozen=True, slots=True)
class SectionScore:
    """`worth` is in hundredths of a point; `failed`: a critical question took it."""

    label: str
    worth: Worth
    failed: bool

    @property
    def points(self) -> Decimal:
        return Decimal(self.worth.points) / FULL

    @property
    def out_of(self) -> Decimal:
        return Decimal(self.worth.out_of) / FULL


@dataclass(frozen=True, slots=True)
class Trial:
    """What a visit with these answers would be worth; percent None: nothing counts."""

    points: Decimal
    out_of: Decimal
    percent: float | None
    sections: list[SectionScore]
    asked: frozenset[str]


def try_answers(told: Sequence[Told], answers: Mapping[str, str]) -> Trial:
    """Score answers to a draft that can be scored (`problems` finds nothing)."""
    questions = [rule_of(dict(one)) for one in told]
    found = score(questions, answers)
    total = found.total
    return Trial(
        points=Decimal(total.points) / FULL,
        out_of=Decimal(total.out_of) / FULL,
        percent=100 * total.points / total.out_of if total.out_of else None,
        sections=[
            SectionScore(str(label), found.sections[name], name in found.failed)
            for name, label in Section.choices
            if name in found.sections
        ],
        asked=frozenset(one.code for one in asked(questions, answers)),
    )


def _asked_if(question: VisitQuestion, known: Mapping[str, VisitQuestion]) -> str:
    condition = question.condition
    if not condition:
        return ""
    other = known.get(condition["question"])
    answers = condition["answers"]
    words = [f"“{other.in_words(one) if other else one}”" for one in answers]
    return _("asked if %(other)s is %(answers)s") % {
        "other": condition["question"],
        "answers": _(" or ").join(words),
    }


def _earns(question: VisitQuestion) -> list[tuple[str, int]]:
    if question.kind == QuestionKind.CHOICE:
        return [
            (in_language(one["en"], one.get("zh", "")), one["percent"])
            for one in question.options
        ]
    if question.kind != QuestionKind.NUMBER:
        return []
    return [
        (
            _("up to %(number)s") % {"number": band["up_to"]}
            if band["up_to"] is not None
            else _("above"),
            band["percent"],
        )
        for band in question.bands
    ]
