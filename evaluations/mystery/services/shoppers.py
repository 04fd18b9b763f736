"""Shoppers of an agency and their accounts: kept by somebody of that agency alone."""

from collections.abc import Iterable

from django.db import transaction

from evaluations.mystery.models import Shopper
from evaluations.mystery.services import refusals
from outlets.places.models import Outlet, Region
from staffing.people.models import Agency, User
from staffing.people.services import outsiders


@transaction.atomic
def add_shopper(
    *,
    agency: Agency,
    code: str,
    name: str = "",
    regions: Iterable[Region] = (),
    avoids: Iterable[Outlet] = (),
    by: User,
) -> Shopper:
    """Put a shopper on record.

    Raises:
        Agency.DoesNotExist: not the agency of `by`.
        ShopperOnRecord: the agency has this code already.
    """
    _check(agency, by)
    shopper, created = Shopper.objects.get_or_create(
        agency=agency, code=code, defaults={"name": name}
    )
    if not created:
        raise refusals.ShopperOnRecord(code=code)
    shopper.regions.set(regions)
    shopper.avoids.set(avoids)
    return shopper


@transaction.atomic
def change_shopper(
    *,
    shopper: Shopper,
    name: str,
    active: bool,
    regions: Iterable[Region] = (),
    avoids: Iterable[Outlet] = (),
    by: User,
) -> Shopper:
    """Change a shopper, or stop her: her account then sees nothing.

    Raises:
        Shopper.DoesNotExist: not of an agency of `by`.
    """
    row = _hers(shopper, by)
    row.name, row.active = name, active
    row.save(update_fields=["name", "active"])
    row.regions.set(regions)
    row.avoids.set(avoids)
    return row


@transaction.atomic
def open_account(*, shopper: Shopper, by: User) -> tuple[User, str]:
    """Let a shopper sign in; return the user and a first password, shown only once.

    Raises:
        Shopper.DoesNotExist: not of an agency of `by`.
        ShopperStopped, ShopperSignsIn: as they say.
    """
    row = _hers(shopper, by)
    if not row.active:
        raise refusals.ShopperStopped
    if row.user_id is not None:
        raise refusals.ShopperSignsIn
    row.user, password = outsiders.create_outsider(agency=row.agency, by=by)
    row.save(update_fields=["user"])
    return row.user, password


@transaction.atomic
def new_password(*, shopper: Shopper, by: User) -> tuple[User, str]:
    """Return her account with a new first password; the old one opens nothing."""
    row = _hers(shopper, by)
    return outsiders.reset_outsider(user=_account(row), agency=row.agency, by=by)


@transaction.atomic
def let_sign_in(*, shopper: Shopper, allowed: bool, by: User) -> User:
    """Stop the account of a shopper, or let her sign in again."""
    row = _hers(shopper, by)
    return outsiders.let_outsider_in(
        user=_account(row), agency=row.agency, allowed=allowed, by=by
    )


def _account(row: Shopper) -> User:
    if row.user is None:
        raise refusals.NoAccount
    return row.user


def _hers(shopper: Shopper, by: User) -> Shopper:
    rows = Shopper.objects.filter(agency__in=by.sight.agency_ids)
    return rows.select_for_update(of=("self",)).get(pk=shopper.pk)


def _check(agency: Agency, by: User) -> None:
    if agency.pk not in by.sight.agency_ids:
        raise Agency.DoesNotExist
