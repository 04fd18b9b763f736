from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.targets.forms import TargetFilter
from evaluations.targets.models import Target
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
    return render(
        request, "evaluations/targets/list.html", {"form": form, "page": page}
    )


@require_safe
@login_required
def target_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    targets = Target.objects.visible_to(request.user).select_related(*NAMES)
    target = get_object_or_404(targets, uuid=uuid)
    return render(request, "evaluations/targets/target.html", {"target": target})
