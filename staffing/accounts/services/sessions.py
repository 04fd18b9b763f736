"""Begin, touch and end sessions; know each so that its owner can end it."""

import time
from datetime import date

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from staffing.accounts.addresses import UNKNOWN, address_of
from staffing.accounts.selectors.second_factor import Demand, demand_on
from staffing.accounts.selectors.sessions import public_id_of
from staffing.people.models import User

BEGAN, SEEN = "began_at", "seen_at"  # seconds since the epoch
FACTOR_MISSING = "factor_missing"  # present while nothing but the set-up is open
FACTOR_ELSEWHERE = "factor_elsewhere"  # who let the user in saw a second factor


def begin_session(request: HttpRequest, user: User) -> Demand | None:
    """Note who came whence, and return the second factor she still owes.

    Called for every sign-in, whatever way it took.
    """
    now = int(time.time())
    request.session[BEGAN] = request.session[SEEN] = now
    if not request.session.session_key:
        request.session.save()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, **_client(request)},
    )
    return note_demand(request, user)


def note_demand(request: HttpRequest, user: User) -> Demand | None:
    """Look whether the user owes a second factor, and keep that in her session."""
    elsewhere = request.session.get(FACTOR_ELSEWHERE)
    demand = None if elsewhere else demand_on(user)
    missing = demand is not None and demand.overdue
    if missing != bool(request.session.get(FACTOR_MISSING)):
        if missing:
            request.session[FACTOR_MISSING] = True
        else:
            del request.session[FACTOR_MISSING]
    return demand


def touch_session(request: HttpRequest, user: User) -> None:
    """Note that the session is still in use."""
    request.session[SEEN] = int(time.time())
    request.session.setdefault(BEGAN, request.session[SEEN])
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "last_seen_at": timezone.now(), **_client(request)},
    )


def end_session(*, public_id: str, by: User) -> None:
    """End one session of `by` herself.

    Raises:
        UserSession.DoesNotExist: it is not hers, or has ended already.
    """
    for row in UserSession.objects.filter(user=by):
        if constant_time_compare(public_id_of(row.session_key), public_id):
            _end([row])
            return
    raise UserSession.DoesNotExist


def end_sessions(*, of: User, but: str | None = None) -> int:
    """End every session of somebody, except the one with the key `but`."""
    rows = UserSession.objects.filter(user=of).exclude(session_key=but or "")
    return _end(list(rows))


@transaction.atomic
def _end(rows: list[UserSession]) -> int:
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def forget_session(*, key: str) -> None:
    """Take a session that its owner has ended off the list."""
    UserSession.objects.filter(session_key=key).delete()


def _client(request: HttpRequest) -> dict[str, str]:
    longest = UserSession._meta.get_field("user_agent").max_length
    agent = request.META.get("HTTP_USER_AGENT", "")[:longest]
    return {"ip": address_of(request) or UNKNOWN, "user_agent": agent}


def due_day(demand: Demand | None) -> date | None:
    """Return the day to remind of; None when nothing is owed or it is too late."""
    return demand.due if demand is not None and not demand.overdue else None
