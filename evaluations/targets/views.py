from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.targets.forms import TargetFilter
from evaluations.targets.models import Target
from evaluations.targets.selectors import kpi_names
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

NAMES = ("outlet", "region", "employee")


@require_safe
@login_required
def target_list(request: SignedInRequest) -> HttpResponse:
    """Targets within reach, newest period first."""
    form = TargetFilter(request.GET)
    targets = form.narrow(Target.objects.visible_to(request.user))
    page = page_of(targets.select_related(*NAMES), request.GET.get("page"))
    names = kpi_names(target.kpi for target in page.rows)
    rows = [(target, names[target.kpi]) for target in page.rows]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "evaluations/targets/list.html", context)


@require_safe
@login_required
def target_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    targets = Target.objects.visible_to(request.user).select_related(*NAMES)
    target = get_object_or_404(targets, uuid=uuid)
    name = kpi_names([target.kpi])[target.kpi]
    context = {"target": target, "kpi_name": name}
    return render(request, "evaluations/targets/target.html", context)
