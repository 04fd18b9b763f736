"""After too many failures nobody gets another try for a while (django-axes)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from outlets.exchange.problems import CONTENT_TYPE
from staffing.accounts.rules.sign_in import lock_ends
from staffing.people.models import User

LONGEST_NAME = 150


def counted_username(
    request: HttpRequest, credentials: Mapping[str, Any] | None = None
) -> str:
    """Return the name that failures count against, whatever way it is written."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(given).replace("\0", "").strip().casefold()[:LONGEST_NAME]


class Handler(AxesDatabaseHandler):
    """Two limits: few failures per person and address, many more per address.

    A shop or an office stands behind one address; one colleague who mistypes must not
    lock out the others.
    """

    def get_failures(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        person, address = (
            rows.aggregate(count=Sum("failures_since_start"))["count"] or 0
            for rows in self.get_user_attempts(request, credentials)
        )
        if address >= settings.ADDRESS_FAILURE_LIMIT:
            return max(person, settings.AXES_FAILURE_LIMIT)
        return person

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count a failure, but not a wrong PIN: tablets count those themselves.

        A whole outlet stands behind one address; slips of the finger must not lock
        its passwords out.
        """
        if "pin_of" not in credentials:
            super().user_login_failed(sender, credentials, request, **kwargs)

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget the failures of who has signed in, not those of her whole address.

        Otherwise an attacker with an account of his own would sign in now and then.
        """
        person: QuerySet[AccessAttempt]
        person, _address = self.filter_user_attempts(request, credentials)
        count, _per_model = person.delete()
        return count

    def locked_until(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> datetime | None:
        """Return when another attempt is possible; None when it is now."""
        limits = (settings.AXES_FAILURE_LIMIT, settings.ADDRESS_FAILURE_LIMIT)
        ends = [
            lock_ends(
                rows.values_list("attempt_time", "failures_since_start"),
                limit=limit,
                cool_off=settings.AXES_COOLOFF_TIME,
            )
            for rows, limit in zip(
                self.get_user_attempts(request, credentials), limits, strict=True
            )
        ]
        return max((end for end in ends if end is not None), default=None)


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer a locked-out attempt: why, and for how long."""
    AxesProxyHandler.update_request(request)
    handler = AxesProxyHandler.get_implementation()
    until = handler.locked_until(request, credentials)
    left = until - timezone.now() if until else settings.AXES_COOLOFF_TIME
    minutes = max(1, ceil(left / timedelta(minutes=1)))
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = JsonResponse(
            {
                "type": "about:blank",
                "title": "Too Many Requests",
                "status": 429,
                "code": "locked_out",
                "detail": _("Too many failed sign-ins."),
            },
            content_type=CONTENT_TYPE,
        )
    else:
        page = "staffing/accounts/locked.html"
        answer = render(request, page, {"minutes": minutes})
    answer.status_code = 429
    answer["Retry-After"] = str(60 * minutes)
    answer["Cache-Control"] = "no-store"
    return answer


def refuse_if_locked(request: HttpRequest, user: User) -> None:
    """Keep a locked-out person from trying codes as well as passwords.

    Raises:
        ValidationError: she is locked out; the page that says so is what she will see.
    """
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        request.axes_credentials = credentials  # type: ignore[attr-defined]
        raise ValidationError(_("Too many failed sign-ins."), code="locked_out")


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a failed second step, or a stranger of the directory, like a password."""
    user_login_failed.send(
        sender=__name__, credentials={"username": username}, request=request
    )


def unlock(user: User) -> None:
    """Forget the failures at a name whose owner has proven herself another way."""
    AccessAttempt.objects.filter(username=counted_name(user)).delete()


def counted_name(user: User) -> str:
    return user.get_username().strip().casefold()[:LONGEST_NAME]
