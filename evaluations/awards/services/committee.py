"""The committee's ballots: who may give one, and which of them count."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.acting import Choice, Verdict, verdict
from evaluations.awards.models import Ballot, Member, Nomination, RoundState
from evaluations.awards.parts import conflict_of
from evaluations.awards.services.lists import may_decide
from evaluations.awards.services.refusals import (
    InConflict,
    ReasonMissing,
    RoundNotOpen,
    SeatTakenAlready,
)
from evaluations.awards.services.rounds import locked
from staffing.people.models import User


@transaction.atomic
def unseat(*, member_id: int, reason: str, by: User) -> Member:
    """Take a seat away while the round is open; what it voted counts no more.

    What has been decided with its vote stands: a decision is changed by an appeal.

    Raises:
        PermissionDenied: `by` does not decide, or it is a seat of her own.
        RoundNotOpen: the round is not open any more.
        SeatTakenAlready: it is no seat any more.
        ReasonMissing: no reason.
    """
    member = Member.objects.get(pk=member_id)
    if not may_decide(by) or member.user_id == by.pk:
        raise PermissionDenied
    opened = locked(member.round_id)
    if opened.state != RoundState.OPEN:
        raise RoundNotOpen(state=opened.get_state_display())
    if not reason.strip():
        raise ReasonMissing
    gone = Member.objects.seated().filter(pk=member_id)
    taken = gone.update(
        removed_at=timezone.now(), removed_by=by, removed_because=reason.strip()
    )
    if not taken:
        raise SeatTakenAlready
    member.refresh_from_db()
    return member


def vote(row: Nomination, by: User, note: str, choice: str) -> None:
    """Give or change a ballot; the caller holds the nomination's lock.

    Raises:
        InConflict: she is too close to the nominee, or has stepped back.
        PermissionDenied: she has no seat, has left the company, or that is no vote.
    """
    member = _seat(row, by)
    if _has_left(by) or choice not in (Choice.YES, Choice.NO, Choice.ABSTAIN):
        raise PermissionDenied
    if conflict_of(row, by) is not None:
        raise InConflict
    if row.ballots.filter(member=member, choice=Choice.RECUSED).exists():
        raise InConflict
    _put(row, member, choice, note)


def step_back(row: Nomination, by: User, note: str, choice: str) -> None:
    """Step back from one nomination, for good: an earlier vote is gone."""
    conflict = conflict_of(row, by)
    _put(row, _seat(row, by), Choice.RECUSED, note, conflict or "")


def tally(row: Nomination) -> tuple[Verdict, int]:
    """Return what the committee says, and how many ballots count.

    Everybody's closeness to the nominee is looked at again: who came into a conflict
    since she voted is made to step back before anything is counted. Who has left the
    company since does not count. The caller holds the nomination's lock, so no ballot
    comes in between.
    """
    choices = []
    ballots = row.ballots.select_related("member__user__employee")
    for ballot in ballots.select_for_update(of=("self",)):
        member = ballot.member
        seated = (
            member.round_id == row.round_id
            and member.removed_at is None
            and not _has_left(member.user)
        )
        conflict = conflict_of(row, member.user)
        if conflict is not None and ballot.choice != Choice.RECUSED:
            _put(row, member, Choice.RECUSED, "", conflict)
            ballot.choice = Choice.RECUSED
        choices.append(Choice(ballot.choice) if seated else Choice.RECUSED)
    counted = sum(choice is not Choice.RECUSED for choice in choices)
    return verdict(choices, row.round.quorum), counted


def _has_left(user: User) -> bool:
    """Tell whether her account is closed, or she works in the company no more."""
    if not user.is_active:
        return True
    employee = user.employee
    return employee is not None and employee.has_left(timezone.localdate())


def _seat(row: Nomination, by: User) -> Member:
    member = Member.objects.seated().filter(round=row.round_id, user=by).first()
    if member is None:
        raise PermissionDenied
    return member


def _put(
    row: Nomination, member: Member, choice: str, note: str, conflict: str = ""
) -> None:
    Ballot.objects.update_or_create(
        nomination=row,
        member=member,
        defaults={
            "choice": choice,
            "conflict": conflict,
            "reason": note,
            "at": timezone.now(),
        },
    )
