"""What every request of somebody signed in passes: her language, her session."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from outlets.exchange.problems import CONTENT_TYPE
from staffing.accounts.services import browsers, sessions
from staffing.people.models import User

Answer = Callable[[HttpRequest], HttpResponse]

LOOK_EVERY_SECONDS = 60

# All that is open to somebody who owes a second factor.
SET_UP = "mfa_index"
OPEN_WITHOUT_FACTOR = frozenset(
    {
        SET_UP,
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "people:choose_password",
        "accounts:sign_out",
        "account_logout",
        "set_language",
    }
)


class AccountLanguage:
    """The language of the account wins over the cookie, and the cookie follows it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = _signed_in(request)
        if user is not None and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        # A view may have signed somebody in, or changed the choice.
        user = _signed_in(request)
        name = settings.LANGUAGE_COOKIE_NAME
        same_site: Any = settings.LANGUAGE_COOKIE_SAMESITE
        if (
            user is not None
            and user.language
            and user.language != request.COOKIES.get(name)
        ):
            response.set_cookie(
                name,
                user.language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=same_site,
            )
        return response


class SessionCare:
    """End sessions that are too old or too quiet; keep who owes a factor at the door.

    The session itself carries the times, so that a request costs no further query;
    once a minute the list of sessions is told, and the rules are looked at anew.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = _signed_in(request)
        if user is None:
            return self.get_response(request)
        now = int(time.time())
        seen = request.session.get(sessions.SEEN)
        if _is_over(request, now):
            logout(request, show_message=False)
            messages.info(
                request, _("You were signed out because the session was too old.")
            )
            return self.get_response(request)
        if seen is None or now - seen >= LOOK_EVERY_SECONDS:
            sessions.touch_session(request, user)
            sessions.note_demand(request, user)
        elif request.session.get(sessions.FACTOR_MISSING):
            sessions.note_demand(request, user)
        if request.session.get(sessions.FACTOR_MISSING) and not _is_open(request):
            return _to_the_set_up(request)
        return self.get_response(request)


class KnownBrowser:
    """Have a browser remember who has just signed in with it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        browsers.hand_over(request, response)
        return response


def _signed_in(request: HttpRequest) -> User | None:
    """Return who is signed in, without a query for who is not."""
    if SESSION_KEY not in request.session:
        return None
    return request.user if isinstance(request.user, User) else None


def _is_over(request: HttpRequest, now: int) -> bool:
    began = request.session.get(sessions.BEGAN, now)
    seen = request.session.get(sessions.SEEN, now)
    return (
        now - began >= settings.SESSION_LIFETIME_SECONDS
        or now - seen >= settings.SESSION_IDLE_SECONDS
    )


def _is_open(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in OPEN_WITHOUT_FACTOR
    except Resolver404:
        return False


def _to_the_set_up(request: HttpRequest) -> HttpResponse:
    if not request.path_info.startswith("/api/"):
        return redirect(SET_UP)
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "code": "second_factor_required",
            "detail": _("Your role requires a second factor. Set one up first."),
        },
        status=403,
        content_type=CONTENT_TYPE,
    )
