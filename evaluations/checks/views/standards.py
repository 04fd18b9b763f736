"""What is expected, and what checks of outlets found against it."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.forms import DaysForm
from evaluations.checks.models import Check
from evaluations.checks.selectors import findings
from evaluations.standards.models import Draft, Item, Standard, StandardVersion
from evaluations.standards.rules import OUTLET
from evaluations.standards.services import put_on_card
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

YEAR = timedelta(days=365)


@require_safe
@login_required
def standard_list(request: SignedInRequest) -> HttpResponse:
    """Every checklist, and which of them the daily card asks for."""
    return render(
        request,
        "evaluations/standards/list.html",
        {
            "standards": _listed(request),
            "may_write": request.user.sight.may(Power.WRITE_STANDARDS),
        },
    )


def _listed(request: SignedInRequest) -> QuerySet[Standard]:
    """Return what was published, and what the viewer is still writing."""
    mine = Standard.objects.written_by(request.user).filter(pk=OuterRef("pk"))
    counted = Standard.objects.visible_to(request.user).annotate(
        versions_made=Count("versions"),
        since=Max("versions__valid_from"),
        may_write=Exists(mine),
    )
    published = Q(versions_made__gt=0) | Q(may_write=True)
    return counted.filter(published).select_related("region")


@require_safe
@login_required
def standard_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """The items of a checklist as they hold today, or in an earlier version."""
    standard = get_object_or_404(Standard.objects.visible_to(request.user), code=code)
    versions = list(
        StandardVersion.objects.visible_to(request.user)
        .filter(standard=standard)
        .order_by("-number")
    )
    asked = request.GET.get("version", "")
    current = (
        StandardVersion.objects.in_force(timezone.localdate())
        .filter(standard=standard)
        .first()
    )
    version = next((v for v in versions if str(v.number) == asked), current)
    if version is None:
        draft = Draft.objects.visible_to(request.user).filter(standard=standard)
        if draft.exists():
            return redirect("checks:draft", code)
        raise Http404
    items = Item.objects.visible_to(request.user).filter(version=version)
    return render(
        request,
        "evaluations/standards/detail.html",
        {
            "standard": standard,
            "version": version,
            "current": current,
            "versions": versions,
            "items": items.order_by("position"),
            "may_write": Standard.objects.written_by(request.user)
            .filter(pk=standard.pk)
            .exists(),
            "draft": Draft.objects.visible_to(request.user)
            .filter(standard=standard)
            .first(),
        },
    )


@require_POST
@login_required
def standard_on_card(request: SignedInRequest, code: str) -> HttpResponse:
    """Put a checklist on its outlets' cards, or take it off."""
    standard = get_object_or_404(Standard.objects.visible_to(request.user), code=code)
    put_on_card(
        standard=standard, on_card=request.POST.get("on") == "1", by=request.user
    )
    return redirect("checks:standard", code)


@require_safe
@login_required
def outlet_findings(request: SignedInRequest) -> HttpResponse:
    """What fails most, and where, in the checks of outlets."""
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    about_outlets = Item.objects.filter(applies_to=OUTLET).values("version__standard")
    standards = list(Standard.objects.visible_to(viewer).filter(pk__in=about_outlets))
    asked = request.GET.get("standard", "")
    standard = next((s for s in standards if s.code == asked), None)
    standard = standard or next(iter(standards), None)
    if standard is None:
        raise Http404
    checks = Check.objects.visible_to(viewer).of_outlet_itself()
    newest = checks.filter(standard=standard).aggregate(day=Max("on"))["day"]
    newest = newest or timezone.localdate()
    form, first, last = DaysForm.asked(
        request.GET.dict(), first=newest - YEAR, last=newest
    )
    checks = checks.filter(on__range=(first, last))
    found = findings.findings(checks, standard)
    context = {
        "standard": standard,
        "standards": standards,
        "form": form,
        "first": first,
        "last": last,
        "found": bool(found),
    }
    if found:
        context |= {
            "summary": findings.summarise(found),
            "items": [i for i in findings.by_item(checks, standard) if i.failures],
            "worst": findings.worst(findings.by_outlet(found)),
            "years": findings.by_year(found),
        }
    return render(request, "evaluations/checks/findings.html", context)
