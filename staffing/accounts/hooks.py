"""Where Django and allauth tell us what happened; each hook calls one service.

Signals are the only way in for what other packages do. Our own code calls services.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staffing.accounts import lockout
from staffing.accounts.services import browsers, sessions, tablet_sessions
from staffing.accounts.services.security_mail import Notice
from staffing.accounts.services.telling import tell_owner
from staffing.people import passwords
from staffing.people.models import User


def connect() -> None:
    passwords.tell_with(_first_password_made)
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    user_logged_in.connect(
        tablet_sessions.begin, dispatch_uid="accounts.begun_on_a_tablet"
    )
    user_logged_out.connect(_signed_out, dispatch_uid="accounts.signed_out")
    account_signals.password_changed.connect(
        _password_changed, dispatch_uid="accounts.password_changed"
    )
    account_signals.password_reset.connect(
        _password_reset, dispatch_uid="accounts.password_reset"
    )
    factor_signals.authentication_failed.connect(
        _second_step_failed, dispatch_uid="accounts.second_step_failed"
    )


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    steps = request.session.get("account_authentication_methods", [])
    if settings.OIDC_SECOND_FACTOR and any(
        step.get("method") == "socialaccount" for step in steps
    ):
        request.session[sessions.FACTOR_ELSEWHERE] = True
    if not hasattr(request, "pin_of_device"):  # an enrolled tablet is known
        browsers.look_at_browser(request, user)
    due = sessions.due_day(sessions.begin_session(request, user))
    if due is not None and hasattr(request, "_messages"):
        messages.warning(
            request,
            _("Your role requires a second factor. Set it up by %(day)s.")
            % {"day": date_format(due, "DATE_FORMAT")},
        )


def _signed_out(
    sender: Any, request: HttpRequest, user: User | None, **kwargs: Any
) -> None:
    if request.session.session_key:
        sessions.forget_session(key=request.session.session_key)


def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.end_sessions(of=user, but=request.session.session_key)


def _password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.end_sessions(of=user)
    lockout.unlock(user)


def _first_password_made(user: User) -> None:
    tell_owner(user, Notice.FIRST_PASSWORD, request=None)


def _second_step_failed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    lockout.count_failure(request, user.get_username())
