from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.feedback.forms.lists import PlaceAndTimeFilter, RatingFilter
from evaluations.feedback.models import Invitation, Rating
from evaluations.feedback.selectors import overall_figures
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def rating_list(request: SignedInRequest) -> HttpResponse:
    """Ratings within reach, newest first; figures once a filter bounds their cost."""
    form = RatingFilter(request.GET)
    ratings = form.narrow(Rating.objects.visible_to(request.user))
    context = {
        "form": form,
        "page": page_of(
            ratings.select_related("outlet", "employee"), request.GET.get("page")
        ),
        "figures": overall_figures(ratings) if form.narrows else None,
    }
    return render(request, "evaluations/feedback/list.html", context)


@require_safe
@login_required
def invitation_list(request: SignedInRequest) -> HttpResponse:
    """SMS invitations within reach, newest first."""
    form = PlaceAndTimeFilter(request.GET)
    invitations = form.narrow(Invitation.objects.visible_to(request.user))
    page = page_of(
        invitations.select_related("outlet", "employee"), request.GET.get("page")
    )
    context = {"form": form, "page": page}
    return render(request, "evaluations/feedback/invitations.html", context)


@require_safe
@login_required
def rating_detail(request: SignedInRequest, uuid: str) -> HttpResponse:
    ratings = Rating.objects.visible_to(request.user)
    rating = get_object_or_404(
        ratings.select_related("outlet", "employee", "recorded_by"), uuid=uuid
    )
    # The key of a customer says nothing to the floor and is no business of hers.
    shows_rater = request.user.sight.may(Power.RANK)
    context = {"rating": rating, "shows_rater": shows_rater}
    return render(request, "evaluations/feedback/rating.html", context)
