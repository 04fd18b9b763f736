"""Wishes: a day off or a shift, on days of months that are not published yet."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from staffing.people.models import User
from staffing.rosters.models import ShiftKind, Wish, first_of_month
from staffing.rosters.selectors.published import published_months
from staffing.rosters.services.deciding import (
    NotAssigned,
    outlet_of,
    own_employee,
    today_at,
)

FURTHEST_DAYS = 366


class WishTooLate(DomainError):
    code = "wish_too_late"
    message = _("The roster of that month is published. Ask for a swap or for leave.")


class WishOutOfRange(DomainError):
    code = "wish_out_of_range"
    message = _("A wish is about a day from tomorrow on, within a year.")


def wish(*, on: date, shift: ShiftKind | None, by: User) -> Wish:
    """Say that one would like a shift that day, or (None) a day off.

    What was said about the day before is replaced.

    Raises:
        NotAssigned, WishOutOfRange, WishTooLate: nobody could take it into account.
    """
    employee = own_employee(by)
    outlet = outlet_of(employee)
    if outlet is None:
        raise NotAssigned
    if not timedelta(0) < on - today_at(outlet) <= timedelta(days=FURTHEST_DAYS):
        raise WishOutOfRange
    if published_months(outlet, [first_of_month(on)]):
        raise WishTooLate
    if shift is not None and shift not in ShiftKind.objects.offered_at(outlet):
        raise WishOutOfRange
    said, _made = Wish.objects.update_or_create(
        employee=employee,
        on=on,
        defaults={"outlet": outlet, "shift": shift, "wanted": shift is not None},
    )
    return said


def take_back(*, on: date, by: User) -> int:
    """Forget one's wish about a day; returns how many there were, 0 or 1."""
    employee = own_employee(by)
    gone, _by_kind = Wish.objects.filter(employee=employee, on=on).delete()
    return gone
