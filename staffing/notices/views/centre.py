"""The notification centre: what somebody has been told, and what she does with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.places.sight import Power
from staffing.notices.kinds import registered
from staffing.notices.models import Notice
from staffing.notices.selectors.centre import Show, centre, line_of, waiting_count
from staffing.notices.services.reading import (
    acknowledge,
    mark_all_read,
    mark_read,
    own_notices,
)
from staffing.people.requests import SignedInRequest

SHOWN_AS_MANY = 99


class NoticeRequest(SignedInRequest, HtmxHttpRequest):
    """A request of htmx, or of a browser without it."""


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@login_required
def centre_page(request: NoticeRequest) -> HttpResponse:
    return _answer(request)


def _answer(request: NoticeRequest, problem: str = "") -> HttpResponse:
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    kind = request.GET.get("kind", "")
    if kind not in registered():
        kind = ""
    found = centre(
        request.user,
        show=show,
        kind=kind,
        page=request.GET.get("page"),
        now=timezone.now(),
    )
    context = {
        "centre": found,
        "page": found.page,
        "show": show.value,
        "kind": kind,
        "problem": problem,
        "here": request.GET.urlencode(),
        "fragment": wants_fragment(request),
        "announces": announces(request),
    }
    name = "_centre.html" if wants_fragment(request) else "centre.html"
    return render(request, f"staffing/notices/{name}", context)


def announces(request: SignedInRequest) -> bool:
    """Tell whether she may publish announcements, or read who acknowledged them."""
    sight = request.user.sight
    return sight.may(Power.ANNOUNCE) or sight.may(Power.SEE_RECORDS)


@require_safe
@never_cache
@login_required
def bell(request: NoticeRequest) -> HttpResponse:
    """The number that waits, which every page fetches beside itself."""
    count = waiting_count(request.user, timezone.now())
    context = {"count": count, "many": SHOWN_AS_MANY, "fetched": True}
    return render(request, "staffing/notices/_bell.html", context)


@require_safe
@never_cache
@login_required
def notice_page(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One notice by itself: the text of an announcement, and what it asks for."""
    rows = own_notices(request.user).select_related(
        "outlet", "bulletin__published_by__employee"
    )
    notice = get_object_or_404(rows, uuid=uuid)
    line = line_of(notice, timezone.now())
    return render(request, "staffing/notices/notice.html", {"line": line})


@require_POST
@login_required
def follow(request: NoticeRequest, uuid: UUID) -> HttpResponse:
    """Note that she has read it, and lead to what it is about."""
    line = line_of(_read(request, uuid), timezone.now())
    return redirect(line.href or "notices:centre")


@require_POST
@login_required
def read(request: NoticeRequest, uuid: UUID) -> HttpResponse:
    _read(request, uuid)
    return _back(request)


def _read(request: NoticeRequest, uuid: UUID) -> Notice:
    try:
        return mark_read(uuid=uuid, by=request.user)
    except Notice.DoesNotExist:
        raise Http404 from None


@require_POST
@login_required
def read_all(request: NoticeRequest) -> HttpResponse:
    """Note that she has read all that the page showed, up to the id `until`."""
    text = request.POST.get("until", "")
    digits = text.isascii() and text.isdigit() and len(text) < 19
    mark_all_read(until=int(text) if digits else 0, by=request.user)
    return _back(request)


@require_POST
@login_required
def acknowledge_notice(request: NoticeRequest, uuid: UUID) -> HttpResponse:
    problem = ""
    try:
        acknowledge(uuid=uuid, by=request.user)
    except Notice.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        problem = str(error)
    if not wants_fragment(request):
        if problem:
            messages.error(request, problem)
        else:
            messages.success(request, _("Noted: you have read and understood it."))
    return _back(request, problem)


def _back(request: NoticeRequest, problem: str = "") -> HttpResponse:
    if wants_fragment(request):
        return _answer(request, problem)
    query = request.GET.urlencode()
    return redirect(reverse("notices:centre") + (f"?{query}" if query else ""))
