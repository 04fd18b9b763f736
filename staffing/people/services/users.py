"""Who can sign in: made, stopped and let in again by an administrator."""

import secrets
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.people.passwords import first_password_made
from staffing.people.services.administrators import keep_an_administrator

# Read out over the telephone or copied from paper: no letter looks like another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_PASSWORD = ("password", "must_change_password", "first_password_at")


class UsernameTaken(DomainError):
    code = "username_taken"
    message = _("Somebody already signs in as %(username)s.")


class AlreadySignsIn(DomainError):
    code = "already_signs_in"
    message = _("This person already has an account.")


class HasLeft(DomainError):
    code = "has_left"
    message = _("This person has left.")


class OwnAccount(DomainError):
    code = "own_account"
    message = _("Another administrator must do this with your own account.")


@transaction.atomic
def create_user(
    *, username: str, name: str, email: str, employee: Employee | None, by: User
) -> tuple[User, str]:
    """Let somebody sign in; return the user and a first password, shown only once.

    She has to choose another at her first sign-in, within FIRST_PASSWORD_DAYS. `name`
    is for people of the office; an employee is called as in the registry.

    Raises:
        User.DoesNotExist: `by` does not configure.
    """
    _check(by)
    # Names that look alike must not be two accounts.
    username = User.normalize_username(username)
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    if employee is not None:
        if User.objects.filter(employee=employee).exists():
            raise AlreadySignsIn
        if employee.has_left(timezone.localdate()):
            raise HasLeft
    password = first_password()
    user = User(
        username=username,
        first_name="" if employee is not None else name,
        email=email,
        employee=employee,
        must_change_password=True,
        first_password_at=timezone.now(),
    )
    user.set_password(password)
    user.save()
    return user, password


@transaction.atomic
def reset_password(*, user: UUID, by: User) -> tuple[User, str]:
    """Return the user with a new first password; whoever was signed in is no more.

    Raises:
        User.DoesNotExist: no such user, or `by` does not configure.
    """
    found = _theirs(user, by)
    password = first_password()
    found.set_password(password)
    found.must_change_password, found.first_password_at = True, timezone.now()
    found.save(update_fields=_PASSWORD)
    first_password_made(found)
    return found, password


@transaction.atomic
def deactivate_user(*, user: UUID, by: User) -> User:
    """Keep somebody from signing in, from her next request on.

    Raises:
        User.DoesNotExist: no such user, or `by` does not configure.
    """
    found = _theirs(user, by)
    if found.is_active:
        keep_an_administrator(
            User.objects.filter(pk=found.pk), from_day=timezone.localdate()
        )
        found.is_active = False
        found.save(update_fields=["is_active"])
    return found


@transaction.atomic
def reactivate_user(*, user: UUID, by: User) -> User:
    """Let somebody sign in again, with the grants that still hold.

    Raises:
        User.DoesNotExist: no such user, or `by` does not configure.
    """
    found = _theirs(user, by)
    if found.employee is not None and found.employee.has_left(timezone.localdate()):
        raise HasLeft
    if not found.is_active:
        found.is_active = True
        found.save(update_fields=["is_active"])
    return found


@transaction.atomic
def choose_password(*, password: str, by: User) -> User:
    """Replace a password by one that only `by` knows."""
    by.set_password(password)
    by.must_change_password, by.first_password_at = False, None
    by.save(update_fields=_PASSWORD)
    return by


def first_password() -> str:
    """Return a random password of 4 groups of 4 (79 bits)."""
    groups = (
        "".join(secrets.choice(LETTERS) for _letter in range(_GROUP))
        for _group in range(_GROUPS)
    )
    return "-".join(groups)


def _check(by: User) -> None:
    if not by.sight.may(Power.CONFIGURE):
        raise User.DoesNotExist


def _theirs(user: UUID, by: User) -> User:
    _check(by)
    users = User.objects.select_related("employee")
    found = users.select_for_update(of=("self",)).get(uuid=user)
    if found.pk == by.pk:
        raise OwnAccount
    return found
