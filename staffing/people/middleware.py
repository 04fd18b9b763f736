"""A first password, made by somebody else, opens one page only."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staffing.people.models import User

# By name of the route; where she chooses, and how she gets away.
OPEN = frozenset(
    {"people:choose_password", "accounts:sign_out", "account_logout", "set_language"}
)


class FirstPasswordMiddleware:
    """Send who must choose a password to the page for it, whatever she asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        found = request.resolver_match
        if found is None or found.view_name in OPEN:
            return None
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(
                {
                    "type": "about:blank",
                    "title": "Forbidden",
                    "status": 403,
                    "code": "password_must_change",
                    "detail": _("Choose a password of your own first."),
                },
                status=403,
                content_type="application/problem+json",
            )
        return redirect("people:choose_password")
