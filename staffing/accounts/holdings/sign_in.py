"""What somebody proves herself by, and what failed attempts leave behind."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.accounts.models import Lock, Pin
from staffing.people.models import Employee
from staffing.people.personal.changes import Delete
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import account_of

FAILURES = "sign_in_failures"
_PIN = ("set_at", "ended_at")
_LOCK = ("failures", "last_at", "until")
_FACTOR = ("type", "created_at", "last_used_at")
_EMAIL = ("email", "verified", "primary")
_DIRECTORY = ("provider", "uid", "date_joined", "last_login")
_FAILURE = ("attempt_time", "failures_since_start", "ip_address", "user_agent")
# axes keeps the name as it was typed, in one way of writing.
_BY_NAME = (AccessAttempt, AccessFailureLog, AccessLog)
_ALL_GO = _("All of them are deleted.")


def _by_account(model: Any, employee: Employee) -> QuerySet[Any]:
    return model._default_manager.filter(user__employee=employee).order_by("pk")


def _of(model: Any) -> Callable[[Employee], QuerySet[Any]]:
    return partial(_by_account, model)


def _locks(employee: Employee) -> QuerySet[Lock]:
    """Return the counts whose keys name her account."""
    account = account_of(employee)
    if account is None:
        return Lock.objects.none()
    by_pin = Q(key__startswith=f"pin:user:{account.pk}:")
    return Lock.objects.filter(by_pin | Q(key=f"password:{account.pk}")).order_by("pk")


def _attempts(model: Any, employee: Employee) -> QuerySet[Any]:
    """Return the attempts at any name that she might have typed for herself."""
    names = Q(username__iexact=employee.number)
    account = getattr(employee, "user", None)
    for name in (account.username, account.email) if account else ():
        if name:
            names |= Q(username__iexact=name)
    return model._default_manager.filter(names).order_by("pk")


_FAILED = partial(_attempts, AccessAttempt)

HOLDINGS = (
    Holding(
        code="pin",
        label=_("PIN"),
        about=_("Since when you have a PIN; it is kept as a hash and not shown."),
        columns=_PIN,
        rows_of=columns_of(_of(Pin), *_PIN),
        changes=(Delete(_of(Pin)),),
        erased=_("It is deleted."),
        covers=frozenset({"accounts.Pin.user", "accounts.Pin.pin_hash"}),
    ),
    Holding(
        code="wrong_attempts",
        label=_("Wrong PINs and passwords at a tablet"),
        about=_("How often in a row; forgotten after eight days."),
        columns=_LOCK,
        rows_of=columns_of(_locks, *_LOCK),
        changes=(Delete(_locks),),
        erased=_ALL_GO,
        covers=frozenset({"accounts.Lock.key"}),
    ),
    Holding(
        code="second_factors",
        label=_("Second factors"),
        about=_("Apps, passkeys and codes of yours; their secrets are not shown."),
        columns=_FACTOR,
        rows_of=columns_of(_of(Authenticator), *_FACTOR),
        changes=(Delete(_of(Authenticator)),),
        erased=_ALL_GO,
        covers=frozenset({"mfa.Authenticator.user", "mfa.Authenticator.data"}),
    ),
    Holding(
        code="email_addresses",
        label=_("E-mail addresses"),
        about=_("Addresses that a company directory gave for you."),
        columns=_EMAIL,
        rows_of=columns_of(_of(EmailAddress), *_EMAIL),
        changes=(Delete(_of(EmailAddress)),),
        erased=_ALL_GO,
        covers=frozenset(
            {
                "account.EmailAddress.user",
                "account.EmailAddress.email",
                "account.EmailConfirmation",
                "account.EmailConfirmation.key",
            }
        ),
    ),
    Holding(
        code="directory",
        label=_("Identity in a company directory"),
        about=_("Which entry of a directory is yours; its tokens are not shown."),
        columns=_DIRECTORY,
        rows_of=columns_of(_of(SocialAccount), *_DIRECTORY),
        changes=(Delete(_of(SocialAccount)),),
        erased=_ALL_GO,
        covers=frozenset(
            {
                "socialaccount.SocialAccount.user",
                "socialaccount.SocialAccount.provider",
                "socialaccount.SocialAccount.uid",
                "socialaccount.SocialAccount.extra_data",
                "socialaccount.SocialToken",
                "socialaccount.SocialToken.token",
                "socialaccount.SocialToken.token_secret",
            }
        ),
    ),
    Holding(
        code="failed_sign_ins",
        label=_("Failed sign-ins"),
        about=_("Failures at your user name, e-mail address or number."),
        columns=_FAILURE,
        rows_of=columns_of(_FAILED, *_FAILURE),
        changes=tuple(Delete(partial(_attempts, model)) for model in _BY_NAME),
        erased=_ALL_GO,
        covers=frozenset(
            f"{model._meta.label}.{field}"
            for model in _BY_NAME
            for field in ("username", "user_agent", "http_accept", "path_info")
        )
        | {
            "axes.AccessAttempt.get_data",
            "axes.AccessAttempt.post_data",
            "axes.AccessLog.session_hash",
        },
        retention=FAILURES,
    ),
)


def _old_failures(cut_off: date, action: Action, limit: int) -> int:
    gone = 0
    for model in _BY_NAME:
        old = model.objects.filter(attempt_time__lt=day_begins(cut_off))
        gone += delete_oldest(old, limit - gone)
    return gone


KINDS = (
    RetentionKind(
        code=FAILURES,
        label=_("Failed sign-ins"),
        why=_("A slow attack on many accounts is seen only over months."),
        months=12,
        actions=(Action.DELETE,),
        apply=_old_failures,
    ),
)
