"""The page of one's own score."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations.rankings.selectors.mine import own_score
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def my_score(request: SignedInRequest) -> HttpResponse:
    """One's own score: the parts, the place at the outlet, and what is missing."""
    own = own_score(request.user, request.GET.get("period"))
    if own is None and request.GET.get("period"):
        raise Http404
    return render(request, "evaluations/rankings/mine.html", {"own": own})
