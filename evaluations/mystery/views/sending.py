"""What a phone sends by itself: a report it kept, and files piece by piece."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.mystery.forms.fieldwork import read_filled
from evaluations.mystery.models import Report
from evaluations.mystery.services import evidence as bringing
from evaluations.mystery.services import refusals
from evaluations.mystery.services.carrying import find_theirs
from evaluations.mystery.services.evidence import MOST_PIECE_BYTES, Piece
from evaluations.mystery.services.submitting import deliver
from evaluations.mystery.views.fieldwork import codes_of, what_became
from evaluations.mystery.words import lack_words
from outlets.exchange.errors import DomainError
from outlets.exchange.problems import CONTENT_TYPE, problem
from outlets.places.models import CODE_LENGTH
from staffing.people.requests import SignedInRequest

MOST_SENT_BYTES = 1024**2
# What a phone may mend by sending otherwise; all else it need not send again.
STATUS: Mapping[str, HTTPStatus] = {
    refusals.EvidenceTooLarge.code: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.PieceOutOfPlace.code: HTTPStatus.CONFLICT,
    refusals.EvidenceMissing.code: HTTPStatus.CONFLICT,
}


@require_POST
@login_required
def send(request: SignedInRequest, report: UUID) -> HttpResponse:
    """Take a report that a phone kept; the same again is answered alike."""
    try:
        row = find_theirs(report, request.user)
        said = _said(request)
        evidence = [UUID(one) for one in said["evidence"]]
        delivered = deliver(
            report=row.uuid,
            delivery=UUID(said["delivery"]),
            filled=read_filled(said["values"], codes_of(row)),
            evidence=evidence,
            by=request.user,
        )
    except Report.DoesNotExist as error:
        raise Http404 from error
    except (ValueError, TypeError, KeyError, AttributeError):
        words = _("What was sent cannot be read.")
        return _problem(HTTPStatus.BAD_REQUEST, "invalid", words)
    except refusals.ReportIncomplete as refusal:
        lacks = [
            {"where": one.where, "words": lack_words(one)} for one in refusal.lacks
        ]
        return _problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, refusal.code, str(refusal), lacks=lacks
        )
    except refusals.EvidenceMissing as refusal:
        missing = [str(one) for one in refusal.missing]
        return _problem(
            HTTPStatus.CONFLICT, refusal.code, str(refusal), missing=missing
        )
    except DomainError as refusal:
        return _problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, refusal.code, str(refusal), lacks=[]
        )
    answer = {
        "result": "held" if delivered.held else "taken",
        "words": what_became(delivered),
    }
    return JsonResponse(answer)


@require_http_methods(["HEAD", "POST"])
@login_required
def evidence(request: SignedInRequest, report: UUID, evidence: UUID) -> HttpResponse:
    """Tell how much of a file has come, or take the next piece of it."""
    try:
        row = find_theirs(report, request.user)
    except Report.DoesNotExist as error:
        raise Http404 from error
    if request.method == "HEAD":
        return _progress(HttpResponse(), bringing.received(row, evidence))
    try:
        piece = _piece(request, evidence)
        if len(piece.content) > MOST_PIECE_BYTES:
            words = _("A piece has at most %(most)d bytes.") % {
                "most": MOST_PIECE_BYTES
            }
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words)
        here = bringing.take_piece(report=row, piece=piece, by=request.user)
    except ValueError as error:
        return _problem(HTTPStatus.BAD_REQUEST, "invalid", str(error))
    except DomainError as refusal:
        status = STATUS.get(refusal.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        answer = _problem(status, refusal.code, str(refusal))
        if isinstance(refusal, refusals.PieceOutOfPlace):
            answer.headers["Upload-Offset"] = str(refusal.offset)
        return answer
    return _progress(JsonResponse({"complete": here is None}), here)


def _said(request: HttpRequest) -> dict[str, Any]:
    """Read what a phone sends.

    Raises:
        ValueError, TypeError: it is nothing of ours.
    """
    body = request.read(MOST_SENT_BYTES + 1)
    if len(body) > MOST_SENT_BYTES:
        raise ValueError
    said = json.loads(body)
    if not isinstance(said, dict) or not isinstance(said["values"], dict):
        raise TypeError
    return said


def _piece(request: HttpRequest, uuid: UUID) -> Piece:
    """Read a piece from its headers and body.

    Raises:
        ValueError: a header is missing or cannot be read; the message names it.
    """
    question = unquote(request.headers.get("Evidence-Question", "")).strip()
    if len(question) > CODE_LENGTH or "\x00" in question:
        raise ValueError(_wrong("Evidence-Question"))
    return Piece(
        evidence=uuid,
        question=question,
        length=_number(request.headers, "Upload-Length"),
        offset=_number(request.headers, "Upload-Offset"),
        content=request.read(MOST_PIECE_BYTES + 1),
    )


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise ValueError(_wrong(name))
    return int(text)


def _wrong(name: str) -> str:
    return _("The header %(name)s is missing or cannot be read.") % {"name": name}


def _progress(answer: HttpResponse, here: int | None) -> HttpResponse:
    if here is None:
        answer.headers["Evidence-Complete"] = "1"
    else:
        answer.headers["Upload-Offset"] = str(here)
    return answer


def _problem(
    status: HTTPStatus, code: str, detail: str, **more: object
) -> JsonResponse:
    body = problem(status.value, code, detail) | more
    return JsonResponse(body, status=status.value, content_type=CONTENT_TYPE)
