from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.awards import services
from evaluations.awards.models import AwardList, Fund
from evaluations.awards.selectors.lists import (
    held_of,
    lists_with_winners,
    runs_without_lists,
    shows_figures,
    won_on,
)
from evaluations.rankings.models import Run
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def award_lists(request: SignedInRequest) -> HttpResponse:
    """Award lists, newest period first; who decides also sees what is to be drawn."""
    decides = services.may_decide(request.user)
    lists = lists_with_winners(request.user)
    if period := request.GET.get("period", ""):
        lists = lists.filter(period=period)
    page = page_of(lists, request.GET.get("page"), size=12)
    for one in page.rows:
        one.held = len(held_of(one)) if decides else 0  # type: ignore[attr-defined]
        one.won = won_on(one)  # type: ignore[attr-defined]
    return render(
        request,
        "evaluations/awards/list.html",
        {
            "page": page,
            "period": period,
            "runs": runs_without_lists() if decides else [],
            "decides": decides,
            "fund": Fund.objects.visible_to(request.user).first(),
        },
    )


@require_safe
@login_required
def award_list_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(lists_with_winners(request.user), uuid=uuid)
    decides = services.may_decide(request.user)
    gives = request.user.sight.reach(Power.REWARD).everywhere
    return render(
        request,
        "evaluations/awards/detail.html",
        {
            "award_list": found,
            "figures": shows_figures(found),
            "decides": decides,
            "holding": services.open_cases(found) if decides else set(),
            "held": held_of(found) if decides else [],
            "gives": gives,
            "acts": decides or gives or any(one.shows_figures for one in found.winners),  # type: ignore[attr-defined]
        },
    )


def _require_decider(request: SignedInRequest) -> None:
    if not services.may_decide(request.user):
        raise PermissionDenied


@require_POST
@login_required
def draw(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Draw the winners of a reviewed run."""
    run = get_object_or_404(Run.objects.visible_to(request.user), pk=run_id)
    _require_decider(request)
    try:
        lists = services.draw_winners(run_id=run.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("awards:list")
    if not lists:
        messages.warning(request, _("Nobody qualifies by the quotas of this scheme."))
    return redirect("awards:list")


@require_POST
@login_required
def publish(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(AwardList.objects.visible_to(request.user), uuid=uuid)
    _require_decider(request)
    try:
        services.publish_list(award_list_id=found.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Published: everybody in the chain can see it."))
    return redirect("awards:detail", uuid)
