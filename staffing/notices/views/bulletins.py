"""Announcements: written, published, and who has read and understood them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.notices.forms import BulletinForm
from staffing.notices.models import Bulletin
from staffing.notices.selectors.bulletins import bulletin_lines, places_named, report
from staffing.notices.services.bulletins import (
    audience,
    may_withdraw,
    publish_bulletin,
    withdraw_bulletin,
)
from staffing.notices.views.centre import announces
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def bulletin_list(request: SignedInRequest) -> HttpResponse:
    """What was announced to people within reach, with how many acknowledged it."""
    _require_reader(request)
    rows = Bulletin.objects.visible_to(request.user).select_related(
        "region", "published_by__employee"
    )
    page = page_of(rows.prefetch_related("outlets"), request.GET.get("page"))
    context = {
        "page": page,
        "lines": [
            (line, places_named(line.bulletin, list(line.bulletin.outlets.all())))
            for line in bulletin_lines(request.user, page)
        ],
        "may_write": request.user.sight.may(Power.ANNOUNCE),
        "announces": True,
    }
    return render(request, "staffing/notices/bulletins.html", context)


def _require_reader(request: SignedInRequest) -> None:
    if not announces(request):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulletin_new(request: SignedInRequest) -> HttpResponse:
    """Write one; the first press shows whom it reaches, the second publishes it."""
    if not request.user.sight.may(Power.ANNOUNCE):
        raise PermissionDenied
    form = BulletinForm(request.POST or None, viewer=request.user)
    preview = None
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if request.POST.get("step") == "publish":
            try:
                bulletin = publish_bulletin(draft=draft, by=request.user)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The announcement is published."))
                return redirect("notices:bulletin", bulletin.uuid)
        else:
            people = audience(draft, request.user)
            preview = {"people": len(people), "outlets": len(set(people.values()))}
    context = {"form": form, "preview": preview, "announces": True}
    return render(request, "staffing/notices/bulletin_new.html", context)


@require_safe
@login_required
def bulletin_report(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Its text, and who has read and understood it, outlet by outlet."""
    _require_reader(request)
    rows = Bulletin.objects.visible_to(request.user).select_related(
        "region", "published_by__employee", "withdrawn_by__employee"
    )
    bulletin = get_object_or_404(rows, uuid=uuid)
    found = report(request.user, bulletin, request.GET.get("page"))
    context = {
        "bulletin": bulletin,
        "places": places_named(bulletin, list(bulletin.outlets.all())),
        "report": found,
        "page": found.people,
        "may_withdraw": may_withdraw(bulletin, request.user),
    }
    return render(request, "staffing/notices/bulletin.html", context)


@require_POST
@login_required
def bulletin_withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    _require_reader(request)
    try:
        withdraw_bulletin(uuid=uuid, by=request.user)
    except Bulletin.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Withdrawn: nobody is asked to read it any more."))
    return redirect("notices:bulletin", uuid)
