"""The life of a scheme's version: drafted, proposed, approved by somebody else."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import PeriodState
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import newest_changes
from evaluations.rankings.models import (
    SCHEME_NAMES,
    Run,
    Scheme,
    SchemeVersion,
    SchemeVersionState,
)
from evaluations.rankings.rules.scheme import SchemeError, SchemeRules
from evaluations.rankings.services.runs import may_publish, may_rank
from outlets.exchange.errors import DomainError
from staffing.people.models import User

STATE = SchemeVersionState


class SchemeCodeTaken(DomainError):
    code = "scheme_code_taken"
    message = _("There is a scheme “%(scheme)s” already.")


class VersionNotDraft(DomainError):
    code = "scheme_version_not_draft"
    message = _("Only a draft can be changed. Make the next version instead.")


class VersionNotProposed(DomainError):
    code = "scheme_version_not_proposed"
    message = _("Only proposed rules can be approved.")


class VersionNotOpen(DomainError):
    code = "scheme_version_not_open"
    message = _("Approved rules are not withdrawn: the next version replaces them.")


class VersionNotApproved(DomainError):
    code = "scheme_version_not_approved"
    message = _("Only approved rules can be the start of others.")


class OwnProposal(DomainError):
    code = "scheme_version_own_proposal"
    message = _("Somebody else has to approve what you have drafted or proposed.")


class ReasonMissing(DomainError):
    code = "scheme_version_reason_missing"
    message = _("Say why, in a few words.")


class RulesBroken(DomainError):
    code = "scheme_version_rules_broken"
    message = _("The rules do not hold together: %(fault)s")


class NotFirstOfMonth(DomainError):
    code = "scheme_version_not_first_of_month"
    message = _("Rules begin with a month: give its first day.")


class PeriodBegun(DomainError):
    code = "scheme_version_period_begun"
    message = _(
        "Nobody is judged by rules made while the period ran. The earliest day for "
        "new rules is %(earliest)s."
    )


def may_draft(user: User) -> bool:
    return may_rank(user)


def may_approve(user: User) -> bool:
    return may_publish(user)


def may_withdraw(user: User) -> bool:
    return may_draft(user) or may_approve(user)


def _today() -> date:
    return timezone.localdate()


def earliest_start(scheme: Scheme | None) -> date:
    """Return the first day that new rules of a scheme may hold from.

    It is the first day of the month after this one, and later where a later period has
    been closed, or published by this scheme.
    """
    last_days = [Period.month_of(_today()).last]
    for code, change in newest_changes().items():
        if change.state == PeriodState.CLOSED:
            last_days.append(Period.parse(code).last)
    if scheme is not None:
        published = Run.objects.published().filter(scheme=scheme).order_by()
        codes = published.values_list("period", flat=True).distinct()
        last_days += [Period.parse(code).last for code in codes]
    return max(last_days) + timedelta(days=1)


@transaction.atomic
def copy_scheme(*, version_id: int, code: str, name: str, by: User) -> SchemeVersion:
    """Make a new scheme with a draft that says what an approved version says.

    Raises:
        SchemeCodeTaken: there is such a scheme.
        VersionNotApproved: the model is not approved.
    """
    if not may_draft(by):
        raise PermissionDenied
    source = SchemeVersion.objects.visible_to(by).get(pk=version_id)
    if code in SCHEME_NAMES or Scheme.objects.filter(code=code).exists():
        raise SchemeCodeTaken(scheme=code)
    scheme = Scheme.objects.create(code=code, name=name)
    return _draft(source, scheme, by)


@transaction.atomic
def draft_version(*, version_id: int, by: User) -> SchemeVersion:
    """Make a draft of the next version, with the rules of an approved one.

    Raises:
        VersionNotApproved: the model is not approved.
    """
    if not may_draft(by):
        raise PermissionDenied
    source = SchemeVersion.objects.visible_to(by).get(pk=version_id)
    return _draft(source, source.scheme, by)


def _draft(source: SchemeVersion, scheme: Scheme, by: User) -> SchemeVersion:
    if not source.is_approved:
        raise VersionNotApproved
    return SchemeVersion.objects.create(
        scheme=scheme,
        state=STATE.DRAFT,
        valid_from=earliest_start(scheme),
        rules=source.rules,
        based_on=source,
        drafted_by=by,
        drafted_at=timezone.now(),
    )


@transaction.atomic
def edit_version(
    *,
    version_id: int,
    rules: Mapping[str, Any],
    valid_from: date,
    note: str,
    by: User,
) -> SchemeVersion:
    """Write a draft anew; only its author does, others make a draft of their own.

    Raises:
        VersionNotDraft: it has been proposed, approved or withdrawn.
        RulesBroken, NotFirstOfMonth, PeriodBegun: it could never be approved.
    """
    version = _locked(version_id, by)
    if not may_draft(by) or version.drafted_by_id != by.pk:
        raise PermissionDenied
    if not version.is_draft:
        raise VersionNotDraft
    version.rules, version.valid_from = dict(rules), valid_from
    version.note = note
    _refuse_broken(version)
    version.save(update_fields=["rules", "valid_from", "note"])
    return version


@transaction.atomic
def propose_version(*, version_id: int, by: User) -> SchemeVersion:
    """Put a draft before somebody else; proposing twice changes nothing.

    Raises:
        VersionNotDraft: it has been approved or withdrawn.
        RulesBroken, NotFirstOfMonth, PeriodBegun: it can not be approved as it is.
    """
    version = _locked(version_id, by)
    if not may_draft(by):
        raise PermissionDenied
    if version.is_proposed:
        return version
    if not version.is_draft:
        raise VersionNotDraft
    _refuse_broken(version)
    version.state, version.proposed_by = STATE.PROPOSED, by
    version.proposed_at = timezone.now()
    version.save(update_fields=["state", "proposed_by", "proposed_at"])
    return version


@transaction.atomic
def approve_version(*, version_id: int, note: str, by: User) -> SchemeVersion:
    """Give proposed rules their number: from `valid_from` on they hold.

    Approving twice changes nothing.

    Raises:
        VersionNotProposed: there is no proposal.
        OwnProposal: the approver drafted or proposed it.
        PeriodBegun: meanwhile the first period has begun.
    """
    version = _locked(version_id, by)
    if not may_approve(by):
        raise PermissionDenied
    if version.is_approved and version.approved_by_id == by.pk:
        return version
    if not version.is_proposed:
        raise VersionNotProposed
    if by.pk in (version.drafted_by_id, version.proposed_by_id):
        raise OwnProposal
    _refuse_broken(version)
    # The scheme's row stands for the queue of its numbers.
    scheme = Scheme.objects.select_for_update().get(pk=version.scheme_id)
    newest = scheme.versions.aggregate(newest=Max("number"))["newest"] or 0
    version.number = newest + 1
    version.state, version.approved_by = STATE.APPROVED, by
    version.approved_at, version.verdict = timezone.now(), note
    version.save(
        update_fields=["number", "state", "approved_by", "approved_at", "verdict"]
    )
    return version


@transaction.atomic
def withdraw_version(*, version_id: int, note: str, by: User) -> SchemeVersion:
    """Take back or refuse a draft or a proposal, with the reason.

    Raises:
        VersionNotOpen: it has been approved.
        ReasonMissing: nobody says why.
    """
    version = _locked(version_id, by)
    if not may_withdraw(by):
        raise PermissionDenied
    if version.state == STATE.WITHDRAWN:
        return version
    if version.is_approved:
        raise VersionNotOpen
    if not note.strip():
        raise ReasonMissing
    version.state, version.withdrawn_by = STATE.WITHDRAWN, by
    version.withdrawn_at, version.verdict = timezone.now(), note.strip()
    version.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "verdict"])
    return version


def _locked(version_id: int, by: User) -> SchemeVersion:
    seen = SchemeVersion.objects.visible_to(by).select_for_update(of=["self"])
    return seen.get(pk=version_id)


def _refuse_broken(version: SchemeVersion) -> None:
    try:
        SchemeRules.parse(version.rules)
    except SchemeError as error:
        raise RulesBroken(fault=error) from error
    refuse_start(version.scheme, version.valid_from)


def refuse_start(scheme: Scheme, valid_from: date) -> None:
    """Check the day that rules are to hold from.

    Raises:
        NotFirstOfMonth, PeriodBegun.
    """
    if valid_from.day != 1:
        raise NotFirstOfMonth
    earliest = earliest_start(scheme)
    if valid_from < earliest:
        raise PeriodBegun(earliest=earliest.isoformat())
