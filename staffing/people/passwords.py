"""Who hears that an administrator made somebody a first password.

`accounts` sends mails and stands above this room: it hangs itself in here.
"""

from collections.abc import Callable

from staffing.people.models import User

_told: list[Callable[[User], None]] = []


def tell_with(tell: Callable[[User], None]) -> None:
    """Have `tell` called with whose password was made anew; `accounts` does so once."""
    _told[:] = [tell]


def first_password_made(user: User) -> None:
    """Say that the password of an account that existed was made by somebody else."""
    for tell in _told:
        tell(user)
