"""Correcting and undoing checks, and settling what two tablets said."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.checks.models import Action, Check, CheckState, Correction
from evaluations.checks.rules import Mark
from evaluations.checks.services.cards import (
    card_of,
    holds,
    lock,
    marks_of,
    on_its_day,
    post,
    require_valid,
    write_marks,
)
from evaluations.checks.services.refusals import NotStanding, OwnCheck, ReasonMissing
from evaluations.standards.selectors import sheets
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User


@transaction.atomic
def correct_check(
    *,
    uuid: UUID,
    marks: Mapping[str, Mark],
    note: str = "",
    score: int | None = None,
    reason: str = "",
    by: User,
    at: datetime | None = None,
) -> Check:
    """Change what a check says, keep what it said, and re-enter the ledger.

    Its author may until the day is over; later it takes the power to correct, and a
    reason. Saying the same again changes nothing. `at` is when it was tapped, where
    that was earlier (None: now).
    """
    check = _locked_check(uuid, by)
    _require_may_change(check, reason, by, at)
    if check.state != CheckState.STANDING:
        raise NotStanding
    sheet = sheets([check.version_id])[check.version_id]
    require_valid(sheet, check.judged, marks, score)
    if (marks_of(check), check.score, check.note) == (marks, score, note):
        return check
    _remember(check, Action.CORRECTED, reason, by)
    check.marks.all().delete()
    write_marks(check, sheet, marks)
    check.score, check.note, check.pending = score, note, True
    check.save(update_fields=["score", "note", "pending"])
    post(check, by, reason)
    return check


@transaction.atomic
def undo_check(
    *, uuid: UUID, reason: str = "", by: User, at: datetime | None = None
) -> Check:
    """Take a check back as if it had not been made; the record of it stays.

    `at` is when it was tapped, where that was earlier (None: now).
    """
    check = _locked_check(uuid, by)
    _require_may_change(check, reason, by, at)
    if check.state == CheckState.SET_ASIDE:
        return check
    _remember(check, Action.UNDONE, reason, by)
    _set_state(check, CheckState.SET_ASIDE)
    post(check, by, reason)
    return check


@transaction.atomic
def choose_check(*, uuid: UUID, reason: str = "", by: User) -> Check:
    """Settle a conflict: this check counts from now on, its rivals no longer do.

    Whoever records at the outlet may until the day is over, later who may correct.
    """
    check = _locked_check(uuid, by)
    if check.employee_id is not None and check.employee_id == by.employee_id:
        raise OwnCheck
    today = on_its_day(check.outlet, check.on)
    if not (today and holds(by, Power.RECORD, check.outlet)):
        _require_correction(check, reason, by)
    if check.state == CheckState.STANDING and not _rivals(check):
        return check
    for rival in _rivals(check):
        _remember(rival, Action.CHOSEN, reason, by)
        _set_state(rival, CheckState.SET_ASIDE)
        post(rival, by, reason)
    if check.state != CheckState.STANDING:
        _remember(check, Action.CHOSEN, reason, by)
        _set_state(check, CheckState.STANDING)
    post(check, by, reason)
    return check


def may_change(check: Check, by: User) -> bool:
    """Tell whether a user may correct or undo a check at all, reason aside."""
    try:
        _require_may_change(check, reason="?", by=by)
    except (PermissionDenied, DomainError):
        return False
    return True


def may_change_without_reason(
    check: Check, by: User, at: datetime | None = None
) -> bool:
    """Tell whether it is the author's own check of the day `at` (None: today)."""
    return (
        check.by_id is not None
        and check.by_id == by.pk
        and check.employee_id != by.employee_id
        and on_its_day(check.outlet, check.on, at)
        and holds(by, Power.RECORD, check.outlet)
    )


def _locked_check(uuid: UUID, by: User) -> Check:
    """Return the newest state of a visible check, nobody else writing beside us.

    Raises:
        Check.DoesNotExist: there is none that `by` may see.
    """
    visible = Check.objects.visible_to(by)
    found = visible.select_related("outlet", "employee").get(uuid=uuid)
    lock(found.outlet, found.employee)
    related = ("outlet__region", "employee", "version__standard")
    return Check.objects.select_related(*related).get(pk=found.pk)


def _require_may_change(
    check: Check, reason: str, by: User, at: datetime | None = None
) -> None:
    if check.employee_id is not None and check.employee_id == by.employee_id:
        raise OwnCheck
    if not may_change_without_reason(check, by, at):
        _require_correction(check, reason, by)


def _require_correction(check: Check, reason: str, by: User) -> None:
    if not holds(by, Power.CORRECT, check.outlet):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing


def _rivals(check: Check) -> list[Check]:
    """Return the other checks of the same card that count or wait for a decision."""
    others = Check.objects.filter(**card_of(check)).exclude(pk=check.pk)
    return list(others.exclude(state=CheckState.SET_ASIDE).order_by("pk"))


def _set_state(check: Check, state: CheckState) -> None:
    check.state, check.pending = state, True
    check.save(update_fields=["state", "pending"])


def _remember(check: Check, action: Action, reason: str, by: User) -> None:
    Correction.objects.create(
        check_record=check,
        action=action,
        previous=what_it_says(check),
        reason=reason,
        by=by,
    )


def what_it_says(check: Check) -> dict[str, object]:
    """Return what a correction keeps of a check before it changes."""
    return {
        "marks": {code: mark.value for code, mark in sorted(marks_of(check).items())},
        "score": check.score,
        "note": check.note,
        "state": check.state,
    }
