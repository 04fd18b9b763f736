"""RFC 9457 problem documents: what went wrong, with a stable code."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from outlets.exchange.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """Return the body of a problem document; an empty `detail` repeats the title."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    return body | {"detail": detail or title} | extra


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate an exception of an API view; None lets a real fault surface as 500."""
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    number: int
    if isinstance(error, DomainError):
        number, code, detail = 409, error.code, str(error)
    elif isinstance(error, Http404):
        number, code, detail = 404, "not_found", ""
    elif isinstance(error, PermissionDenied):
        number, code, detail = 403, "permission_denied", ""
    elif isinstance(error, exceptions.ValidationError):
        number, code = 400, "invalid"
        detail, extra = str(error.default_detail), {"errors": error.detail}
    elif isinstance(error, exceptions.APIException):
        number, detail = error.status_code, str(error.detail)
        code = getattr(error.detail, "code", error.default_code)
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait))
    else:
        return None
    set_rollback()
    return Response(
        problem(number, code, detail, **extra),
        status=number,
        headers=headers,
        content_type=CONTENT_TYPE,
    )
