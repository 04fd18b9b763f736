"""The token endpoint: client credentials in, a token out, nothing else."""

from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from staffing.accounts.rate_limits import (
    charge_once,
    token_allowance_of,
    too_many_calls,
)

CHALLENGE = 'Basic realm="token"'
FORM = "application/x-www-form-urlencoded"
_UNREADABLE = (
    BadRequest,
    SuspiciousOperation,  # too large, too many fields
    MultiPartParserError,
    UnreadablePostError,
)


def _oauth_error(description: str, *, status: int = 400) -> HttpResponse:
    """Return an error of RFC 6749, section 5.2."""
    return JsonResponse(
        {"error": "invalid_request", "error_description": description},
        status=status,
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )


@method_decorator(csrf_exempt, name="dispatch")
class ServiceTokenView(TokenView):
    """POST with the form of RFC 6749; addresses that ask too often are refused first.

    Errors are those of the standard, but for a refused rate and a NUL character, which
    are problem documents like everywhere in the API.
    """

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = charge_once(request, token_allowance_of(request))
        if verdict.refused:
            return too_many_calls(verdict)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.META.get("QUERY_STRING"):
            return _oauth_error("Parameters in the address are refused.")
        if request.content_type not in (FORM, "multipart/form-data"):
            return _oauth_error(f"Send the parameters as {FORM}.")
        try:
            request.POST  # noqa: B018 - read here, where a broken body is expected
        except _UNREADABLE:
            return _oauth_error("The body cannot be read.")
        response = self.authorization_flow_token_response(request)
        if response.status_code == 401:
            response["WWW-Authenticate"] = CHALLENGE
        return response

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = _oauth_error("Ask with POST.", status=405)
        response["Allow"] = "POST"
        return response
