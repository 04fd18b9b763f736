"""Somebody must always be able to give powers: the last administrator stays."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from staffing.people.models import RoleGrant, User
from staffing.people.roles import Role


class LastAdministrator(DomainError):
    code = "last_administrator"
    message = _(
        "Nobody else would be an administrator without an end date. "
        "Make somebody else one first."
    )


def keep_an_administrator(
    users: QuerySet[User], *, grant: RoleGrant | None = None, from_day: date
) -> None:
    """Refuse what would leave no administrator; call it before or after the change.

    `users` are those who may no longer be one from `from_day` on, or lose only
    `grant`. Somebody else must then be one without an end date, may sign in and has
    not left. All grants of administrators are locked, so that two of them cannot end
    each other at once.
    """
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, withdrawn=False)
    locked = list(held.select_for_update(of=("self",)).order_by("pk"))
    concerned = set(users.values_list("pk", flat=True))
    losing = [
        one
        for one in locked
        if (one == grant if grant is not None else one.user_id in concerned)
        and (one.ends_on is None or one.ends_on >= from_day)
    ]
    if not losing:
        return
    staying = (
        held.filter(ends_on=None, starts_on__lte=from_day, user__is_active=True)
        .filter(Q(user__employee=None) | Q(user__employee__left_on=None))
        .exclude(pk__in=[one.pk for one in losing])
    )
    if not staying.exists():
        raise LastAdministrator
