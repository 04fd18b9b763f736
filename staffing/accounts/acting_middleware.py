"""Tells the history who a request acts for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from outlets.exchange.acting import acting


class ActingMiddleware:
    """Stands behind the one that finds the user.

    The user is looked up only when something is written; by then the API has put the
    service of a token in her place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(who=lambda: request.user):
            return self.get_response(request)
