"""Reports from agencies that have tools of their own: a spreadsheet of answers.

It is read with the parts of the importer, but is no kind that anybody may load: who
works for an agency holds no power, and makes reports of her own agency only.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any, ClassVar
from uuid import uuid5

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from evaluations.mystery.forms.fieldwork import DESCRIBED_LENGTH, read_time
from evaluations.mystery.models import (
    QuestionKind,
    QuestionnaireVersion,
    Report,
    ReportState,
    VisitQuestion,
    WaveState,
)
from evaluations.mystery.models.reports import NOTE_LENGTH
from evaluations.mystery.rules.filling import Why
from evaluations.mystery.rules.scoring import fault
from evaluations.mystery.services import refusals
from evaluations.mystery.services.steps import ReportMoved
from evaluations.mystery.services.submitting import Filled, Given, lacks_of, submit
from evaluations.mystery.words import lack_sentence, lack_words
from outlets.exchange.cells import Cells
from outlets.exchange.errors import DomainError
from outlets.exchange.importer import LEFT_OUT
from outlets.exchange.kinds import Column, Kind, Outcome
from staffing.people.models import User

MOST_ROWS = 20_000
MOST_IN_TEMPLATE = 200
VISIT_COLUMNS = (
    *("visited_on", "arrived_at", "left_at"),
    *("badge", "described", "comment"),
)
_LONGEST = {"badge": 40, "described": DESCRIBED_LENGTH, "comment": NOTE_LENGTH}
HEADING = (
    *("report_number", "question", "answer", "note"),
    *VISIT_COLUMNS,
    *(f"{LEFT_OUT}question", f"{LEFT_OUT}answers", f"{LEFT_OUT}outlet"),
)


class Reports(Kind):
    """One row is one question of a visit; what is of the visit stands in any of them.

    The rows of a visit need not stand together. Evidence does not come this way: an
    agency with tools of its own keeps it there.
    """

    name = "reports"
    person_column = ""
    batch = MOST_ROWS
    columns: ClassVar[tuple[Column, ...]] = (
        Column("report_number", required=True),
        Column("question", required=True),
        Column("answer"),
        Column("note"),
        *(Column(name) for name in VISIT_COLUMNS),
    )

    def __init__(self, by: User) -> None:
        self._by = by
        self._taken = 0

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        self._taken += len(batch)
        if self._taken > MOST_ROWS:
            batch[0].fail(
                "report_number",
                _("a file has at most %(most)d rows: split it") % {"most": MOST_ROWS},
            )
            return [Outcome.REJECTED] * len(batch)
        groups: dict[str, list[Cells]] = {}
        for cells in batch:
            if number := cells.text("report_number"):
                groups.setdefault(number, []).append(cells)
        reports = self._reports(groups)
        versions = _newest({one.wave.questionnaire_id for one in reports.values()})
        outcomes = {
            number: self._take(rows, reports.get(number), versions)
            for number, rows in groups.items()
        }
        return [
            outcomes.get(cells.text("report_number"), Outcome.REJECTED)
            for cells in batch
        ]

    def _reports(self, numbers: Mapping[str, Any]) -> dict[str, Report]:
        """Return the visits of her agency by number, locked."""
        rows = of_her_agency(self._by).filter(number__in=list(numbers))
        related = rows.select_related(
            "outlet__region", "shopper__agency", "wave", "version", "visit"
        )
        return {one.number: one for one in related.select_for_update(of=("self",))}

    def _take(
        self,
        rows: list[Cells],
        report: Report | None,
        versions: Mapping[int, QuestionnaireVersion],
    ) -> Outcome:
        first = rows[0]
        if report is None:
            first.fail("report_number", _("is no visit of your agency"))
            return Outcome.REJECTED
        version = report.version or versions.get(report.wave.questionnaire_id)
        if version is None:
            first.fail("report_number", str(refusals.NoQuestions()))
            return Outcome.REJECTED
        questions = list(version.questions.all())
        filled = _filled(rows, {one.code: one for one in questions})
        if any(cells.bad for cells in rows):
            return Outcome.REJECTED
        try:
            return self._keep(first, report, version, questions, filled)
        except DomainError as refusal:
            first.fail("report_number", str(refusal))
            return Outcome.REJECTED

    def _keep(
        self,
        first: Cells,
        report: Report,
        version: QuestionnaireVersion,
        questions: list[VisitQuestion],
        filled: Filled,
    ) -> Outcome:
        told = filled.told(None)
        digest = hashlib.sha256(told.encode()).hexdigest()
        delivery = uuid5(report.uuid, digest)
        # What came before may have been given back, or be another shopper's by now.
        before = report.sendings.filter(delivery=delivery)
        if report.delivery == delivery or before.exists():
            return Outcome.UNCHANGED
        if report.state != ReportState.NEW:
            raise ReportMoved(state=report.get_state_display())
        titles = {one.code: one.code for one in questions}
        for lack in lacks_of(report, filled, questions):
            if lack.why == Why.EVIDENCE:
                continue
            if lack.where in VISIT_COLUMNS:
                first.fail(lack.where, lack_words(lack))
            else:
                first.fail("question", lack_sentence(lack, titles))
        if first.bad:
            return Outcome.REJECTED
        if report.version is None:
            report.version = version
            report.save(update_fields=["version"])
        submit(report, filled, delivery=delivery, by_sheet=True, by=self._by)
        report.sendings.create(delivery=delivery, digest=digest, by=self._by)
        return Outcome.CREATED


def of_her_agency(user: User) -> QuerySet[Report]:
    """Return the reports of the user's agencies whose waves run."""
    theirs = Report.objects.visible_to(user).filter(
        shopper__agency__in=user.sight.agency_ids
    )
    return theirs.exclude(wave__state__in=(WaveState.DRAFT, WaveState.PLANNED))


def _newest(questionnaires: set[int]) -> dict[int, QuestionnaireVersion]:
    """Return what visits begun now ask, by questionnaire."""
    rows = QuestionnaireVersion.objects.filter(questionnaire__in=questionnaires)
    newest = rows.values("questionnaire").annotate(last=Max("number"))
    last = {one["questionnaire"]: one["last"] for one in newest}
    return {
        one.questionnaire_id: one
        for one in rows.prefetch_related("questions")
        if last[one.questionnaire_id] == one.number
    }


def _filled(rows: list[Cells], questions: Mapping[str, VisitQuestion]) -> Filled:
    """Read the rows of one visit; what is wrong is noted on the rows."""
    answers: dict[str, Given] = {}
    for cells in rows:
        code = cells.text("question")
        question = questions.get(code)
        if not code:
            continue
        if question is None:
            cells.fail("question", _("is no question of this visit"))
            continue
        if code in answers:
            cells.fail("question", _("stands twice for this visit"))
            continue
        answer = _answer(cells, question)
        answers[code] = Given(answer, cells.text("note", NOTE_LENGTH))
    said = _said_of_visit(rows)
    return Filled(
        visited_on=said["visited_on"],
        arrived_at=said["arrived_at"],
        left_at=said["left_at"],
        badge=said["badge"] or "",
        described=said["described"] or "",
        comment=said["comment"] or "",
        answers={code: one for code, one in answers.items() if one.value or one.note},
    )


def _answer(cells: Cells, question: VisitQuestion) -> str:
    answer = cells.text("answer")
    if wrong := fault(question.rule, answer):
        if question.kind == QuestionKind.CHOICE:
            allowed = ", ".join([*(one["code"] for one in question.options), "na"])
            cells.fail("answer", _("is none of: %(allowed)s") % {"allowed": allowed})
        elif question.kind == QuestionKind.YES_NO:
            cells.fail(
                "answer", _("is none of: %(allowed)s") % {"allowed": "yes, no, na"}
            )
        else:
            cells.fail("answer", _FAULTS[wrong]())
    return answer


_FAULTS = {
    "scale": lambda: _("is no mark from 0 to 5, nor na"),
    "number": lambda: _("is no number from 0 up, nor na"),
    "words": lambda: _("is longer than %(limit)d characters") % {"limit": NOTE_LENGTH},
}


def _said_of_visit(rows: list[Cells]) -> dict[str, Any]:
    """Return what stands about the visit in any of its rows, the same in all."""
    said: dict[str, Any] = dict.fromkeys(VISIT_COLUMNS)
    where: dict[str, int] = {}
    for cells in rows:
        for name in VISIT_COLUMNS:
            value = _visit_cell(cells, name)
            if value in (None, ""):
                continue
            if name in where and said[name] != value:
                cells.fail(name, _("differs from row %(row)d") % {"row": where[name]})
            said[name] = value
            where.setdefault(name, cells.row)
    return said


def _visit_cell(cells: Cells, name: str) -> Any:
    if name == "visited_on":
        return cells.date(name)
    if name in ("arrived_at", "left_at"):
        return _time(cells, name)
    return cells.text(name, _LONGEST[name])


def _time(cells: Cells, name: str) -> time | None:
    text = cells.text(name)
    if not text:
        return None
    read = read_time(text)
    if read is None:
        cells.fail(name, _("is not a time such as 10:05"))
    return read


def rows_to_fill(user: User) -> Iterator[list[str]]:
    """Yield the rows of a sheet to fill in: each visit to be done with its questions.

    What begins with “# ” helps the writer and is not read.
    """
    reports = (
        of_her_agency(user)
        .filter(state=ReportState.NEW)
        .select_related("outlet", "wave", "version", "shopper")
        .prefetch_related("version__questions")
        .order_by("number")[:MOST_IN_TEMPLATE]
    )
    versions = _newest({one.wave.questionnaire_id for one in reports})
    for report in reports:
        version = report.version or versions.get(report.wave.questionnaire_id)
        for question in version.questions.all() if version is not None else ():
            yield [
                *(report.number, question.code, "", ""),
                *("" for _name in VISIT_COLUMNS),
                *(question.title, _offered(question), report.outlet.name),
            ]


def _offered(question: VisitQuestion) -> str:
    match question.kind:
        case QuestionKind.YES_NO:
            return "yes, no, na"
        case QuestionKind.SCALE:
            return "0–5, na"
        case QuestionKind.CHOICE:
            return ", ".join([*(one["code"] for one in question.options), "na"])
        case QuestionKind.NUMBER:
            return "0…, na"
    return ""
