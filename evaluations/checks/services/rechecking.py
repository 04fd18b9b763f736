"""Blind re-checks: drawn by a seed, judged unseen, compared afterwards.

Nothing here makes a check or an entry of the ledger: nobody is scored twice.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Check, CheckQuerySet, Recheck, Retaken
from evaluations.checks.models.live_photos import SEED_LENGTH
from evaluations.checks.rules import Mark
from evaluations.checks.services.cards import (
    holds,
    marks_of,
    require_valid,
    today_at,
)
from evaluations.ledger.lots import chosen
from evaluations.standards.selectors import sheets
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User


class NothingToDraw(DomainError):
    code = "nothing_to_draw"
    message = _(
        "There is no check of that day that you could judge again: nobody else has "
        "recorded one with items yet."
    )


class DrawnAlready(DomainError):
    code = "recheck_drawn_already"
    message = _(
        "You have drawn from this day already. Drawing until a sample pleases would "
        "be none."
    )


class WrongDay(DomainError):
    code = "recheck_wrong_day"
    message = _("Only checks of today or yesterday can be judged again.")


class RecheckOver(DomainError):
    code = "recheck_over"
    message = _("This re-check is over. What was not judged in 24 hours is left out.")


class JudgedAlready(DomainError):
    code = "judged_already"
    message = _("You have judged this already; it cannot be judged again.")


def may_recheck(outlet: Outlet, by: User) -> bool:
    """Tell whether `by` judges checks of this outlet again: who corrects there."""
    return holds(by, Power.CORRECT, outlet)


def checks_to_draw(outlet: Outlet, on: date, by: User) -> CheckQuerySet:
    """Return the checks of a day that somebody may judge again.

    Of people, with items, made here, by somebody else and not about herself.
    """
    rows = Check.objects.standing().filter(
        outlet=outlet, on=on, employee__isnull=False, by__isnull=False, score=None
    )
    rows = rows.exclude(by=by)
    if by.employee_id is not None:
        rows = rows.exclude(employee=by.employee_id)
    return rows


@transaction.atomic
def draw_recheck(*, outlet: Outlet, on: date, by: User) -> Recheck:
    """Draw a sample of the checks of today or yesterday, by a seed that is kept.

    Raises:
        PermissionDenied: `by` does not correct at this outlet.
        WrongDay, NothingToDraw, DrawnAlready: nothing is drawn.
    """
    if not may_recheck(outlet, by):
        raise PermissionDenied
    today = today_at(outlet)
    if not today - timedelta(days=1) <= on <= today:
        raise WrongDay
    if Recheck.objects.filter(outlet=outlet, on=on, by=by).exists():
        raise DrawnAlready
    found = {str(check.uuid): check for check in checks_to_draw(outlet, on, by)}
    if not found:
        raise NothingToDraw
    seed = secrets.token_hex(SEED_LENGTH // 2)
    try:
        with transaction.atomic():
            made = Recheck.objects.create(
                outlet=outlet,
                on=on,
                seed=seed,
                drawn_from=sorted(found),
                by=by,
                drawn_at=timezone.now(),
            )
    except IntegrityError as error:
        raise DrawnAlready from error
    sample = chosen(seed, found, settings.CHECKS_RECHECK_PEOPLE)
    Retaken.objects.bulk_create(
        Retaken(recheck=made, check_record=found[key], position=n)
        for n, key in enumerate(sample, start=1)
    )
    return made


@transaction.atomic
def judge_again(
    *,
    retaken: Retaken,
    marks: Mapping[str, Mark],
    not_met: bool = False,
    by: User,
) -> Retaken:
    """Keep the second judgement of one check; with the last one both are shown.

    `not_met`: the person could not be seen again; no marks then.

    Raises:
        PermissionDenied: it is not hers to judge.
        RecheckOver, JudgedAlready, DomainError: nothing is kept.
    """
    recheck = _locked(retaken.recheck_id)
    row = Retaken.objects.select_related(
        "check_record__employee", "check_record__version"
    ).get(pk=retaken.pk)
    if recheck.by_id != by.pk or not may_recheck(recheck.outlet, by):
        raise PermissionDenied
    now = timezone.now()
    if not recheck.is_open(now):
        raise RecheckOver
    if row.judged_at is not None:
        raise JudgedAlready
    check = row.check_record
    if not not_met:
        sheet = sheets([check.version_id])[check.version_id]
        require_valid(sheet, check.judged, marks, None)
        row.marks = {code: mark.value for code, mark in sorted(marks.items())}
    row.first_marks = {
        code: mark.value for code, mark in sorted(marks_of(check).items())
    }
    row.not_met, row.judged_at = not_met, now
    row.save(update_fields=["marks", "first_marks", "not_met", "judged_at"])
    _finish_if_done(recheck, now)
    return row


def _finish_if_done(recheck: Recheck, now: datetime) -> None:
    if not recheck.retaken.filter(judged_at=None).exists():
        recheck.finished_at = now
        recheck.save(update_fields=["finished_at"])


def _locked(pk: int) -> Recheck:
    rows = Recheck.objects.select_for_update(of=("self",))
    return rows.select_related("outlet__region").get(pk=pk)


def drawn_again(recheck: Recheck) -> list[str]:
    """Return the uuids that the seed gives, in their order, worked out anew."""
    return chosen(recheck.seed, recheck.drawn_from, recheck.retaken.count())
