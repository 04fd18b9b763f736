"""All outlets of a viewer and how far their month is; publishing a region."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outlets.exchange.pages import page_of
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.models import Publication, first_of_month
from staffing.rosters.selectors.outlets import (
    outlet_months,
    publishable_regions,
    region_tally,
)
from staffing.rosters.services.publishing import start_publication
from staffing.rosters.views.reach import beside, month_of, month_text


@require_safe
@login_required
def roster_list(request: SignedInRequest) -> HttpResponse:
    """The month of every outlet in sight: planned, published, or nothing yet."""
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    asked = request.GET.get("month", "")
    today = timezone.localdate()
    first = month_of(asked) if asked else first_of_month(today)
    outlets = Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
    region = _region(request)
    if region is not None:
        outlets = outlets.beneath(region)
    page = page_of(outlets.select_related("region"), request.GET.get("page"))
    rows = outlet_months(page.rows, first)
    if page.number == 1 and len(page.rows) == 1 and not page.has_more and not asked:
        return redirect("rosters:month", page.rows[0].code, month_text(first))
    context = {
        "page": page,
        "rows": rows,
        "first": first,
        "month_text": month_text(first),
        "before": month_text(beside(first, -1)),
        "after": month_text(beside(first, 1)),
        "region": region,
        "tally": region_tally(outlets, first),
        "regions": publishable_regions(request.user),
        "latest": Publication.objects.visible_to(viewer)
        .filter(month=first)
        .select_related("region")
        .first(),
    }
    return render(request, "staffing/rosters/list.html", context)


@require_POST
@login_required
def publish_region(request: SignedInRequest) -> HttpResponse:
    """Publish what is planned at the outlets of a region, in the background."""
    first = month_of(request.POST.get("month", ""))
    regions = {region.code: region for region in publishable_regions(request.user)}
    region = regions.get(request.POST.get("region", ""))
    if region is None:
        messages.error(request, _("Choose the region whose rosters are published."))
        return redirect("rosters:list")
    publication = start_publication(region=region, first=first, by=request.user)
    return redirect("rosters:publication", publication.uuid)


@require_safe
@login_required
def publication_page(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """How far it is, and what was left with the reason."""
    rows = Publication.objects.visible_to(request.user).select_related("region")
    publication = get_object_or_404(rows, uuid=uuid)
    codes = [one["outlet"] for one in publication.left]
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS).in_bulk(codes)
    words = {
        "roster_empty": _("nothing is planned for the month"),
        "elsewhere": _("published, but some days are rostered at another outlet"),
    }
    context = {
        "publication": publication,
        "month_text": month_text(publication.month),
        "left": [
            (outlets.get(one["outlet"]), words.get(one["why"], one["why"]))
            for one in publication.left
        ],
    }
    template = (
        "_publication.html" if request.headers.get("HX-Request") else "publication.html"
    )
    return render(request, f"staffing/rosters/{template}", context)


def _region(request: SignedInRequest) -> Region | None:
    code = request.GET.get("region", "")
    if not code:
        return None
    return get_object_or_404(Region.objects.visible_to(request.user), code=code)
