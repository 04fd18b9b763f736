"""Who may decide about leave and swaps, and what every decision refuses."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User, day_at
from staffing.rosters.selectors.published import current_stints


class AlreadyDecided(DomainError):
    code = "already_decided"
    message = _("This has been decided or withdrawn in the meantime.")


class NotAssigned(DomainError):
    code = "not_assigned"
    message = _("You are assigned to no outlet today, so nobody could decide about it.")


def may_publish(user: User, outlet: Outlet) -> bool:
    """Tell whether the user publishes the rosters of the outlet."""
    reach = user.sight.reach(Power.PUBLISH_ROSTERS)
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def may_decide(user: User, outlet: Outlet, *concerned: int) -> bool:
    """Tell whether the user decides about these employees (ids) at the outlet.

    Nobody decides about herself.
    """
    return user.sight.employee_id not in concerned and may_publish(user, outlet)


def require_decision(user: User, outlet: Outlet, *concerned: int) -> None:
    """Refuse whoever may not decide.

    Raises:
        PermissionDenied: it is about herself, or not hers to decide.
    """
    if not may_decide(user, outlet, *concerned):
        raise PermissionDenied


def lock_roster(outlet: Outlet) -> None:
    """Let decisions about one outlet's roster be made one after another."""
    list(Outlet.objects.select_for_update(no_key=True).filter(pk=outlet.pk))


def own_employee(user: User) -> Employee:
    """Return who the user is on the staff.

    Raises:
        PermissionDenied: she is not on the staff, or no longer.
    """
    if user.sight.employee_id is None or user.employee is None:
        raise PermissionDenied
    return user.employee


def outlet_of(employee: Employee) -> Outlet | None:
    """Return where somebody is assigned today, the latest assignment first."""
    stints = current_stints(employee.pk)
    return stints[0].outlet if stints else None


def today_at(outlet: Outlet | None) -> date:
    """Return the trading day that runs at the outlet now."""
    return day_at(outlet, timezone.now())
