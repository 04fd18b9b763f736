"""What the libraries of sign-in and jobs tell: these facts come by signal only.

Our own rooms call services; this file is the one place that listens, and it listens to
third parties.
"""

from contextvars import Token
from typing import Any

from allauth.account import signals as passwords
from allauth.mfa import signals as factors
from allauth.socialaccount.signals import social_account_added, social_account_removed
from axes.signals import user_locked_out
from celery.signals import task_postrun, task_prerun
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.http import HttpRequest
from oauth2_provider.signals import app_authorized

from outlets.exchange import acting
from staffing.accounts.models import AccessKind
from staffing.accounts.services.access import (
    record_access,
    record_directory_change,
    record_somebody_unknown,
)
from staffing.accounts.services.locks import TooManyAttempts
from staffing.people.models import User

_running: dict[str, Token[acting.Acting]] = {}


def listen() -> None:
    """Connect; called once, when the app is ready."""
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _failed),
        (user_locked_out, _locked_out),
        (passwords.password_changed, _password_changed),
        (passwords.password_reset, _password_changed),
        (passwords.password_set, _password_changed),
        (factors.authenticator_added, _factor_added),
        (factors.authenticator_removed, _factor_removed),
        (factors.authenticator_reset, _factor_reset),
        (social_account_added, _directory_connected),
        (social_account_removed, _directory_disconnected),
        (app_authorized, _token_issued),
        (task_prerun, _job_begins),
        (task_postrun, _job_ends),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    device = getattr(request, "pin_of_device", None)
    if device is None:
        record_access(AccessKind.SIGN_IN, request=request, user=user)
    else:
        record_access(
            AccessKind.PIN_SIGN_IN,
            request=request,
            user=user,
            what=device.name,
            outlet_id=device.outlet_id,
        )


def _signed_out(
    sender: Any, request: HttpRequest, user: User | None, **kwargs: Any
) -> None:
    if user is not None:  # otherwise nobody was signed in
        record_access(AccessKind.SIGN_OUT, request=request, user=user)


def _failed(
    sender: Any,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    **kwargs: Any,
) -> None:
    if "pin_of" in credentials:
        _pin_failed(credentials, request)
        return
    username = credentials.get("username") or credentials.get("login") or ""
    _about_a_name(AccessKind.SIGN_IN_FAILED, request, username)


def _pin_failed(credentials: dict[str, Any], request: HttpRequest | None) -> None:
    waits = credentials["why"] == TooManyAttempts.code
    kind = AccessKind.LOCKED_OUT if waits else AccessKind.SIGN_IN_FAILED
    user = User.objects.filter(employee__uuid=credentials["pin_of"]).first()
    if user is None:
        record_somebody_unknown(kind, request=request, what="PIN")
    else:
        record_access(kind, request=request, user=user, what="PIN")


def _locked_out(
    sender: Any, request: HttpRequest | None = None, username: str = "", **kwargs: Any
) -> None:
    _about_a_name(AccessKind.LOCKED_OUT, request, username)


def _about_a_name(kind: str, request: HttpRequest | None, username: str | None) -> None:
    # Names are told apart by their letters, not by how these are written.
    user = User.objects.filter(username__iexact=username or "").first()
    if user is None:
        record_somebody_unknown(kind, request=request)
    else:
        record_access(kind, request=request, user=user)


def _password_changed(
    sender: Any, request: HttpRequest | None, user: User, **kwargs: Any
) -> None:
    record_access(AccessKind.PASSWORD_CHANGED, request=request, user=user)


def _factor_added(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    _factor_changed("added", request, user, kwargs.get("authenticator"))


def _factor_removed(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    _factor_changed("removed", request, user, kwargs.get("authenticator"))


def _factor_reset(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    _factor_changed("reset", request, user, kwargs.get("authenticator"))


def _factor_changed(
    what: str, request: HttpRequest | None, user: User, factor: Any
) -> None:
    told = f"{getattr(factor, 'type', '')} {what}".strip()
    record_access(
        AccessKind.SECOND_FACTOR_CHANGED, request=request, user=user, what=told
    )


def _directory_connected(request: HttpRequest, sociallogin: Any, **kwargs: Any) -> None:
    record_directory_change("connected", request=request, user=sociallogin.user)


def _directory_disconnected(
    request: HttpRequest, socialaccount: Any, **kwargs: Any
) -> None:
    record_directory_change("disconnected", request=request, user=socialaccount.user)


def _token_issued(sender: Any, request: HttpRequest, token: Any, **kwargs: Any) -> None:
    what = f"{token.application.name}: {token.scope}"
    record_access(AccessKind.TOKEN_ISSUED, request=request, what=what)


def _job_begins(task_id: str, task: Any, **kwargs: Any) -> None:
    _running[task_id] = acting.begin(name=f"system: {task.name}")


def _job_ends(task_id: str, **kwargs: Any) -> None:
    token = _running.pop(task_id, None)
    if token is not None:
        acting.end(token)
