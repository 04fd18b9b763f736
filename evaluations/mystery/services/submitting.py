"""Reports: begun, filled and submitted once, however often a phone sends them."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.mystery.models import (
    Answer,
    HeldBecause,
    QuestionnaireVersion,
    Report,
    ReportActionKind,
    ReportState,
    Sending,
    Visit,
    VisitEvidence,
    VisitQuestion,
    WaveState,
)
from evaluations.mystery.rules import filling, stages
from evaluations.mystery.rules.filling import Lack, Needs, Why, Window
from evaluations.mystery.rules.scoring import asked, score
from evaluations.mystery.rules.stages import Action, Part
from evaluations.mystery.services import refusals
from evaluations.mystery.services.carrying import entering, theirs
from evaluations.mystery.services.evidence import forget_evidence, forget_pieces
from evaluations.mystery.services.steps import note, parts_of, require
from evaluations.mystery.services.visits import wearer_of
from outlets.exchange.acting import acting
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to one question, and what she noted beside it."""

    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A report as it was filled in; day and times are the outlet's, None: not said."""

    visited_on: date | None
    arrived_at: time | None
    left_at: time | None
    badge: str = ""
    described: str = ""
    comment: str = ""
    answers: Mapping[str, Given] = field(default_factory=dict)

    def told(self, evidence: Collection[UUID] | None) -> str:
        """Return all of it as JSON, alike whenever it says the same."""
        return json.dumps(
            {
                "visited_on": str(self.visited_on or ""),
                "arrived_at": str(self.arrived_at or ""),
                "left_at": str(self.left_at or ""),
                "badge": self.badge,
                "described": self.described,
                "comment": self.comment,
                "answers": {
                    code: [given.value, given.note]
                    for code, given in self.answers.items()
                    if given.value or given.note
                },
                "evidence": sorted(str(one) for one in evidence or ()),
            },
            sort_keys=True,
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery; `held` "": it is the report now, or was already."""

    report: Report
    held: str = ""


def window_of(report: Report) -> Window:
    return Window(report.from_on, report.to_on, settings.MYSTERY_SLACK_DAYS)


def is_late(report: Report) -> bool:
    """Tell whether a submitted report came late; reads its outlet."""
    if report.visited_on is None or report.submitted_at is None:
        return False
    sent_on = timezone.localtime(report.submitted_at, report.outlet.zone).date()
    return filling.is_late(window_of(report), report.visited_on, sent_on)


def newest_version(report: Report) -> QuestionnaireVersion:
    """Return what a visit begun now asks.

    Raises:
        NoQuestions: nothing was published yet.
    """
    versions = QuestionnaireVersion.objects.filter(
        questionnaire=report.wave.questionnaire_id
    )
    newest = versions.order_by("-number").first()
    if newest is None:
        raise refusals.NoQuestions
    return newest


@transaction.atomic
def begin(*, report: UUID, by: User) -> Report:
    """Fix the questions of a visit; to begin again changes nothing.

    Raises:
        Report.DoesNotExist: neither hers to carry out nor of her agency.
        BegunByShopper: an agency enters nothing that its shopper has begun.
        NoQuestions, WaveOver: as they say.
    """
    row = theirs(report, by)
    action = entering(row, by)
    require(Action.BEGIN if action == Action.SUBMIT else action, row, by)
    if row.version_id is not None:
        return row
    if row.wave.state == WaveState.CLOSED:
        raise refusals.WaveOver
    row.version = newest_version(row)
    row.save(update_fields=["version"])
    note(row, ReportActionKind.BEGIN, by=by)
    return row


@transaction.atomic
def deliver(
    *,
    report: UUID,
    delivery: UUID,
    filled: Filled,
    evidence: Collection[UUID] | None = None,
    by: User,
) -> Delivered:
    """Submit a report. The same delivery again changes nothing; nothing is lost.

    `evidence` is all that belongs to it, what else was brought is dropped; None: what
    is there. What cannot become the report (other content under the same `delivery`,
    a report that stands already, a visit that is another's by now) is held for the
    agency to look at.

    Raises:
        Report.DoesNotExist: she never carried it out, nor is it of her agency.
        NotBegun, ReportIncomplete, EvidenceMissing, NothingScored: to be mended, and
            sent again.
    """
    row = theirs(report, by)
    told = filled.told(evidence)
    digest = hashlib.sha256(told.encode()).hexdigest()
    same = Sending.objects.filter(delivery=delivery)
    earlier = same.filter(report=row, digest=digest).first()
    if earlier is not None:
        return Delivered(row, earlier.held)
    held = _held(row, by, other=same.exists())
    if held:
        row.sendings.create(
            delivery=delivery, digest=digest, held=held, content=told, by=by
        )
        return Delivered(row, held)
    submit(row, filled, evidence=evidence, delivery=delivery, by=by)
    row.sendings.create(delivery=delivery, digest=digest, by=by)
    return Delivered(row)


def submit(
    row: Report,
    filled: Filled,
    *,
    evidence: Collection[UUID] | None = None,
    delivery: UUID | None = None,
    by_sheet: bool = False,
    by: User,
) -> None:
    """Write what was filled in and what it is worth; the caller has locked `row`.

    `by_sheet`: from an agency's spreadsheet, which brings no evidence along.

    Raises:
        NotBegun, ReportIncomplete, EvidenceMissing, NothingScored: as they say.
    """
    require(entering(row, by), row, by)
    if row.version is None:
        raise refusals.NotBegun
    files = list(row.evidence.all())
    if evidence is not None:
        if missing := set(evidence) - {one.uuid for one in files}:
            raise refusals.EvidenceMissing(sorted(missing))
        files = [one for one in files if one.uuid in evidence]
    questions = list(row.version.questions.all())
    lacks = lacks_of(row, filled, questions, files)
    if by_sheet:
        lacks = [one for one in lacks if one.why != Why.EVIDENCE]
    if lacks:
        raise refusals.ReportIncomplete(lacks)
    pointed = _pointing(row)
    _write(row, filled, questions, delivery)
    if row.visit is not None and _pointing(row) != pointed:
        _say_anew_whose(row.visit, row)
    forget_evidence(row, but={one.uuid for one in files})
    forget_pieces(row)
    note(row, ReportActionKind.SUBMIT, by=by)


def _pointing(row: Report) -> tuple[object, ...]:
    """Return what of a report points to the person who was met."""
    return row.badge, row.described, row.visited_on


def _say_anew_whose(visit: Visit, row: Report) -> None:
    """Let a visit that came back be whose badge it is: what was found out is over."""
    visit.employee = wearer_of(row.badge)
    # In the history of the visit nobody finds out who came.
    with acting(name="system: submit", who=lambda: None):
        visit.save(update_fields=["employee"])


def lacks_of(
    row: Report,
    filled: Filled,
    questions: Sequence[VisitQuestion],
    files: Collection[VisitEvidence] = (),
) -> list[Lack]:
    """Return what is wrong with a report as filled in, from its top to its end."""
    now = timezone.localtime(timezone=row.outlet.zone)
    found = filling.untimely(
        window_of(row),
        filled.visited_on,
        filled.arrived_at,
        filled.left_at,
        (now.date(), now.time()),
    )
    if not filled.badge and not filled.described:
        found.append(Lack(filling.SERVED, Why.NOBODY))
    codes = {one.pk: one.code for one in questions}
    brought: dict[str, set[str]] = {}
    for one in files:
        if one.question_id in codes:
            brought.setdefault(codes[one.question_id], set()).add(one.kind)
    needs = [Needs(one.rule, one.required, one.evidence) for one in questions]
    values = {code: given.value for code, given in filled.answers.items()}
    return [*found, *filling.lacking(needs, values, brought)]


def _write(
    row: Report,
    filled: Filled,
    questions: Sequence[VisitQuestion],
    delivery: UUID | None,
) -> None:
    values = {code: given.value for code, given in filled.answers.items()}
    rules = [one.rule for one in questions]
    scored = score(rules, values)
    if scored.total.out_of == 0:
        raise refusals.NothingScored
    shown = {rule.code for rule in asked(rules, values)}
    answers = []
    for one in questions:
        given = filled.answers.get(one.code, Given())
        if one.code not in shown or not (given.value or given.note):
            continue
        worth = scored.questions.get(one.code)
        answers.append(
            Answer(
                report=row,
                question=one,
                value=given.value,
                note=given.note,
                points=worth.points if worth is not None else None,
                out_of=worth.out_of if worth is not None else None,
            )
        )
    row.answers.all().delete()
    Answer.objects.bulk_create(answers)
    for name in ("visited_on", "arrived_at", "left_at"):
        setattr(row, name, getattr(filled, name))
    row.badge, row.described = filled.badge, filled.described
    row.comment = filled.comment
    row.points, row.out_of = scored.total.points, scored.total.out_of
    row.state, row.submitted_at = ReportState.SUBMITTED, timezone.now()
    row.delivery = delivery
    row.save(
        update_fields=[
            *("visited_on", "arrived_at", "left_at", "badge", "described", "comment"),
            *("points", "out_of", "state", "submitted_at", "delivery"),
        ]
    )


def _held(row: Report, by: User, *, other: bool) -> str:
    """Return why what was sent cannot become the report; "": it may."""
    if other:
        return HeldBecause.OTHER_CONTENT
    parts = parts_of(row, by)
    if parts.isdisjoint({Part.SHOPPER, Part.AGENCY}):
        return HeldBecause.HANDED_OVER
    if Part.SHOPPER in parts and not stages.may(Action.SUBMIT, row.stage, parts):
        return HeldBecause.MOVED
    return ""
