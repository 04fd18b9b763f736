"""Pages of KPIs: definitions, values, a year at a place, targets down the tree."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.ledger.periods import Period
from evaluations.targets.kpi_forms import (
    DefinitionForm,
    ValueFilter,
    ValueForm,
    WeightsForm,
)
from evaluations.targets.models import (
    KpiDefinition,
    KpiKind,
    KpiValue,
    MonthWeight,
    Target,
)
from evaluations.targets.selectors import (
    ROWS_SHOWN,
    alerts,
    class_median,
    decomposition,
    place_in_sight,
    year_of_kpi,
)
from evaluations.targets.services.kpis import (
    enter_value,
    may_define,
    may_weigh,
    set_month_weights,
)
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

PLACES = ("kpi", "outlet", "region")


def _kpi(request: SignedInRequest, code: str) -> KpiDefinition:
    kpis = KpiDefinition.objects.visible_to(request.user).select_related("part_of")
    return get_object_or_404(kpis, code=code)


def _powers(request: SignedInRequest) -> dict[str, bool]:
    sight = request.user.sight
    return {
        "may_enter": sight.may(Power.INGEST),
        "may_define": may_define(request.user),
        "may_weigh": may_weigh(request.user),
        "reads": sight.may(Power.SEE_RECORDS),
    }


def _year(request: SignedInRequest) -> int:
    text = request.GET.get("year", "")
    if not text:
        return timezone.localdate().year
    if not (text.isascii() and text.isdigit()) or not 2000 <= int(text) <= 2100:
        raise Http404
    return int(text)


@require_safe
@login_required
def kpi_list(request: SignedInRequest) -> HttpResponse:
    """The KPIs and how each is scored."""
    kpis = KpiDefinition.objects.visible_to(request.user).select_related("part_of")
    context = {"kpis": kpis, **_powers(request)}
    return render(request, "evaluations/targets/kpis.html", context)


@require_safe
@login_required
def kpi_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """How a KPI is scored, and with `?place=` its year there."""
    kpi = _kpi(request, code)
    year, asked = _year(request), request.GET.get("place", "").strip()
    place = place_in_sight(request.user, asked) if asked else None
    if asked and place is None:
        raise Http404
    context = {
        "kpi": kpi,
        "parts": kpi.parts.all(),
        "bounds": {
            name: f"{getattr(kpi, name) / 100:g}" for name in DefinitionForm.HUNDREDTHS
        },
        "place": place,
        "year": year,
        "of_year": year_of_kpi(kpi, place, year) if place is not None else None,
        "alerts": alerts(kpi, request.user),
        "newest": KpiValue.objects.visible_to(request.user)
        .filter(kpi=kpi)
        .select_related(*PLACES)[:20],
        **_powers(request),
    }
    return render(request, "evaluations/targets/kpi.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def kpi_edit(request: SignedInRequest, code: str | None = None) -> HttpResponse:
    """Make or change a definition; the history keeps what it was."""
    if not may_define(request.user):
        raise PermissionDenied
    kpi = None if code is None else _kpi(request, code)
    form = DefinitionForm(request.POST or None, instance=kpi)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        if kpi is not None:
            KpiValue.objects.filter(kpi=made).update(pending=True)
        messages.success(request, _("The KPI is saved."))
        return redirect("targets:kpi", made.code)
    context = {"form": form, "kpi": kpi}
    return render(request, "evaluations/targets/kpi_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def value_enter(request: SignedInRequest, code: str) -> HttpResponse:
    """Enter or correct one month's figure."""
    if not request.user.sight.may(Power.INGEST):
        raise PermissionDenied
    kpi = _kpi(request, code)
    initial = {name: request.GET.get(name, "") for name in ("place", "month")}
    form = ValueForm(
        request.POST or None,
        kpi=kpi,
        user=request.user,
        initial={name: text for name, text in initial.items() if text},
    )
    if request.method == "POST" and form.is_valid():
        try:
            value = enter_value(kpi=kpi, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The figure is saved."))
            return redirect("targets:value", value.uuid)
    context = {"form": form, "kpi": kpi}
    return render(request, "evaluations/targets/value_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def month_weights(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """What the months of a year weigh; all empty: they weigh alike."""
    if not may_weigh(request.user):
        raise PermissionDenied
    if not 2000 <= year <= 2100:
        raise Http404
    kpi = _kpi(request, code)
    kept = MonthWeight.objects.visible_to(request.user).filter(kpi=kpi, year=year)
    initial: dict[str, Any] = {f"m{row.month}": row.weight / 100 for row in kept}
    form = WeightsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_month_weights(kpi=kpi, year=year, weights=form.weights, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The month weights are saved."))
            return redirect("targets:kpi", kpi.code)
    context = {"form": form, "kpi": kpi, "year": year}
    return render(request, "evaluations/targets/weights.html", context)


@require_safe
@login_required
def target_tree(request: SignedInRequest, code: str) -> HttpResponse:
    """Targets of one period down the tree; a shortfall warns and blocks nothing."""
    kpi = _kpi(request, code)
    targets = Target.objects.visible_to(request.user).filter(
        Q(outlet__isnull=False) | Q(region__isnull=False), kpi=kpi.code
    )
    periods = list(
        targets.order_by("-ends_on").values_list("period", flat=True).distinct()[:36]
    )
    asked = request.GET.get("period") or (periods[0] if periods else "")
    if asked:
        try:
            Period.parse(asked)
        except ValueError as error:
            raise Http404 from error
    rows = targets.filter(period=asked).select_related("region", "outlet__region")
    branches = decomposition(list(rows), adds_up=kpi.kind != KpiKind.PER_CAPITA)
    context = {
        "kpi": kpi,
        "period": asked,
        "periods": list(dict.fromkeys(periods)),
        "branches": branches[:ROWS_SHOWN],
        "left_out": max(0, len(branches) - ROWS_SHOWN),
        "short": sum(branch.short for branch in branches),
        "adds_up": kpi.kind != KpiKind.PER_CAPITA,
    }
    return render(request, "evaluations/targets/tree.html", context)


@require_safe
@login_required
def value_list(request: SignedInRequest) -> HttpResponse:
    """KPI values within reach, newest month first."""
    form = ValueFilter(request.GET)
    values = KpiValue.objects.visible_to(request.user)
    if place := form.value_of("place"):
        values = values.filter(Q(outlet__code=place) | Q(region__code=place))
    if month := form.value_of("month"):
        values = values.filter(month=month)
    if kpi := form.value_of("kpi"):
        values = values.filter(kpi__in=KpiDefinition.objects.called(kpi))
    page = page_of(values.select_related(*PLACES), request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "evaluations/targets/values.html", context)


@require_safe
@login_required
def value_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One figure: what it is made of, how it scores, the median of its class."""
    values = KpiValue.objects.visible_to(request.user)
    value = get_object_or_404(
        values.select_related(*PLACES, "entered_by__employee"), uuid=uuid
    )
    target = Target.objects.filter(
        kpi=value.kpi.code,
        period=value.month,
        outlet=value.outlet_id,
        region=value.region_id,
        employee=None,
    ).first()
    context = {
        "value": value,
        "target": target,
        "median": class_median(value),
        **_powers(request),
    }
    return render(request, "evaluations/targets/value.html", context)
