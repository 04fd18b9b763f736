"""A report as its agency looks it through."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from evaluations.mystery.models import (
    Answer,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    Section,
    Sending,
    VisitEvidence,
    reads_plans,
)
from evaluations.mystery.rules.scoring import Worth, score
from evaluations.mystery.rules.stages import Action, allowed
from evaluations.mystery.services.steps import parts_of
from evaluations.mystery.services.submitting import is_late
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class SectionOf:
    """A section with its answers; `worth` None: nothing in it counted."""

    title: str
    answers: list[tuple[Answer, list[VisitEvidence]]]
    worth: Worth | None
    failed: bool

    @property
    def points(self) -> Decimal | None:
        return None if self.worth is None else Decimal(self.worth.points) / 100

    @property
    def out_of(self) -> Decimal | None:
        return None if self.worth is None else Decimal(self.worth.out_of) / 100


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history; `who` is a part, never a name of the other side."""

    what: str
    words: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What a phone sent that is not the report; `lines` are label and text."""

    at: datetime
    why: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Review:
    """All that a reviewer reads of one report, and what she may do with it now."""

    report: Report
    shopper: str
    sections: list[SectionOf]
    files: list[VisitEvidence]
    steps: list[Step]
    held: list[Held]
    late: bool
    actions: tuple[Action, ...]

    @property
    def points(self) -> Decimal | None:
        points = self.report.points
        return None if points is None else Decimal(points) / 100

    @property
    def out_of(self) -> Decimal | None:
        out_of = self.report.out_of
        return None if out_of is None else Decimal(out_of) / 100

    @property
    def may_return(self) -> bool:
        return Action.RETURN in self.actions

    @property
    def may_approve(self) -> bool:
        return Action.APPROVE in self.actions

    @property
    def may_enter(self) -> bool:
        return Action.ENTER in self.actions


def waiting_for_review(user: User) -> QuerySet[Report]:
    """Return what somebody of an agency looks through, what came first on top.

    Nobody looks through what she carried out herself.
    """
    theirs = Report.objects.visible_to(user).filter(
        shopper__agency__in=user.sight.agency_ids, state=ReportState.SUBMITTED
    )
    others = theirs.exclude(shopper__user=user)
    return others.select_related("outlet", "shopper", "scenario").order_by(
        "submitted_at", "number"
    )


def to_be_entered(user: User) -> QuerySet[Report]:
    """Return the visits that an agency enters itself: no account, or not begun."""
    theirs = Report.objects.visible_to(user).filter(
        shopper__agency__in=user.sight.agency_ids,
        shopper__user=None,
        state=ReportState.NEW,
    )
    return theirs.select_related("outlet", "shopper", "scenario").order_by(
        "to_on", "number"
    )


def review_of(report: Report, user: User) -> Review:
    """Return a report that `user` sees; the same queries however long it is."""
    answers = list(report.answers.select_related("question"))
    files: dict[int | None, list[VisitEvidence]] = {}
    for one in report.evidence.all():
        files.setdefault(one.question_id, []).append(one)
    events, held = list(report.events.all()), list(report.sendings.held())
    if not reads_plans(user.sight):
        events, held = _since_it_came(report, events, held)
    parts = parts_of(report, user)
    return Review(
        report=report,
        shopper=shopper_of(report, user),
        sections=_sections(report, answers, files),
        files=files.get(None, []),
        steps=[_step(one, report) for one in events],
        held=[_held(one, report) for one in held],
        late=is_late(report),
        actions=allowed(report.stage, parts),
    )


def _since_it_came(
    report: Report, events: list[ReportEvent], held: list[Sending]
) -> tuple[list[ReportEvent], list[Sending]]:
    """Leave out what was said and sent while the visit was another agency's.

    An agency gives a visit to its own shoppers only: it came from another one when
    somebody who is not of the agency handed it over.
    """
    agency = report.shopper.agency_id if report.shopper is not None else None
    theirs = set(
        User.objects.filter(
            Q(grants__agency=agency) | Q(shopper__agency=agency)
        ).values_list("pk", flat=True)
    )
    came = [
        one.pk
        for one in events
        if one.what == ReportActionKind.HAND_OVER and one.by_id not in theirs
    ]
    for one in events:
        if came and one.pk < came[-1]:
            one.words = ""
    return events, [one for one in held if one.by_id in theirs]


def _held(sending: Sending, report: Report) -> Held:
    why = sending.get_held_display()
    if not sending.content:  # cleared with the person it was about, or by its age
        return Held(sending.at, why, [])
    told = json.loads(sending.content)
    questions = report.version.questions.all() if report.version is not None else ()
    asked = {one.code: one for one in questions}
    lines = [
        (_("Date"), told["visited_on"]),
        (_("Time"), f"{told['arrived_at']}–{told['left_at']}"),
        (_("Badge number"), told["badge"]),
        (_("Who served"), told["described"]),
        (_("Comment"), told["comment"]),
    ]
    for code, (value, note) in told["answers"].items():
        question = asked.get(code)
        words = value if question is None else question.in_words(value)
        lines.append(
            (
                code if question is None else question.title,
                " · ".join(filter(None, (words, note))),
            )
        )
    shown = [(label, text) for label, text in lines if text.strip("–")]
    return Held(sending.at, why, shown)


def shopper_of(report: Report, user: User) -> str:
    """Return who carries it out, by name for her agency only; "": nobody yet."""
    return report.shopper.called(user) if report.shopper is not None else ""


def _sections(
    report: Report,
    answers: list[Answer],
    files: Mapping[int | None, list[VisitEvidence]],
) -> list[SectionOf]:
    if report.version is None:
        return []
    questions = list(report.version.questions.all())
    values = {one.question.code: one.value for one in answers}
    scored = score([one.rule for one in questions], values)
    given = {one.question_id: one for one in answers}
    rows: dict[str, list[tuple[Answer, list[VisitEvidence]]]] = {}
    for question in questions:
        brought = files.get(question.pk, [])
        answer = given.get(question.pk)
        if answer is None and brought:
            answer = Answer(report=report, question=question)
        if answer is not None:
            rows.setdefault(question.section, []).append((answer, brought))
    return [
        SectionOf(
            title=str(Section(code).label),
            answers=lines,
            worth=scored.sections.get(code),
            failed=code in scored.failed,
        )
        for code, lines in rows.items()
    ]


_BY_REGION = {
    ReportActionKind.ATTRIBUTE,
    ReportActionKind.SEND_BACK,
    ReportActionKind.RELEASE,
}
_BY_AGENCY = {ReportActionKind.RETURN, ReportActionKind.APPROVE}


def _step(event: ReportEvent, report: Report) -> Step:
    shopper = report.shopper
    what = ReportActionKind(event.what)
    if what in _BY_REGION:
        who = _("region")
    elif what in _BY_AGENCY:
        who = _("agency")
    elif what in (ReportActionKind.BEGIN, ReportActionKind.SUBMIT):
        herself = shopper is not None and event.by_id == shopper.user_id
        who = _("shopper") if herself else _("agency")
    else:
        who = ""
    return Step(str(what.label), event.words, who, event.at)
