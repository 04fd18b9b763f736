"""Setting how long records are kept, and the nightly run that keeps them no longer."""

import logging
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from staffing.people.models import User
from staffing.people.personal import keeping
from staffing.people.personal.keeping import MOST_MONTHS, RuleInForce
from staffing.people.personal.models import (
    REASON_LENGTH,
    Action,
    RetentionReport,
    RetentionRule,
)
from staffing.people.personal.selectors import may_set_rules, protected_from
from staffing.people.personal.services.refusals import ReasonMissing, RuleImpossible

logger = logging.getLogger(__name__)


@transaction.atomic
def set_rule(
    *, kind: str, months: int, action: str, reason: str, by: User
) -> RuleInForce:
    """Set how long one kind is kept, and what then happens; earlier rows stay.

    Setting what holds already changes nothing.

    Raises:
        PermissionDenied: `by` may not set rules.
        KeyError: there is no such kind.
        RuleImpossible: the action is none of the kind's, or the months out of range.
        ReasonMissing: nobody could tell later why.
    """
    if not may_set_rules(by):
        raise PermissionDenied
    found = keeping.kinds()[kind]
    if action not in found.actions or not 1 <= months <= MOST_MONTHS:
        raise RuleImpossible
    if not reason.strip():
        raise ReasonMissing
    rule = keeping.rule_of(kind)
    if (rule.months, rule.action) != (months, action):
        RetentionRule.objects.create(
            kind=kind,
            months=months,
            action=action,
            reason=reason.strip()[:REASON_LENGTH],
            by=by,
        )
    return keeping.rule_of(kind)


def apply_retention(today: date | None = None) -> list[RetentionReport]:
    """Do to every kind what its rule says, and report each; safe to run twice.

    Each batch is a transaction of its own. Kinds that rankings rest on are kept from
    the first day on that a published ranking in its appeal window needs. System task:
    it sees everything.
    """
    today = today or timezone.localdate()
    protected = protected_from()
    return [
        _apply(rule, today, protected)
        for rule in keeping.rules_in_force()
        if rule.kind.nightly and rule.action != Action.KEEP
    ]


def _apply(rule: RuleInForce, today: date, protected: date | None) -> RetentionReport:
    cut_off = rule.cut_off(today)
    held_back = rule.kind.judged and protected is not None and protected < cut_off
    if held_back and protected is not None:
        cut_off = protected
    count = 0
    while True:
        with transaction.atomic():
            n = rule.kind.apply(cut_off, rule.action, rule.kind.batch)
        count += n
        # A proposal changes nothing, so that asking again would never end.
        if n < rule.kind.batch or rule.action == Action.PROPOSE:
            break
    if count:
        logger.info("Retention of %s: %s rows", rule.kind.code, count)
    return RetentionReport.objects.create(
        kind=rule.kind.code,
        action=rule.action,
        months=rule.months,
        cut_off=cut_off,
        held_back=held_back,
        count=count,
    )
