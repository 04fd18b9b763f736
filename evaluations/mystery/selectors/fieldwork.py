"""What a shopper sees on her phone: her visits, and one of them to fill in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from evaluations.mystery.models import (
    EvidenceKind,
    QuestionKind,
    QuestionnaireVersion,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    Section,
    VisitEvidence,
    VisitQuestion,
)
from evaluations.mystery.rules.scoring import NOT_APPLICABLE, SCALE_TOP
from evaluations.mystery.services.submitting import Filled, Given, is_late
from staffing.people.models import User

# What was sent stays in her list for so long; she need not look at it again.
SENT_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Errand:
    """A visit of her list. `words` are the agency's, of one that came back."""

    report: Report
    words: str
    late: bool

    @property
    def over(self) -> bool:
        """Tell whether its last day has gone by and it is not reported."""
        return self.report.to_on < timezone.localdate(timezone=self.report.outlet.zone)


@dataclass(frozen=True, slots=True)
class Errands:
    """Her visits by what she has to do with them, the most urgent first."""

    returned: list[Errand] = field(default_factory=list)
    begun: list[Errand] = field(default_factory=list)
    to_do: list[Errand] = field(default_factory=list)
    sent: list[Errand] = field(default_factory=list)

    @property
    def open(self) -> list[Errand]:
        return [*self.returned, *self.begun, *self.to_do]


# What was said to a shopper is no news to the one who goes after her.
_TURNS = (ReportActionKind.RETURN, ReportActionKind.HAND_OVER)


def words_of_return() -> Subquery:
    """What the agency said when it gave a report back to this shopper the last time."""
    turns = ReportEvent.objects.filter(report=OuterRef("pk"), what__in=_TURNS)
    words = Case(When(what=ReportActionKind.RETURN, then="words"), default=Value(""))
    return Subquery(turns.order_by("-id").values(said=words)[:1])


def errands_of(user: User) -> Errands:
    """Return what a shopper has to do and has done; two queries."""
    rows = (
        Report.objects.carried_by(user)
        .select_related("outlet", "scenario")
        .annotate(returned=words_of_return())
    )
    found = Errands()
    new = rows.filter(state=ReportState.NEW).order_by("to_on", "number")
    # Called off by closing the wave or by the office: not in her list any more.
    done = rows.filter(
        Q(state=ReportState.SUBMITTED) | Q(state=ReportState.REVIEWED)
    ).order_by(F("submitted_at").desc(nulls_last=True))[:SENT_SHOWN]
    for row in new:
        errand = Errand(row, row.returned or "", late=False)
        if errand.words:
            found.returned.append(errand)
        elif row.version_id is not None:
            found.begun.append(errand)
        else:
            found.to_do.append(errand)
    found.sent.extend(Errand(row, "", late=is_late(row)) for row in done)
    return found


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the form, with what was answered and what is wrong with it."""

    question: VisitQuestion
    given: Given
    options: list[Option]
    files: list[VisitEvidence]
    error: str

    @property
    def left_out(self) -> bool:
        return self.given.value == NOT_APPLICABLE

    @property
    def text(self) -> str:
        return "" if self.left_out else self.given.value

    @property
    def asked_if(self) -> str:
        """The question on which this one depends; "" always asked."""
        condition = self.question.condition
        return condition["question"] if condition else ""

    @property
    def asked_for(self) -> str:
        """The answers to that question for which it is asked, by bars."""
        condition = self.question.condition
        return "|".join(sorted(condition["answers"])) if condition else ""

    @property
    def accepts(self) -> str:
        """What may be chosen as evidence; "" asks for none."""
        return ACCEPTS.get(self.question.evidence, ACCEPTS[""]) if self.brings else ""

    @property
    def brings(self) -> bool:
        return bool(self.question.evidence) or (
            self.question.kind == QuestionKind.EVIDENCE
        )


PICTURES = "image/jpeg,image/png,image/webp"
ACCEPTS: Mapping[str, str] = {
    EvidenceKind.PHOTO: PICTURES,
    EvidenceKind.RECEIPT: f"{PICTURES},application/pdf",
    EvidenceKind.AUDIO: "audio/*,.m4a,.amr",
    "": f"{PICTURES},application/pdf,audio/*,.m4a,.amr",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report to fill in: its questions by section, what else is asked, the files."""

    report: Report
    filled: Filled
    sections: list[tuple[str, list[Line]]]
    files: list[VisitEvidence]  # of the visit as a whole
    errors: Mapping[str, str]
    words: str
    accepts: str = ACCEPTS[""]

    @property
    def evidence(self) -> list[UUID]:
        """Everything that was brought, in the order in which it came."""
        lines = (line for _title, lines in self.sections for line in lines)
        files = [*self.files, *(one for line in lines for one in line.files)]
        return [one.uuid for one in sorted(files, key=lambda one: one.pk)]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Where something is wrong: the name of the place, its title, the words."""
        lines = [line for _title, lines in self.sections for line in lines]
        titles = {line.question.code: line.question.title for line in lines}
        return [
            (where, titles.get(where, ""), words)
            for where, words in self.errors.items()
        ]


def sheet_of(
    report: Report,
    version: QuestionnaireVersion,
    *,
    filled: Filled | None = None,
    errors: Mapping[str, str] | None = None,
) -> Sheet:
    """Return the form of a report; `filled` None shows what is on record."""
    errors = errors or {}
    filled = filled or filled_of(report)
    files: dict[int | None, list[VisitEvidence]] = {}
    for one in report.evidence.all():
        files.setdefault(one.question_id, []).append(one)
    lines: dict[str, list[Line]] = {}
    for question in version.questions.all():
        given = filled.answers.get(question.code, Given())
        lines.setdefault(question.section, []).append(
            Line(
                question=question,
                given=given,
                options=_options(question, given.value),
                files=files.get(question.pk, []),
                error=errors.get(question.code, ""),
            )
        )
    said = Report.objects.filter(pk=report.pk).values_list(words_of_return())
    return Sheet(
        report=report,
        filled=filled,
        sections=[(str(Section(code).label), rows) for code, rows in lines.items()],
        files=files.get(None, []),
        errors=errors,
        words=said.get()[0] or "",
    )


def filled_of(report: Report) -> Filled:
    """Return what is on record of a report, as it was filled in."""
    answers = report.answers.select_related("question")
    return Filled(
        visited_on=report.visited_on,
        arrived_at=report.arrived_at,
        left_at=report.left_at,
        badge=report.badge,
        described=report.described,
        comment=report.comment,
        answers={one.question.code: Given(one.value, one.note) for one in answers},
    )


def _options(question: VisitQuestion, value: str) -> list[Option]:
    """Return what a tap can answer; nothing for what is written."""
    codes: Iterable[Any]
    match question.kind:
        case QuestionKind.YES_NO:
            codes = ("yes", "no")
        case QuestionKind.SCALE:
            return [
                Option(str(mark), str(mark), value == str(mark))
                for mark in range(SCALE_TOP + 1)
            ]
        case QuestionKind.CHOICE:
            codes = [one["code"] for one in question.options]
        case _:
            return []
    return [Option(code, question.in_words(code), value == code) for code in codes]
