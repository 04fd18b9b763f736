"""Which tablet a request comes from, and whether a session begun on it may go on."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from outlets.exchange.fragments import looks_by_itself
from staffing.accounts.services import credentials, tablet_sessions

# Whatever else stands below here is about the security of an account: a PIN opens none
# of it, also what is added later.
ACCOUNT_PAGES = "/accounts/"
OPEN_TO_PIN = frozenset(
    {
        "accounts:sign_in",
        "accounts:sign_out",
        "accounts:people",
        "accounts:pin",
        "accounts:switch",
        "accounts:enrol",
    }
)


class DeviceMiddleware:
    """Set `request.device` (None: no enrolled tablet) and `request.by_pin`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        now = timezone.now()
        token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
        found = credentials.recognise(token, now) if token else None
        request.device = found.device if found else None
        request.by_pin = False
        mark = tablet_sessions.mark_of(request)
        if mark is not None and request.user.is_authenticated:
            self._look_at(request, mark, now)
        response = self.get_response(request)
        if settings.DEVICE_COOKIE_NAME in response.cookies:
            return response  # the view has just enrolled this tablet
        if found and found.token:
            credentials.hand_over(response, found.token)
        elif token and not found:
            credentials.take_away(response)
        return response

    def _look_at(self, request: Any, mark: tablet_sessions.Mark, now: Any) -> None:
        why = tablet_sessions.ending(
            mark, device=request.device, user=request.user, now=now
        )
        if why is not None:
            logout(request)
            messages.warning(request, why)
            return
        if not looks_by_itself(request):
            tablet_sessions.touch(request, mark, now)
        if mark.by_pin:
            request.by_pin = True
            tablet_sessions.narrow(request.user, request.device)

    def process_view(
        self, request: Any, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if (
            request.by_pin
            and request.path_info.startswith(ACCOUNT_PAGES)
            and request.resolver_match.view_name not in OPEN_TO_PIN
        ):
            raise PermissionDenied
        return None
