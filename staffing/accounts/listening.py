"""What the libraries of sign-in and jobs tell: these facts come by signal only.

Our own rooms call services; this file is the one place that listens, and it listens to
third parties. A library that is not installed is not listened to.
"""

from contextvars import Token
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.apps import apps
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.http import HttpRequest
from oauth2_provider.signals import app_authorized

from outlets.exchange import acting
from staffing.accounts.models import AccessKind
from staffing.accounts.services.access import record_access, record_somebody_unknown
from staffing.people.models import User

_running: dict[str, Token[acting.Acting]] = {}


def listen() -> None:
    """Connect to what is installed; called once, when the app is ready."""
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _failed),
        (app_authorized, _token_issued),
        (task_prerun, _job_begins),
        (task_postrun, _job_ends),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")
    if apps.is_installed("axes"):
        from axes.signals import user_locked_out

        user_locked_out.connect(_locked_out, dispatch_uid="accounts._locked_out")
    if apps.is_installed("allauth.account"):
        from allauth.account import signals

        for changed in (
            signals.password_changed,
            signals.password_reset,
            signals.password_set,
        ):
            changed.connect(_password_changed, dispatch_uid="accounts._password")
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals as factors

        for changed, what in (
            (factors.authenticator_added, "added"),
            (factors.authenticator_removed, "removed"),
            (factors.authenticator_reset, "reset"),
        ):
            changed.connect(
                _factor_changed(what),
                weak=False,
                dispatch_uid=f"accounts.factor_{what}",
            )


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record_access(AccessKind.SIGN_IN, request=request, user=user)


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
    username = credentials.get("username") or credentials.get("login") or ""
    _about_a_name(AccessKind.SIGN_IN_FAILED, request, username)


def _locked_out(
    sender: Any, request: HttpRequest | None = None, username: str = "", **kwargs: Any
) -> None:
    _about_a_name(AccessKind.LOCKED_OUT, request, username)


def _about_a_name(kind: str, request: HttpRequest | None, username: str | None) -> None:
    user = User.objects.filter(username=username or "").first()
    if user is None:
        record_somebody_unknown(kind, request=request)
    else:
        record_access(kind, request=request, user=user)


def _password_changed(
    sender: Any, request: HttpRequest | None, user: User, **kwargs: Any
) -> None:
    record_access(AccessKind.PASSWORD_CHANGED, request=request, user=user)


def _factor_changed(what: str) -> Any:
    def receiver(
        sender: Any, request: HttpRequest | None, user: User, **kwargs: Any
    ) -> None:
        factor = kwargs.get("authenticator")
        told = f"{getattr(factor, 'type', '')} {what}".strip()
        record_access(
            AccessKind.SECOND_FACTOR_CHANGED, request=request, user=user, what=told
        )

    return receiver


def _token_issued(sender: Any, request: HttpRequest, token: Any, **kwargs: Any) -> None:
    what = f"{token.application.name}: {token.scope}"
    record_access(AccessKind.TOKEN_ISSUED, request=request, what=what)


def _job_begins(task_id: str, task: Any, **kwargs: Any) -> None:
    _running[task_id] = acting.begin(name=f"system: {task.name}")


def _job_ends(task_id: str, **kwargs: Any) -> None:
    token = _running.pop(task_id, None)
    if token is not None:
        acting.end(token)
