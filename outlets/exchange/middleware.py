"""What holds for every answer and every request, whichever room it belongs to."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.translation import gettext as _

from outlets.exchange.problems import CONTENT_TYPE, problem

GetResponse = Callable[[HttpRequest], Any]
API = "/api/"
_FORM = "application/x-www-form-urlencoded"


class PrivateAnswers:
    """Forbid every cache to keep an answer, unless its view has said otherwise.

    Tablets are shared: the way back after signing out must lead to no page of whoever
    held it before. Static files never come here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class ApiTags(ConditionalGetMiddleware):
    """Give answers of the API an `ETag`, and 304 to who has the same one already.

    What a limit of calls says goes with every answer, a 304 too.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path.startswith(API) or response.status_code != 200:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        if answer.status_code == 304:
            for name in ("RateLimit", "RateLimit-Policy"):
                if name in response.headers:
                    answer[name] = response[name]
        return answer


class NoNulCharacters:
    """Refuse addresses and forms with a NUL character.

    No text of ours holds one; PostgreSQL would fail on it, deep inside a page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._holds_one(request):
            message = _("Text may not contain a NUL character.")
            if not request.path.startswith(API):
                raise BadRequest(message)
            return JsonResponse(
                problem(400, "invalid", message), status=400, content_type=CONTENT_TYPE
            )
        answer: HttpResponse = self.get_response(request)
        return answer

    @staticmethod
    def _holds_one(request: HttpRequest) -> bool:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return True
        if request.content_type != _FORM:
            return False
        return b"%00" in request.body or b"\x00" in request.body
