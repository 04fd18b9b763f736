"""Which browsers somebody has signed in with before, as the browser itself remembers.

A cookie keeps a keyed hash per person, so that nothing about browsers is stored here,
and a browser tells nobody whose it is. Who forges or copies it saves herself a mail
to the owner and gains nothing else.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from staffing.accounts.services.security_mail import Notice
from staffing.accounts.services.telling import tell_owner
from staffing.people.models import User

DAYS = 400  # the most that browsers keep
MOST = 30  # people of one browser: a tablet of a large outlet
_SALT = "staffing.accounts.browser"
_BETWEEN = "."
_MARK = re.compile("[0-9a-f]{16}")


def look_at_browser(request: HttpRequest, user: User) -> None:
    """Tell the owner of an account that a browser new to it has signed in.

    What the browser is to remember from now on waits in the request for `hand_over`.
    """
    mark = _mark_of(user)
    kept = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    known = [one for one in kept.split(_BETWEEN) if _MARK.fullmatch(one)]
    if mark not in known:
        tell_owner(user, Notice.NEW_BROWSER, request=request)
    others = [one for one in known if one != mark]
    request.browser_knows = _BETWEEN.join([mark, *others][:MOST])  # type: ignore[attr-defined]


def hand_over(request: HttpRequest, response: HttpResponse) -> None:
    """Have the browser remember who signed in with it in this request, if somebody."""
    marks = getattr(request, "browser_knows", "")
    if marks:
        response.set_cookie(
            settings.BROWSER_COOKIE_NAME,
            marks,
            max_age=DAYS * 24 * 3600,
            secure=settings.BROWSER_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _mark_of(user: User) -> str:
    return salted_hmac(_SALT, str(user.uuid), algorithm="sha256").hexdigest()[:16]
