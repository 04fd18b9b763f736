"""Decide who needs a second factor, and help who lost hers."""

import logging

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from outlets.places.sight import Power
from staffing.accounts.models import AccessKind, SecondFactorRule
from staffing.accounts.selectors.second_factor import rules_in_force
from staffing.accounts.services.access import record_access
from staffing.accounts.services.security_mail import Notice
from staffing.accounts.services.telling import tell_owner
from staffing.people.models import User
from staffing.people.roles import Role

logger = logging.getLogger(__name__)


@transaction.atomic
def decide_second_factor(
    *, role: Role, required: bool, grace_days: int, by: User
) -> bool:
    """Say whether `role` has to hold a second factor; tell whether that is new.

    The same decision again changes nothing, so that grace does not begin anew.
    Running sessions follow within a minute.

    Raises:
        PermissionDenied: `by` does not configure.
    """
    if not by.sight.may(Power.CONFIGURE):
        raise PermissionDenied
    # Locked one by one: two administrators may save the page at the same time.
    list(SecondFactorRule.objects.select_for_update().values_list("pk"))
    now = next(rule for rule in rules_in_force() if rule.role == role)
    if (now.required, now.grace_days) == (required, grace_days):
        return False
    SecondFactorRule.objects.update_or_create(
        role=role,
        defaults={
            "required": required,
            "grace_days": grace_days,
            "since": timezone.localdate(),
            "decided_by": by,
        },
    )
    return True


@transaction.atomic
def forget_factors(*, user: User, by: User | None) -> int:
    """Remove every second factor of somebody who lost them; return how many.

    She signs in with her password alone then and, where a rule asks for it, can do
    nothing before she has set up a new one. `by` is None for the command line.

    Raises:
        PermissionDenied: `by` does not configure.
    """
    if by is not None and not by.sight.may(Power.CONFIGURE):
        raise PermissionDenied
    count, _per_model = Authenticator.objects.filter(user=user).delete()
    who = by.get_username() if by else "the command line"
    record_access(
        AccessKind.SECOND_FACTOR_CHANGED,
        user=by,
        what=f"{count} removed by hand",
        employee_id=user.employee_id,
    )
    if count:
        tell_owner(user, Notice.FACTORS_FORGOTTEN, request=None)
    logger.warning("%s removed %d factors of %s", who, count, user.get_username())
    return count
