"""What rounds, nominations and what follows from them hold about a person."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import (
    Ballot,
    Bonus,
    Candidate,
    Certificate,
    Extension,
    Member,
    Nomination,
    NominationState,
    Objection,
    PointLine,
    Step,
)
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

ERASED = "–"
_ROUND = ("round__period", "round__level", "round__title")
_NOMINATION = (*_ROUND, "place_name", "state", "reason", "exception", "decision")
_CANDIDACY = (*_ROUND, "place_name")
_BALLOT = ("nomination__round__period", "choice", "conflict", "reason", "at")
_OBJECTION = ("nomination__round__period", "kind", "at", "text", "state", "answer")
_CERTIFICATE = ("uuid", "issued_at", "text", "revoked_at", "revoked_because")
_BONUS = ("award__award_list__period", "amount", "given_at", "taken_back_at")
_POINTS = ("on", "account", "amount", "reason")


def _nominations(employee: Employee) -> QuerySet[Nomination]:
    return Nomination.objects.filter(employee=employee).exclude(
        state=NominationState.DRAFT
    )


def _all_nominations(employee: Employee) -> QuerySet[Nomination]:
    return Nomination.objects.filter(employee=employee)


def _excepted(employee: Employee) -> QuerySet[Nomination]:
    return _all_nominations(employee).exclude(exception="")


def _decided(employee: Employee) -> QuerySet[Nomination]:
    return _all_nominations(employee).exclude(decision="")


def _near(employee: Employee) -> QuerySet[Nomination]:
    near = Nomination.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(Q(employee=employee, employee__isnull=False))


def _steps(employee: Employee) -> QuerySet[Step]:
    return Step.objects.filter(nomination__employee=employee)


def _steps_near(employee: Employee) -> QuerySet[Step]:
    near = Step.objects.filter(nomination__outlet__in=outlets_of(employee))
    return near.exclude(
        Q(nomination__employee=employee, nomination__employee__isnull=False)
    )


def _candidacies(employee: Employee) -> QuerySet[Candidate]:
    return Candidate.objects.filter(employee=employee)


def _seats_lost(employee: Employee) -> QuerySet[Member]:
    return Member.objects.filter(user__employee=employee).exclude(removed_because="")


def _seats_lost_near(employee: Employee) -> QuerySet[Member]:
    near = Member.objects.filter(round__nominations__outlet__in=outlets_of(employee))
    return near.exclude(user__employee=employee).distinct()


def _extended(employee: Employee) -> QuerySet[Extension]:
    near = Extension.objects.filter(round__nominations__outlet__in=outlets_of(employee))
    return near.distinct()


def _ballots(employee: Employee) -> QuerySet[Ballot]:
    return Ballot.objects.filter(member__user__employee=employee)


def _ballots_about(employee: Employee) -> QuerySet[Ballot]:
    about = Ballot.objects.filter(nomination__employee=employee)
    return about.exclude(member__user__employee=employee)


def _ballots_near(employee: Employee) -> QuerySet[Ballot]:
    near = Ballot.objects.filter(nomination__in=_near(employee))
    return near.exclude(member__user__employee=employee)


def _said(employee: Employee) -> QuerySet[Objection]:
    return Objection.objects.filter(by__employee=employee)


def _answered(employee: Employee) -> QuerySet[Objection]:
    return _said(employee).exclude(answer="")


def _said_about(employee: Employee) -> QuerySet[Objection]:
    about = Objection.objects.filter(nomination__employee=employee)
    return about.exclude(by__employee=employee)


def _said_near(employee: Employee) -> QuerySet[Objection]:
    near = Objection.objects.filter(nomination__in=_near(employee))
    return near.exclude(by__employee=employee)


def _answers_about(employee: Employee) -> QuerySet[Objection]:
    return _said_about(employee).exclude(answer="")


def _certificates(employee: Employee) -> QuerySet[Certificate]:
    return Certificate.objects.filter(award__employee=employee)


def _revoked(employee: Employee) -> QuerySet[Certificate]:
    return _certificates(employee).exclude(revoked_at=None)


def _revoked_near(employee: Employee) -> QuerySet[Certificate]:
    near = Certificate.objects.filter(award__outlet__in=outlets_of(employee))
    return near.exclude(award__employee=employee)


def _bonuses(employee: Employee) -> QuerySet[Bonus]:
    return Bonus.objects.filter(award__employee=employee)


def _points(employee: Employee) -> QuerySet[PointLine]:
    return PointLine.objects.filter(employee=employee)


def _points_near(employee: Employee) -> QuerySet[PointLine]:
    near = PointLine.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(employee=employee)


HOLDINGS = (
    Holding(
        code="award_nominations",
        label=_("Nominations"),
        about=_("What you were nominated for, why, and what was decided."),
        columns=_NOMINATION,
        rows_of=columns_of(_nominations, *_NOMINATION),
        words=frozenset({"reason", "exception", "decision"}),
        changes=(
            clear(_all_nominations, "reason"),
            Put(_excepted, lambda pseudonym: {"exception": ERASED}),
            Put(_decided, lambda pseudonym: {"decision": ERASED}),
            clear(_steps, "note"),
            clear(_ballots_about, "reason"),
            Strike(_near, "reason"),
            Strike(_near, "exception"),
            Strike(_near, "decision"),
            Strike(_steps_near, "note"),
            Strike(_extended, "reason"),
        ),
        erased=_(
            "That she was nominated stays under the pseudonym; words are cleared."
        ),
        covers=frozenset(
            {
                "awards.Nomination.employee",
                "awards.Nomination.reason",
                "awards.Nomination.exception",
                "awards.Nomination.decision",
                "awards.Nomination.nominated_by",
                "awards.Nomination.decided_by",
                "awards.Step.by",
                "awards.Step.note",
                "awards.Extension.by",
                "awards.Extension.reason",
            }
        ),
    ),
    Holding(
        code="award_candidacies",
        label=_("Lists of candidates"),
        about=_("The rounds whose list you were on."),
        columns=_CANDIDACY,
        rows_of=columns_of(_candidacies, *_CANDIDACY),
        covers=frozenset({"awards.Candidate.employee"}),
    ),
    Holding(
        code="award_ballots",
        label=_("Your ballots in committees"),
        about=_("How you voted on awards, and where you stepped back."),
        columns=_BALLOT,
        rows_of=columns_of(_ballots, *_BALLOT),
        words=frozenset({"reason"}),
        changes=(
            clear(_ballots, "reason"),
            Strike(_ballots_near, "reason"),
            Put(_seats_lost, lambda pseudonym: {"removed_because": ERASED}),
            Strike(_seats_lost_near, "removed_because"),
        ),
        erased=_("The ballot stays under the pseudonym, without words."),
        covers=frozenset(
            {
                "awards.Member.user",
                "awards.Member.removed_by",
                "awards.Member.removed_because",
                "awards.Ballot",
                "awards.Ballot.reason",
            }
        ),
    ),
    Holding(
        code="award_objections",
        label=_("Your objections and appeals"),
        about=_("What you said against a result, and the answer."),
        columns=_OBJECTION,
        rows_of=columns_of(_said, *_OBJECTION),
        words=frozenset({"text", "answer"}),
        changes=(
            clear(_said, "text"),
            Put(_answered, lambda pseudonym: {"answer": ERASED}),
            clear(_said_about, "text"),
            Put(_answers_about, lambda pseudonym: {"answer": ERASED}),
            Strike(_said_near, "text"),
            Strike(_said_near, "answer"),
        ),
        erased=_("That it was said and answered stays, without words."),
        covers=frozenset(
            {
                "awards.Objection.by",
                "awards.Objection.decided_by",
                "awards.Objection.text",
                "awards.Objection.answer",
            }
        ),
    ),
    Holding(
        code="award_certificates",
        label=_("Certificates"),
        about=_("What your certificates say, and whether they hold."),
        columns=_CERTIFICATE,
        rows_of=columns_of(_certificates, *_CERTIFICATE),
        words=frozenset({"revoked_because"}),
        changes=(
            clear(_certificates, "text"),
            Put(_revoked, lambda pseudonym: {"revoked_because": ERASED}),
            Strike(_revoked_near, "revoked_because"),
        ),
        erased=_("The signed text goes; its number still says whether it held."),
        covers=frozenset(
            {
                "awards.Certificate.text",
                "awards.Certificate.revoked_because",
                "awards.Certificate.revoked_by",
            }
        ),
    ),
    Holding(
        code="award_bonuses",
        label=_("Bonuses"),
        about=_("What your awards brought, in hundredths of the currency."),
        columns=_BONUS,
        rows_of=columns_of(_bonuses, *_BONUS),
        covers=frozenset({"awards.Bonus.given_by"}),
    ),
    Holding(
        code="award_points",
        label=_("Personal points"),
        about=_("What your three accounts were credited with, and why."),
        columns=_POINTS,
        rows_of=columns_of(_points, *_POINTS),
        words=frozenset({"reason"}),
        changes=(
            clear(_points, "reason"),
            Strike(_points_near, "reason"),
        ),
        erased=_("Points stay under the pseudonym, without words."),
        covers=frozenset(
            {
                "awards.PointLine.employee",
                "awards.PointLine.reason",
                "awards.PointLine.by",
            }
        ),
    ),
)
