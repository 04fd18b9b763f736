"""Pages for whoever holds their address, without a session.

They are marked here, and `accounts`, which knows where a request comes from, counts
their requests by address before the page does any work.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

MARK = "public_under"
View = TypeVar("View", bound=Callable[..., Any])


def public_under(policy: str) -> Callable[[View], View]:
    """Open a view to everybody, at most `RATE_LIMITS[policy]` times a minute.

    It has to stand above all other decorators: the mark is on what the address names.
    """

    def mark(view: View) -> View:
        setattr(view, MARK, policy)
        return login_not_required(view)

    return mark


def policy_of(view: object) -> str:
    """Return the policy under which a view is open; "": it is not."""
    return getattr(view, MARK, "")
