"""Corrective actions: opened from a finding, done by one, verified by another."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import (
    ActionState,
    ActionStep,
    Check,
    CorrectiveAction,
    MarkKind,
    StepKind,
)
from evaluations.checks.services.cards import holds, today_at
from evaluations.standards.models import Item
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User


class NoFinding(DomainError):
    code = "no_finding"
    message = _("%(code)s did not fail in this check: there is nothing to put right.")


class AlreadyOpen(DomainError):
    code = "action_already_open"
    message = _("Somebody is already putting this right.")


class NotThere(DomainError):
    code = "owner_not_there"
    message = _("%(name)s does not work at this outlet. Choose somebody who does.")


class DueInThePast(DomainError):
    code = "due_in_the_past"
    message = _("The day by which it is done has passed. Choose a later one.")


class OwnWork(DomainError):
    code = "own_work"
    message = _("Nobody verifies her own work: somebody else has to look at it.")


class NotInThatState(DomainError):
    code = "action_not_in_that_state"
    message = _("This has changed meanwhile: it is now “%(state)s”. Reload the page.")


class WordsMissing(DomainError):
    code = "words_missing"
    message = _("Say in a few words what was done, or why.")


def usual_due_day(on: date) -> date:
    """Return the day by which a finding of `on` is put right where nobody says."""
    return on + timedelta(days=settings.CHECKS_ACTION_DAYS)


def may_open(outlet: Outlet, by: User) -> bool:
    """Tell whether `by` opens and verifies actions there: its lead, or the county."""
    return holds(by, Power.RECORD, outlet) or holds(by, Power.CORRECT, outlet)


@transaction.atomic
def open_action(
    *,
    outlet: Outlet,
    task: str,
    owner: Employee,
    due_on: date,
    check: Check | None = None,
    item: Item | None = None,
    by: User,
) -> CorrectiveAction:
    """Ask somebody of the outlet to put something right by a day.

    Raises:
        PermissionDenied: `by` leads neither the outlet nor its region.
        NotThere: `owner` is not assigned to the outlet today.
        DueInThePast: `due_on` lies before today.
        NoFinding: `item` did not fail in `check`.
        AlreadyOpen: that finding has an action already.
    """
    _require_may_open(outlet, by)
    _require_sound(outlet, owner, due_on)
    if check is not None and item is not None:
        failed = Check.objects.standing().filter(
            pk=check.pk, marks__item=item, marks__mark=MarkKind.FAILED
        )
        if not failed.exists():
            raise NoFinding(code=item.code)
    try:
        with transaction.atomic():
            action = CorrectiveAction.objects.create(
                outlet=outlet,
                check_record=check,
                item=item,
                task=task,
                owner=owner,
                due_on=due_on,
                opened_by=by,
            )
    except IntegrityError as error:
        raise AlreadyOpen from error
    _step(action, StepKind.OPENED, task, by)
    return action


@transaction.atomic
def change_action(
    *, action: CorrectiveAction, owner: Employee, due_on: date, by: User
) -> CorrectiveAction:
    """Give an action to somebody else, or more time; who had it stays readable."""
    row = _locked(action)
    _require_may_open(row.outlet, by)
    _require_state(row, ActionState.OPEN)
    _require_sound(row.outlet, owner, due_on)
    if (row.owner_id, row.due_on) == (owner.pk, due_on):
        return row
    before = f"{row.owner.name} · {row.due_on:%F}"
    row.owner, row.due_on = owner, due_on
    row.save(update_fields=["owner", "due_on"])
    _step(row, StepKind.CHANGED, before, by)
    return row


@transaction.atomic
def report_done(*, action: CorrectiveAction, note: str, by: User) -> CorrectiveAction:
    """Say that it is done, and what was done: its owner, or who leads the outlet.

    Raises:
        WordsMissing: nothing is said.
        NotInThatState: it is not to be done any more.
    """
    row = _locked(action)
    if row.owner_id != by.employee_id:
        _require_may_open(row.outlet, by)
    _require_state(row, ActionState.OPEN)
    _require_words(note)
    return _move(row, ActionState.DONE, StepKind.DONE, note, by)


@transaction.atomic
def verify_action(
    *, action: CorrectiveAction, note: str = "", by: User
) -> CorrectiveAction:
    """Confirm what somebody else reported as done.

    Raises:
        OwnWork: `by` is the owner, or reported it herself.
    """
    row = _locked(action)
    _require_may_open(row.outlet, by)
    _require_state(row, ActionState.DONE)
    _require_another(row, by)
    return _move(row, ActionState.VERIFIED, StepKind.VERIFIED, note, by)


@transaction.atomic
def send_back(*, action: CorrectiveAction, note: str, by: User) -> CorrectiveAction:
    """Say that it is not done yet, and what is missing."""
    row = _locked(action)
    _require_may_open(row.outlet, by)
    _require_state(row, ActionState.DONE)
    _require_another(row, by)
    _require_words(note)
    return _move(row, ActionState.OPEN, StepKind.RETURNED, note, by)


@transaction.atomic
def drop_action(*, action: CorrectiveAction, note: str, by: User) -> CorrectiveAction:
    """End an action without its being done, and say why."""
    row = _locked(action)
    _require_may_open(row.outlet, by)
    _require_state(row, ActionState.OPEN)
    _require_words(note)
    return _move(row, ActionState.DROPPED, StepKind.DROPPED, note, by)


def _locked(action: CorrectiveAction) -> CorrectiveAction:
    rows = CorrectiveAction.objects.select_for_update(of=("self",))
    return rows.select_related("outlet__region", "owner").get(pk=action.pk)


def _require_state(action: CorrectiveAction, state: ActionState) -> None:
    if action.state != state:
        raise NotInThatState(state=ActionState(action.state).label)


def _require_may_open(outlet: Outlet, by: User) -> None:
    if not may_open(outlet, by):
        raise PermissionDenied


def _require_another(action: CorrectiveAction, by: User) -> None:
    reported = action.steps.filter(kind=StepKind.DONE).order_by("-id").first()
    if by.employee_id == action.owner_id or (reported and reported.by_id == by.pk):
        raise OwnWork


def _require_sound(outlet: Outlet, owner: Employee, due_on: date) -> None:
    today = today_at(outlet)
    if due_on < today:
        raise DueInThePast
    there = Assignment.objects.on(today).filter(outlet=outlet, employee=owner)
    if not there.exists():
        raise NotThere(name=owner.name)


def _require_words(note: str) -> None:
    if not note.strip():
        raise WordsMissing


def _move(
    action: CorrectiveAction,
    state: ActionState,
    kind: StepKind,
    note: str,
    by: User,
) -> CorrectiveAction:
    action.state = state
    action.save(update_fields=["state"])
    _step(action, kind, note, by)
    return action


def _step(action: CorrectiveAction, kind: StepKind, note: str, by: User) -> None:
    ActionStep.objects.create(action=action, kind=kind, note=note.strip(), by=by)
