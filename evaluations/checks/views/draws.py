"""The drawn hours of random rounds, for whoever verifies them; never one to come."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.checks.forms.card import OutletDaysForm
from evaluations.checks.models import RoundDraw, RoundDrawQuerySet
from evaluations.checks.selectors.drawn import drawn
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

DAYS = 7


@require_safe
@login_required
def draw_list(request: SignedInRequest) -> HttpResponse:
    """Which hours were drawn, when the rounds were done, and whether the draws hold."""
    today = timezone.localdate()
    form, first, last = OutletDaysForm.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS - 1), last=today
    )
    rows = _visible(request).filter(on__range=(first, last))
    if form.words:
        rows = rows.filter(
            Q(outlet__code__icontains=form.words)
            | Q(outlet__name__icontains=form.words)
        )
    page = page_of(rows.select_related("outlet"), request.GET.get("page"))
    context = {"form": form, "page": page, "rows": drawn(list(page.rows))}
    return render(request, "evaluations/checks/draws/list.html", context)


@require_safe
@login_required
def draw_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One draw with its seed and how to draw it again."""
    rows = _visible(request).select_related("outlet")
    [row] = drawn([get_object_or_404(rows, uuid=uuid)])
    return render(request, "evaluations/checks/draws/detail.html", {"row": row})


def _visible(request: SignedInRequest) -> RoundDrawQuerySet:
    sight = request.user.sight
    if not (sight.may(Power.CORRECT) or sight.may(Power.SEE_HISTORY)):
        raise PermissionDenied
    return RoundDraw.objects.visible_to(request.user).come(timezone.now())
