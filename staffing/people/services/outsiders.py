"""Accounts of people who work for an agency in the field and for nobody here.

They hold no role and are no employee, so that they see nothing by themselves; somebody
of the agency makes and stops them. Whose account it is, the room knows that asks.
"""

import secrets

from django.db import transaction
from django.utils import timezone

from staffing.people.models import Agency, RoleGrant, User
from staffing.people.passwords import first_password_made
from staffing.people.services.users import LETTERS, OwnAccount, first_password

PREFIX, _LENGTH = "shopper-", 8


@transaction.atomic
def create_outsider(*, agency: Agency, by: User) -> tuple[User, str]:
    """Make an account under a name that says nothing; return it and a first password.

    Raises:
        User.DoesNotExist: `by` does not work for the agency, or it is stopped.
    """
    _check(agency, by)
    username = _free_name()
    password = first_password()
    user = User(
        username=username, must_change_password=True, first_password_at=timezone.now()
    )
    user.set_password(password)
    user.save()
    return user, password


@transaction.atomic
def reset_outsider(*, user: User, agency: Agency, by: User) -> tuple[User, str]:
    """Return the account with a new first password; who was signed in is no more.

    Raises:
        User.DoesNotExist: as `create_outsider`, or it is no outsider's account.
    """
    found = _theirs(user, agency, by)
    password = first_password()
    found.set_password(password)
    found.must_change_password, found.first_password_at = True, timezone.now()
    found.save(update_fields=["password", "must_change_password", "first_password_at"])
    first_password_made(found)
    return found, password


@transaction.atomic
def let_outsider_in(*, user: User, agency: Agency, allowed: bool, by: User) -> User:
    """Stop an account, or let its owner sign in again.

    Raises:
        User.DoesNotExist: as `create_outsider`, or it is no outsider's account.
    """
    found = _theirs(user, agency, by)
    if found.is_active != allowed:
        found.is_active = allowed
        found.save(update_fields=["is_active"])
    return found


def _free_name() -> str:
    while True:
        letters = (secrets.choice(LETTERS) for _letter in range(_LENGTH))
        name = PREFIX + "".join(letters)
        if not User.objects.filter(username__iexact=name).exists():
            return name


def _check(agency: Agency, by: User) -> None:
    if agency.pk not in by.sight.agency_ids:
        raise User.DoesNotExist


def _theirs(user: User, agency: Agency, by: User) -> User:
    """Return an account, locked, that never meant more than the field."""
    _check(agency, by)
    if user.pk == by.pk:
        raise OwnAccount
    outside = User.objects.filter(employee=None, is_superuser=False).exclude(
        pk__in=RoleGrant.objects.values("user")
    )
    return outside.select_for_update(of=("self",)).get(pk=user.pk)
