"""The page that explains one person's score."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.scheme import Level, SchemeRules
from evaluations.rankings.selectors.adjustments import adjustments
from evaluations.rankings.selectors.circumstances import circumstances
from evaluations.rankings.selectors.differences import change_since
from evaluations.rankings.selectors.explaining import explain
from evaluations.rankings.selectors.mine import own_levels
from evaluations.rankings.selectors.prizes import prizes_of
from evaluations.rankings.selectors.surety import places_of
from evaluations.rankings.words import level_name, reasons_in_words
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def standing_explain(request: SignedInRequest, pk: int, number: str) -> HttpResponse:
    """One person's score down to the ledger entries; `?month=` opens one month."""
    standings = Standing.objects.visible_to(request.user).select_related(
        "run__scheme",
        "run__scheme_version",
        "employee",
        "outlet",
        "county",
        "city",
        "province",
    )
    standing = get_object_or_404(standings, run=pk, employee__number=number)
    try:
        asked = request.GET.get("month")
        month = Period.parse(asked) if asked else None
        explanation = explain(standing, request.user, month)
    except ValueError as error:
        raise Http404 from error
    herself = standing.employee_id == request.user.sight.employee_id
    sees_records = request.user.sight.may(Power.SEE_RECORDS)
    context = {
        "explanation": explanation,
        "standing": standing,
        "run": standing.run,
        "reasons": reasons_in_words(
            standing.reasons, explanation.rules, standing.run.kind
        ),
        "herself": herself,
        "ranks": _ranks(standing, wide=sees_records),
        "sees_records": sees_records,
    }
    if month is None:
        context |= _surety(standing, request.user, explanation.frame.rules)
    return render(request, "evaluations/rankings/explain.html", context)


def _surety(standing: Standing, user: User, rules: SchemeRules) -> dict[str, Any]:
    """Return how sure the score is and what moved it; who sees records sees all."""
    wide = user.sight.may(Power.SEE_RECORDS)
    levels = tuple(Level) if wide else own_levels(standing, rules)
    return {
        "places": places_of(standing, levels),
        "prizes": prizes_of(standing),
        "change": change_since(standing, user),
        "circumstances": circumstances(standing, user),
        "adjustments": adjustments(standing, rules),
    }


def _ranks(standing: Standing, *, wide: bool) -> list[tuple[str, int]]:
    """Return (level, rank) to show; `wide` shows more than the outlet's own list."""
    return [
        (level_name(level), rank)
        for level, rank in standing.ranks.items()
        if rank is not None and (wide or level == "outlet")
    ]
