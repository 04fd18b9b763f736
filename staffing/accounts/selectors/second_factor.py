"""Who has to hold a second factor, and who does."""

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone

from staffing.accounts.models import SecondFactorRule
from staffing.accounts.rules.sign_in import factor_due
from staffing.people.models import User
from staffing.people.roles import Role

# Recovery codes are no factor of their own: they stand in for a lost one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one role. `since` is None for the deployment's default."""

    role: Role
    required: bool
    grace_days: int
    since: date | None
    decided_by: User | None


@dataclass(frozen=True, slots=True)
class Demand:
    """A factor that somebody has to set up and has not; from `due` on nothing else."""

    due: date

    @property
    def overdue(self) -> bool:
        return self.due <= timezone.localdate()


def rules_in_force() -> list[Rule]:
    """Return one rule per role, in the order of the roles."""
    decided = {
        row.role: row for row in SecondFactorRule.objects.select_related("decided_by")
    }
    rules = []
    for role in Role:
        if row := decided.get(role):
            rules.append(
                Rule(role, row.required, row.grace_days, row.since, row.decided_by)
            )
        else:
            required = role in settings.SECOND_FACTOR_ROLES
            rules.append(Rule(role, required, 0, None, None))
    return rules


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def demand_on(user: User) -> Demand | None:
    """Return the second factor that `user` still owes; None when she owes none."""
    rules = [one for one in rules_in_force() if one.required and one.role in user.roles]
    if not rules or has_second_factor(user):
        return None
    granted: dict[str, date] = dict(
        user.grants.on(timezone.localdate())
        .order_by("-starts_on")
        .values_list("role", "starts_on")
    )
    joined = timezone.localtime(user.date_joined).date()
    return Demand(
        min(
            factor_due(
                (rule.since, joined, granted.get(rule.role)),
                grace_days=rule.grace_days,
            )
            for rule in rules
        )
    )


def may_drop_factor(user: User) -> bool:
    """Tell whether the last second factor may go: no role of the user requires one."""
    return not any(one.required and one.role in user.roles for one in rules_in_force())
