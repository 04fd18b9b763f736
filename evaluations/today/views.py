"""The home page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.today.cards import cards_for
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Answer what there is to do now, by the roles that the user holds today."""
    return render(
        request,
        "evaluations/today/home.html",
        {"cards": list(cards_for(request.user)), "today": timezone.localdate()},
    )
