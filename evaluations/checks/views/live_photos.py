"""Live photos: how they were drawn, and one sent from the card without its scripts."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.models import PhotoDraw, PhotoRequest
from evaluations.checks.services.live_photos import answer_with_photo, drawn_again
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_POST
@login_required
def live_photo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take the photo that was asked for; the card's scripts send it in pieces."""
    rows = PhotoRequest.objects.visible_to(request.user)
    asked = get_object_or_404(rows.select_related("outlet__region"), uuid=uuid)
    sent = request.FILES.get("photo")
    try:
        if sent is None:
            # Who may not send one is told so, whatever she sends.
            _require_record(request, asked)
            messages.error(request, _("Choose a photo first."))
        else:
            content = sent.read(settings.CHECKS_PHOTO_MOST_BYTES + 1)
            answer_with_photo(request=asked, content=content, by=request.user)
            messages.success(request, _("The photo is here. Thank you."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    query = urlencode({"outlet": asked.outlet.code, "on": f"{asked.on:%F}"})
    return redirect(f"{reverse('checks:card')}?{query}")


def _require_record(request: SignedInRequest, asked: PhotoRequest) -> None:
    reach = request.user.sight.reach(Power.RECORD)
    path = asked.outlet.region.path
    if not reach.covers(outlet_id=asked.outlet_id, region_path=path):
        raise PermissionDenied


@require_safe
@login_required
def photo_draws(request: SignedInRequest) -> HttpResponse:
    """Which outlets were drawn, with which seed, and whether it comes out again."""
    if not request.user.sight.may(Power.SEE_REVIEWS):
        raise PermissionDenied
    rows = PhotoDraw.objects.visible_to(request.user)
    rows = rows.select_related("outlet", "seed").prefetch_related("requests__employee")
    page = page_of(rows, request.GET.get("page"))
    lines = []
    for draw in page.rows:
        requests = list(draw.requests.all())
        drawn = {str(one.employee.uuid) for one in requests}
        lines.append((draw, len(requests), set(drawn_again(draw)) == drawn))
    context = {"page": page, "lines": lines}
    return render(request, "evaluations/checks/flags/draws.html", context)
