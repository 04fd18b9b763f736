"""Certificates: the page and the PDF for the winner, the check for everybody."""

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_POST, require_safe

from evaluations.awards.certificate_pdf import pdf_of
from evaluations.awards.certificate_words import Words, words_of
from evaluations.awards.models import Award, Certificate
from evaluations.awards.services.certificates import (
    issue,
    public_keys,
    revocations,
)
from evaluations.awards.services.refusals import NoKey
from evaluations.awards.signing import Tampered, checked
from outlets.exchange.drawings import qr_code
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

# Who prints other people's certificates; whoever only reads makes none.
_MAKING = (Power.NOMINATE, Power.REVIEW_AWARDS, Power.PUBLISH, Power.REWARD)
LANGUAGES = {"en": "en", "zh": "zh-hans"}


@require_POST
@login_required
def certificate_make(request: SignedInRequest, award: UUID, uuid: UUID) -> HttpResponse:
    """Make the certificate of an award, for the winner and for who sees awards."""
    rows = Award.objects.visible_to(request.user).with_figures_for(request.user)
    found = get_object_or_404(rows, award_list__uuid=uuid, lasting_id=award)
    if not found.shows_figures:  # type: ignore[attr-defined]  # `with_figures_for`
        raise Http404
    sight = request.user.sight
    if found.employee_id != sight.employee_id and not any(map(sight.may, _MAKING)):
        raise PermissionDenied
    try:
        made = issue(award_id=found.pk)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("awards:detail", uuid)
    return redirect("awards:certificate", made.uuid)


@require_safe
@login_required
def certificate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """The certificate as a page that prints on one sheet."""
    held = _visible(request, uuid)
    address = _check_address(request, held)
    context = {
        "certificate": held,
        "words": _words(held, get_language() or "en"),
        "address": address,
        "drawing": qr_code(address),
        "languages": list(LANGUAGES),
    }
    return render(request, "evaluations/awards/certificate.html", context)


@require_safe
@login_required
def certificate_file(
    request: SignedInRequest, uuid: UUID, language: str
) -> HttpResponse:
    """The PDF in one of the languages."""
    held = _visible(request, uuid)
    if language not in LANGUAGES or held.revoked_at is not None or not held.text:
        raise Http404
    code = LANGUAGES[language]
    with override(code):
        content = pdf_of(
            _words(held, code),
            _check_address(request, held),
            held.text,
            held.issued_at,
        )
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"certificate-{held.uuid}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_safe
@login_required
def certificate_text(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """The signed text, to be checked without us."""
    held = _visible(request, uuid)
    if not held.text:
        raise Http404
    answer = HttpResponse(held.text, content_type="text/plain; charset=utf-8")
    name = f"certificate-{held.uuid}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a QR code leads to: says no more than the certificate does."""
    held = get_object_or_404(Certificate, uuid=uuid)
    words = None
    if held.text:
        try:
            checked(held.text, public_keys())
            words = _words(held, get_language() or "en")
        except Tampered:
            words = None
    context = {"certificate": held, "words": words}
    return render(request, "evaluations/awards/check.html", context)


@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """The signed list of revoked certificates, for who checks without us."""
    try:
        text = revocations()
    except NoKey:
        raise Http404 from None
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys that sign certificates, the retired ones too."""
    return JsonResponse({one: raw.hex() for one, raw in public_keys().items()})


def _visible(request: SignedInRequest, uuid: UUID) -> Certificate:
    return get_object_or_404(Certificate.objects.visible_to(request.user), uuid=uuid)


def _words(held: Certificate, language: str) -> Words | None:
    if not held.text:
        return None
    return words_of(json.loads(held.text.partition("\n")[0]), held.key_id, language)


def _check_address(request: HttpRequest, held: Certificate) -> str:
    path = reverse("awards:check", args=[held.uuid])
    return request.build_absolute_uri(path)
