"""Where somebody is signed in, and what was issued in her name."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import (
    get_access_token_model,
    get_application_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from staffing.people.models import Employee
from staffing.people.personal.changes import Delete, Put
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import account_of

SESSIONS = "sessions"
_SIGNED_IN = ("created_at", "last_seen_at", "ip", "user_agent")


def _sessions(employee: Employee) -> Iterator[Session]:
    """Yield her sessions that still hold; who owns one stands inside it only."""
    account = account_of(employee)
    if account is None:
        return
    owner = str(account.pk)
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == owner:
            yield session


def _session_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    for session in _sessions(employee):
        yield {"expires_at": session.expire_date}


class _EndSessions:
    """Sign her out everywhere."""

    def count(self, employee: Employee) -> int:
        return sum(1 for _session in _sessions(employee))

    def apply(self, employee: Employee, pseudonym: str) -> int:
        keys = [session.pk for session in _sessions(employee)]
        return Session.objects.filter(pk__in=keys).delete()[0]


def _signed_in(employee: Employee) -> QuerySet[UserSession]:
    return UserSession.objects.filter(user__employee=employee).order_by("pk")


_TOKENS = (
    get_access_token_model(),
    get_refresh_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_device_grant_model(),
)
_APPLICATION = get_application_model()


def _token_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    for model in _TOKENS:
        for token in model._default_manager.filter(user__employee=employee):
            created = getattr(token, "created", None)
            yield {"kind": model._meta.model_name, "created": created}


def _tokens_of(model: Any) -> Delete:
    return Delete(lambda e: model._default_manager.filter(user__employee=e))


def _expire_sessions(cut_off: date, action: Action, limit: int) -> int:
    """Sweep up ended sessions, then what is known of sessions that are gone."""
    before = day_begins(cut_off)
    gone = delete_oldest(Session.objects.filter(expire_date__lt=before), limit)
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    known = UserSession.objects.filter(~Exists(alive), last_seen_at__lt=before)
    return gone + delete_oldest(known, limit - gone)


HOLDINGS = (
    Holding(
        code=SESSIONS,
        label=_("Sessions"),
        about=_("Where you are signed in now."),
        columns=("expires_at",),
        rows_of=_session_rows,
        changes=(_EndSessions(),),
        erased=_("She is signed out everywhere."),
        covers=frozenset({"sessions.Session.session_data"}),
        retention=SESSIONS,
    ),
    Holding(
        code="signed_in",
        label=_("Devices signed in"),
        about=_("From which addresses and browsers you are or were signed in."),
        columns=_SIGNED_IN,
        rows_of=columns_of(_signed_in, *_SIGNED_IN),
        changes=(Delete(_signed_in),),
        erased=_("All of them are deleted."),
        covers=frozenset(
            {
                "usersessions.UserSession.user",
                "usersessions.UserSession.user_agent",
                "usersessions.UserSession.session_key",
                "usersessions.UserSession.data",
            }
        ),
        retention=SESSIONS,
    ),
    Holding(
        code="tokens",
        label=_("API tokens"),
        about=_("Tokens issued in your name; the tokens themselves are not shown."),
        columns=("kind", "created"),
        rows_of=_token_rows,
        changes=(
            *(_tokens_of(model) for model in _TOKENS),
            Put(
                lambda e: _APPLICATION._default_manager.filter(user__employee=e),
                lambda pseudonym: {"user": None},
            ),
        ),
        erased=_("All of them are deleted; applications she registered stay."),
        covers=frozenset(
            f"{model._meta.label}.user" for model in (*_TOKENS, _APPLICATION)
        ),
    ),
)
KINDS = (
    RetentionKind(
        code=SESSIONS,
        label=_("Sessions that ended"),
        why=_("A session that ended opens nothing; it is only swept up."),
        months=1,
        actions=(Action.DELETE,),
        apply=_expire_sessions,
    ),
)
