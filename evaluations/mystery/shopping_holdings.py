"""What shoppers' reports and appeals hold about people."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Answer,
    Report,
    ReportEvent,
    Sending,
    VisitAppeal,
    VisitAppealEvent,
    VisitEvidence,
)
from evaluations.mystery.models.questionnaires import QuestionKind
from evaluations.mystery.rules.appealing import UNDECIDED
from evaluations.mystery.services.evidence import forget_pieces_before
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.keeping import RetentionKind, day_begins, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Guard, Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS, EVIDENCE = "shopper_words", "visit_evidence"
_ANSWER = ("report__visit__visit_no", "question__code", "value", "note")
_APPEAL = ("visit__visit_no", "at", "ground", "words", "state", "reason")


def _answers(employee: Employee) -> QuerySet[Answer]:
    return Answer.objects.filter(report__visit__employee=employee)


def _released_answers(employee: Employee) -> QuerySet[Answer]:
    """Nobody at the outlet learns of a visit before its release."""
    return _answers(employee).filter(report__visit__released_at__isnull=False)


def _words_about(employee: Employee) -> QuerySet[Answer]:
    return _answers(employee).filter(question__kind=QuestionKind.TEXT)


def _answers_near(employee: Employee) -> QuerySet[Answer]:
    near = Answer.objects.filter(report__outlet__in=outlets_of(employee))
    return near.exclude(report__visit__employee=employee)


def _reports(employee: Employee) -> QuerySet[Report]:
    return Report.objects.filter(visit__employee=employee)


def _reports_near(employee: Employee) -> QuerySet[Report]:
    near = Report.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(visit__employee=employee)


def _badges(employee: Employee) -> QuerySet[Report]:
    """Whether or not the number on a badge was taken for hers."""
    return Report.objects.filter(badge=employee.number)


def _events_near(employee: Employee) -> QuerySet[ReportEvent]:
    return ReportEvent.objects.filter(
        Q(report__outlet__in=outlets_of(employee)) | Q(by__employee=employee)
    )


def _hers(employee: Employee) -> Q:
    return Q(by__employee=employee) | Q(visit__employee=employee)


def _appeals(employee: Employee) -> QuerySet[VisitAppeal]:
    released = VisitAppeal.objects.filter(visit__released_at__isnull=False)
    return released.filter(_hers(employee))


def _own_appeals(employee: Employee) -> QuerySet[VisitAppeal]:
    return VisitAppeal.objects.filter(by__employee=employee)


def _appeals_near(employee: Employee) -> QuerySet[VisitAppeal]:
    return VisitAppeal.objects.filter(
        Q(visit__outlet__in=outlets_of(employee)) | Q(decided_by__employee=employee)
    )


def _steps(employee: Employee) -> QuerySet[VisitAppealEvent]:
    return VisitAppealEvent.objects.filter(by__employee=employee)


def _steps_near(employee: Employee) -> QuerySet[VisitAppealEvent]:
    near = VisitAppealEvent.objects.filter(
        appeal__visit__outlet__in=outlets_of(employee)
    )
    return near.exclude(by__employee=employee)


def _blocks(employee: Employee) -> Iterator[str]:
    waiting = _appeals(employee).filter(state__in=UNDECIDED)
    for appeal in waiting.select_related("visit"):
        yield gettext("The appeal on visit %(visit_no)s is not decided.") % {
            "visit_no": appeal.visit.visit_no
        }


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    """Clear what shoppers wrote of visits before `cut_off`, and words of appeals.

    A report that nobody sent goes by the last day planned for it.
    """
    disputed = Report.objects.filter(visit__disputed=True)
    over = Report.objects.exclude(pk__in=disputed).alias(
        last_on=Coalesce("visited_on", "to_on")
    )
    over = over.filter(last_on__lt=cut_off)
    written = put_oldest(
        over.exclude(comment="", described=""), limit, comment="", described=""
    )
    inside = {"report__in": over.order_by()}
    answers = Answer.objects.filter(**inside).exclude(note="")
    written += put_oldest(answers, limit - written, note="")
    texts = Answer.objects.filter(**inside, question__kind=QuestionKind.TEXT)
    written += put_oldest(texts.exclude(value=""), limit - written, value="")
    events = ReportEvent.objects.filter(**inside).exclude(words="")
    written += put_oldest(events, limit - written, words="")
    sent = Sending.objects.held().filter(at__lt=day_begins(cut_off))
    written += put_oldest(sent.exclude(content=""), limit - written, content="")
    before = Q(at__lt=day_begins(cut_off)) & ~Q(state__in=UNDECIDED)
    appeals = VisitAppeal.objects.filter(before).exclude(words="")
    written += put_oldest(appeals, limit - written, words="")
    over_ones = VisitAppeal.objects.filter(before)
    steps = VisitAppealEvent.objects.filter(appeal__in=over_ones)
    return written + put_oldest(steps.exclude(words=""), limit - written, words="")


def _expire_evidence(cut_off: date, action: Action, limit: int) -> int:
    """Delete files of visits before `cut_off`, but not while one is disputed.

    Of reports that nobody sent they go by the last day planned, pieces too.
    """
    forget_pieces_before(cut_off)
    last_on = Coalesce("report__visited_on", "report__to_on")
    old = VisitEvidence.objects.alias(last_on=last_on).filter(last_on__lt=cut_off)
    rows = old.exclude(report__visit__disputed=True).order_by("pk")[:limit]
    gone = 0
    for row in rows:
        row.content.delete(save=False)
        row.delete()
        gone += 1
    return gone


HOLDINGS = (
    Holding(
        code="visit_answers",
        label=_("Answers of mystery visits"),
        about=_("What was answered in released visits that met you, without names."),
        columns=_ANSWER,
        rows_of=columns_of(_released_answers, *_ANSWER),
        words=frozenset({"value", "note"}),
        changes=(
            clear(_answers, "note"),
            clear(_words_about, "value"),
            clear(_reports, "comment", "described"),
            Strike(_answers_near, "note"),
            Strike(_answers_near, "value"),
            Strike(_reports_near, "comment"),
            Strike(_reports_near, "described"),
            Put(_badges, lambda pseudonym: {"badge": pseudonym}),
            Strike(_events_near, "words"),
        ),
        erased=_("Answers stay under the pseudonym; what was noted is cleared."),
        covers=frozenset(
            {
                "mystery.Answer",
                "mystery.Answer.value",
                "mystery.Answer.note",
                "mystery.Report",
                "mystery.Report.comment",
                "mystery.Report.described",
                "mystery.Report.badge",
                "mystery.ReportEvent.words",
                "mystery.ReportEvent.by",
                # Named by a uuid; it goes after its months.
                "mystery.VisitEvidence",
                "mystery.VisitEvidence.content",
            }
        ),
        retention=WORDS,
    ),
    Holding(
        code="visit_appeals",
        label=_("Appeals on mystery visits"),
        about=_("Appeals on visits that met you, and those that you made."),
        columns=_APPEAL,
        rows_of=columns_of(_appeals, *_APPEAL),
        words=frozenset({"words", "reason"}),
        changes=(
            clear(_own_appeals, "words"),
            clear(_steps, "words"),
            Strike(_appeals_near, "words"),
            Strike(_appeals_near, "reason"),
            Strike(_steps_near, "words"),
        ),
        erased=_("Her words are cleared; what was decided stays."),
        covers=frozenset(
            {
                "mystery.VisitAppeal.by",
                "mystery.VisitAppeal.appellant",
                "mystery.VisitAppeal.decided_by",
                "mystery.VisitAppeal.words",
                "mystery.VisitAppeal.reason",
                # Codes of questions, points, and people by their lasting id.
                "mystery.VisitAppeal.was",
                "mystery.VisitAppeal.now",
                "mystery.VisitAppealEvent.by",
                "mystery.VisitAppealEvent.words",
            }
        ),
        retention=WORDS,
    ),
)
GUARD = Guard(code="visit_appeals", needs_from=lambda: None, blocks=_blocks)
KINDS = (
    RetentionKind(
        code=WORDS,
        label=_("Words of shoppers and of appeals"),
        why=_("They explain the points as long as an award can be disputed."),
        months=36,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_words,
        judged=True,
    ),
    RetentionKind(
        code=EVIDENCE,
        label=_("Photos, receipts and recordings of mystery visits"),
        why=_("They prove an answer as long as the month can be disputed."),
        months=12,
        actions=(Action.DELETE, Action.KEEP),
        apply=_expire_evidence,
        judged=True,
        batch=100,
    ),
)
