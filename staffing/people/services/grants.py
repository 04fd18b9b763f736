"""Roles given and ended by hand, each time by somebody else and with a reason."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import Agency, RoleGrant, User
from staffing.people.roles import SCOPES, Role, Scope
from staffing.people.services.administrators import keep_an_administrator


class OwnPower(DomainError):
    code = "own_power"
    message = _("Nobody gives herself a role or takes it: ask another administrator.")


class WrongScope(DomainError):
    code = "wrong_scope"
    message = _("The role %(role)s is given for: %(scopes)s.")


class GrantOverlaps(DomainError):
    code = "grant_overlaps"
    message = _("She already holds this role there in this time.")


class GrantEndsTooEarly(DomainError):
    code = "grant_ends_too_early"
    message = _("The last day lies before the first.")


class GrantIsOver(DomainError):
    code = "grant_is_over"
    message = _("This role has ended before that day.")


class AgencyApart(DomainError):
    code = "agency_apart"
    message = _(
        "Who works for an agency holds no other role and is not on the staff: "
        "agencies judge without the chain."
    )


@transaction.atomic
def give_role(
    *,
    user: UUID,
    role: Role,
    region: Region | None = None,
    outlet: Outlet | None = None,
    agency: Agency | None = None,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: User,
) -> RoleGrant:
    """Give a user a role for exactly one scope, from a day to a last day or open.

    Raises:
        User.DoesNotExist: no such user, or `by` does not configure.
    """
    holder = _other(user, by)
    if ends_on is not None and ends_on < starts_on:
        raise GrantEndsTooEarly
    scope = _scope(role, region, outlet, agency)
    last = ends_on or date.max
    running = holder.grants.overlapping(starts_on, last)
    apart = running.exclude(role=Role.AGENCY) if scope is Scope.AGENCY else running
    if scope is Scope.AGENCY and (holder.employee_id is not None or apart.exists()):
        raise AgencyApart
    if scope is not Scope.AGENCY and running.filter(role=Role.AGENCY).exists():
        raise AgencyApart
    same: dict[str, Any] = {"region": region, "outlet": outlet, "agency": agency}
    if running.filter(role=role, **same).exists():
        raise GrantOverlaps
    return RoleGrant.objects.create(
        user=holder,
        role=role,
        **same,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        granted_by=by,
    )


def _scope(
    role: Role, region: Region | None, outlet: Outlet | None, agency: Agency | None
) -> Scope:
    named = {Scope.REGION: region, Scope.OUTLET: outlet, Scope.AGENCY: agency}
    given = [scope for scope, place in named.items() if place is not None]
    scope = given[0] if given else Scope.EVERYTHING
    allowed = SCOPES.get(role, ())
    if len(given) > 1 or scope not in allowed:
        words = ", ".join(str(one.label) for one in allowed)
        raise WrongScope(role=role.label, scopes=words)
    return scope


@transaction.atomic
def end_role(*, grant: UUID, last_day: date | None, reason: str, by: User) -> RoleGrant:
    """End a role after `last_day`, or with None at once, also before it begins.

    Raises:
        RoleGrant.DoesNotExist: no such grant, or `by` does not configure.
    """
    if not by.sight.may(Power.CONFIGURE):
        raise RoleGrant.DoesNotExist
    grants: QuerySet[RoleGrant] = RoleGrant.objects.select_for_update(of=("self",))
    found = grants.get(uuid=grant)
    if found.user_id == by.pk:
        raise OwnPower
    today = timezone.localdate()
    if found.withdrawn or (found.ends_on is not None and found.ends_on < today):
        raise GrantIsOver
    if last_day is not None:
        if last_day < max(found.starts_on, today):
            raise GrantEndsTooEarly
        if found.ends_on is not None and last_day > found.ends_on:
            raise GrantIsOver
    if found.role == Role.ADMINISTRATOR:
        holder = User.objects.filter(pk=found.user_id)
        keep_an_administrator(holder, grant=found, from_day=last_day or today)
    if last_day is None:
        found.withdrawn = True
        found.ends_on = max(today, found.starts_on)
    else:
        found.ends_on = last_day
    found.end_reason, found.ended_by, found.ended_at = reason, by, timezone.now()
    found.save(
        update_fields=["withdrawn", "ends_on", "end_reason", "ended_by", "ended_at"]
    )
    return found


def _other(user: UUID, by: User) -> User:
    if not by.sight.may(Power.CONFIGURE):
        raise User.DoesNotExist
    holder = User.objects.select_for_update(of=("self",)).get(uuid=user)
    if holder.pk == by.pk:
        raise OwnPower
    return holder
