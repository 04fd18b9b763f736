from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.feedback.forms.lists import (
    CallBackForm,
    PlaceAndTimeFilter,
    RatingFilter,
)
from evaluations.feedback.models import Invitation, Rating
from evaluations.feedback.selectors import overall_figures
from evaluations.feedback.services.callbacks import record_callback
from outlets.exchange.errors import DomainError
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
        "may_add": request.user.sight.may(Power.RECORD),
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


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def callback_add(request: SignedInRequest) -> HttpResponse:
    if not request.user.sight.may(Power.RECORD):
        raise PermissionDenied
    form = CallBackForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            rating = record_callback(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The call-back mark is recorded."))
            return redirect("feedback:rating", rating.uuid)
    return render(request, "evaluations/feedback/add.html", {"form": form})
