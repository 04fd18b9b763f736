"""Decisions on appeals: what they do to one visit, and to the ledger at once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Answer, Effect, Report, Visit, VisitAppeal
from evaluations.mystery.rules.appealing import DECIDED, AppealAction, AppealState
from evaluations.mystery.rules.scoring import NOT_APPLICABLE, fault, score
from evaluations.mystery.services.appeals import (
    WordsMissing,
    locked_appeal,
    note_step,
    require_may,
    settle_dispute,
)
from evaluations.mystery.services.checking import people_of_day
from evaluations.mystery.services.posting import post
from evaluations.mystery.services.telling import tell_of_appeal
from outlets.exchange.errors import DomainError
from staffing.people.models import User


class EffectDoesNotFit(DomainError):
    code = "visit_appeal_effect"
    message = "%(why)s"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided, why, and what it does to the visit.

    `effect` asks for one of: `answer` (the right answer to the question), `points` (of
    the visit, in hundredths), `employee_number` (whose visit it is).
    """

    state: str
    reason: str
    effect: str = Effect.NONE
    answer: str = ""
    points: int | None = None
    employee_number: str = ""


@transaction.atomic
def decide_appeal(*, uuid: UUID, decision: Decision, by: User) -> VisitAppeal:
    """Decide on an appeal; its effect reaches this visit only, and the ledger at once.

    Raises:
        PermissionDenied: `by` does not decide there, or belongs to a side.
        AppealMoved: it is decided or withdrawn.
        WordsMissing: no reason.
        EffectDoesNotFit: the effect lacks what it needs, or contradicts the decision.
    """
    appeal = locked_appeal(uuid)
    require_may(AppealAction.DECIDE, appeal, by)
    if not decision.reason.strip():
        raise WordsMissing
    if decision.state not in DECIDED:
        raise EffectDoesNotFit(why=_("Decide: upheld, upheld in part, or refused."))
    refused = decision.state == AppealState.REFUSED
    if refused != (decision.effect == Effect.NONE):
        raise EffectDoesNotFit(
            why=_("A refused appeal changes nothing; one that is upheld does.")
        )
    visit = appeal.visit
    appeal.was = _told(visit)
    _apply(appeal, decision)
    appeal.now = _told(visit)
    appeal.state, appeal.effect = decision.state, decision.effect
    appeal.reason = decision.reason.strip()
    appeal.decided_at, appeal.decided_by = timezone.now(), by
    appeal.save()
    note_step(appeal, AppealAction.DECIDE, decision.reason, by)
    settle_dispute(visit)
    if not refused:
        post(visit, by=by, reason=appeal.reason)
    tell_of_appeal(appeal, AppealAction.DECIDE)
    return appeal


def _told(visit: Visit) -> dict[str, Any]:
    """Return what a visit says now: whose, how much, and each answer of a report."""
    answers = Answer.objects.filter(report__visit=visit)
    return {
        "employee": str(visit.employee.uuid) if visit.employee is not None else None,
        "points": visit.points,
        "out_of": visit.out_of,
        "annulled": visit.annulled_at is not None,
        "answers": dict(answers.values_list("question__code", "value")),
    }


def _apply(appeal: VisitAppeal, decision: Decision) -> None:
    visit, effect = appeal.visit, decision.effect
    if effect in (Effect.ANSWER, Effect.LEAVE_OUT):
        value = NOT_APPLICABLE if effect == Effect.LEAVE_OUT else decision.answer
        _answer_anew(appeal, value)
    elif effect == Effect.POINTS:
        _give_points(appeal, decision.points)
    elif effect == Effect.PERSON:
        person = people_of_day(visit).filter(number=decision.employee_number).first()
        if person is None or person.pk == visit.employee_id:
            raise EffectDoesNotFit(
                why=_("Name somebody else who was assigned there on that day.")
            )
        visit.employee = person
    elif effect == Effect.OUTLET:
        visit.employee = None
    elif effect == Effect.ANNUL:
        visit.annulled_at = timezone.now()
    visit.save()


def _answer_anew(appeal: VisitAppeal, value: str) -> None:
    """Give the question another answer, and score this visit by its own version."""
    report = Report.objects.filter(visit=appeal.visit).select_related("version").first()
    question = appeal.question
    if report is None or report.version is None or question is None:
        raise EffectDoesNotFit(
            why=_("The appeal is on the whole visit: change its points, or annul it.")
        )
    if not value or fault(question.rule, value):
        raise EffectDoesNotFit(
            why=_("Give one of the answers that the question takes.")
        )
    rows = {row.question.code: row for row in report.answers.select_related("question")}
    if rows[question.code].value == value:
        raise EffectDoesNotFit(
            why=_("Give another answer than the one that stands already.")
        )
    rows[question.code].value = value
    scored = score(
        report.version.rules, {code: row.value for code, row in rows.items()}
    )
    if scored.total.out_of == 0:
        raise EffectDoesNotFit(
            why=_("Nothing of the visit would be left: annul it instead.")
        )
    for code, row in rows.items():
        worth = scored.questions.get(code)
        row.points = None if worth is None else worth.points
        row.out_of = None if worth is None else worth.out_of
    Answer.objects.bulk_update(rows.values(), ["value", "points", "out_of"])
    report.points, report.out_of = scored.total.points, scored.total.out_of
    report.save(update_fields=["points", "out_of"])
    appeal.visit.points, appeal.visit.out_of = report.points, report.out_of


def _give_points(appeal: VisitAppeal, points: int | None) -> None:
    visit = appeal.visit
    if Report.objects.filter(visit=visit).exists():
        raise EffectDoesNotFit(
            why=_("This visit has answers: change the answer that is wrong.")
        )
    if points is None or not 0 <= points <= visit.out_of or points == visit.points:
        raise EffectDoesNotFit(
            why=_("Give other points, from 0 to %(most)s.")
            % {"most": Decimal(visit.out_of) / 100}
        )
    visit.points = points
