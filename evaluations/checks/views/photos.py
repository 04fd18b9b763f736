"""Photos: pieces that a tablet sends, and the picture for who may see the check."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.checks.models import Check, CheckPhoto
from evaluations.checks.selectors.blinding import is_judged
from evaluations.checks.services.correcting import may_change
from evaluations.checks.services.photos import (
    MOST_PIECE_BYTES,
    Piece,
    PieceOutOfPlace,
    add_photo,
    open_photo,
    take_piece,
)
from evaluations.checks.tapped import read_instant
from evaluations.checks.timing import clock_ahead
from outlets.exchange.errors import DomainError
from outlets.exchange.problems import CONTENT_TYPE, problem
from outlets.places.models import CODE_LENGTH
from staffing.accounts.services.devices import device_of
from staffing.people.requests import SignedInRequest

# What the tablet may mend by sending otherwise; all else it need not send again.
STATUS = {
    "photo_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "piece_out_of_place": HTTPStatus.CONFLICT,
    "photo_elsewhere": HTTPStatus.CONFLICT,
}


@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: Any, uuid: UUID) -> HttpResponseBase:
    """Show a photo, tell how much of it has come, or take the next piece."""
    if request.method == "GET":
        return _show(request, uuid)
    if not request.user.is_authenticated and device_of(request) is None:
        return _problem(HTTPStatus.UNAUTHORIZED, "not_authenticated", "")
    if request.method == "HEAD":
        return _progress(uuid)
    return _take(request, uuid)


def _show(request: Any, uuid: UUID) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    photos = CheckPhoto.objects.visible_to(request.user).complete()
    found = get_object_or_404(photos, uuid=uuid)
    if is_judged(found, request.user):
        raise Http404
    try:
        file = open_photo(found)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, content_type="image/jpeg", filename=f"{uuid}.jpg")


def _progress(uuid: UUID) -> HttpResponse:
    """Tell how much is here; of a photo nobody has heard of, nothing is.

    Of one that has all its bytes and is not whole yet the last is asked for again:
    with it the picture is made, or what is wrong is said once more.
    """
    found = CheckPhoto.objects.filter(uuid=uuid).first()
    answer = HttpResponse()
    offset = found.received if found else 0
    if found and found.complete_at is None and found.received == found.length:
        offset -= 1
    answer.headers["Upload-Offset"] = str(offset)
    if found and found.length is not None:
        answer.headers["Upload-Length"] = str(found.length)
    if found and found.complete_at is not None:
        answer.headers["Photo-Complete"] = "1"
    return answer


def _take(request: Any, uuid: UUID) -> HttpResponse:
    try:
        piece = _piece(request, uuid)
    except ValueError as error:
        return _problem(HTTPStatus.BAD_REQUEST, "invalid", str(error))
    if len(piece.content) > MOST_PIECE_BYTES:
        words = _("A piece has at most %(most)d bytes.") % {"most": MOST_PIECE_BYTES}
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words)
    try:
        taken = take_piece(piece)
    except DomainError as refusal:
        status = STATUS.get(refusal.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        answer = _problem(status, refusal.code, str(refusal))
        if isinstance(refusal, PieceOutOfPlace):
            answer.headers["Upload-Offset"] = str(refusal.offset)
        return answer
    complete = taken.complete_at is not None
    answer = JsonResponse({"offset": taken.received, "complete": complete})
    answer.headers["Upload-Offset"] = str(taken.received)
    return answer


def _piece(request: Any, uuid: UUID) -> Piece:
    """Read a piece from its headers and body.

    Raises:
        ValueError: a header is missing or cannot be read; the message names it.
    """
    headers = request.headers
    item = unquote(headers.get("Photo-Item", "")).strip()
    if len(item) > CODE_LENGTH or "\x00" in item:
        raise ValueError(_wrong("Photo-Item"))
    return Piece(
        photo=uuid,
        check=_uuid(headers, "Photo-Check"),
        item=item,
        length=_number(headers, "Upload-Length"),
        offset=_number(headers, "Upload-Offset"),
        content=request.read(MOST_PIECE_BYTES + 1),
        taken_at=_taken_at(headers),
        ticket=headers.get("Photo-Ticket", ""),
        device=device_of(request),
    )


def _taken_at(headers: Any) -> datetime | None:
    """Return when it was taken, by our clock; None: not said."""
    taken_at = read_instant(headers.get("Photo-Taken-At"))
    sent_at = read_instant(headers.get("Photo-Sent-At"))
    if taken_at is None or sent_at is None:
        return taken_at
    ahead = clock_ahead(sent_at, timezone.now(), settings.CHECKS_CLOCK_TOLERANCE)
    return taken_at - ahead if ahead else taken_at


def _number(headers: Any, name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise ValueError(_wrong(name))
    return int(text)


def _uuid(headers: Any, name: str) -> UUID:
    try:
        return UUID(headers.get(name, ""))
    except ValueError as error:
        raise ValueError(_wrong(name)) from error


def _wrong(name: str) -> str:
    return _("The header %(name)s is missing or cannot be read.") % {"name": name}


def _problem(status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    body = problem(status.value, code, detail)
    answer = JsonResponse(body, status=status.value, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Cookie realm="tablet"'
    return answer


@require_POST
@login_required
def add(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Add a photo to a check from its page: the way without scripts, and later on."""
    checks = Check.objects.visible_to(request.user)
    check = get_object_or_404(
        checks.select_related("outlet__region", "employee"), uuid=uuid
    )
    if not may_change(check, request.user):
        raise PermissionDenied
    sent = request.FILES.get("photo")
    if sent is None:
        messages.error(request, _("Choose a photo first."))
        return redirect("checks:check", uuid)
    content = sent.read(settings.CHECKS_PHOTO_MOST_BYTES + 1)
    marked = set(check.marks.values_list("item__code", flat=True))
    item = request.POST.get("item", "")
    try:
        add_photo(
            check=check,
            content=content,
            item=item if item in marked else "",
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The photo is kept with this check."))
    return redirect("checks:check", uuid)
