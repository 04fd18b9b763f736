"""Rounds: the list, the page of one, opening, showing and finishing it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.awards import services
from evaluations.awards.acting import Action
from evaluations.awards.forms.rounds import ExtendForm, RoundForm, SeatForm, UnseatForm
from evaluations.awards.models import (
    Extension,
    Nomination,
    Objection,
    Round,
    RoundState,
)
from evaluations.awards.pages import candidates_for, rounds_shown
from evaluations.awards.services import committee, rounds, windows
from evaluations.awards.services.lists import published_since
from evaluations.rankings.models import Run, RunState
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

RUNS_OFFERED = 24


@require_safe
@login_required
def round_list(request: SignedInRequest) -> HttpResponse:
    """Rounds in sight, newest period first."""
    page = page_of(rounds_shown(request.user), request.GET.get("page"), size=20)
    decides = services.may_decide(request.user)
    context = {"page": page, "decides": decides, "today": timezone.localdate()}
    return render(request, "evaluations/awards/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def round_new(request: SignedInRequest) -> HttpResponse:
    """Plan a round and open it, from a reviewed ranking."""
    if not services.may_decide(request.user):
        raise PermissionDenied
    runs = Run.objects.filter(
        state__in=(RunState.REVIEWED, RunState.PUBLISHED)
    ).newest_revisions()
    newest = runs.order_by("-period", "-id").values_list("pk", flat=True)
    offered = Run.objects.filter(pk__in=list(newest[:RUNS_OFFERED])).select_related(
        "scheme"
    )
    today = timezone.localdate()
    form = RoundForm(
        request.POST or None,
        runs=offered.order_by("-period", "-id"),
        today=today,
        initial={"run": request.GET.get("run")},
    )
    if form.is_valid():
        try:
            opened = rounds.open_round(
                run_id=form.cleaned_data["run"].pk, plan=form.plan(), by=request.user
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Opened: managers can nominate now."))
            return redirect("awards:round", opened.uuid)
    context = {"form": form, "nothing": not newest}
    return render(request, "evaluations/awards/round_new.html", context)


@require_safe
@login_required
def round_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _visible(request, uuid))


@require_POST
@login_required
def round_step(request: SignedInRequest, uuid: UUID, step: str) -> HttpResponse:
    """Show the winners, finish the round, or cancel it."""
    opened = _visible(request, uuid)
    if not services.may_decide(request.user):
        raise PermissionDenied
    steps: dict[str, tuple[Callable[..., Any], str]] = {
        "display": (rounds.start_display, _("The winners are on public display.")),
        "finish": (rounds.finish_round, _("Published: everybody can see it.")),
        "cancel": (rounds.cancel_round, _("The round is cancelled.")),
    }
    if step not in steps:
        raise Http404
    service, said = steps[step]
    try:
        service(round_id=opened.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("awards:round", uuid)


@require_POST
@login_required
def seat(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give somebody a seat on the committee."""
    opened = _visible(request, uuid)
    if not services.may_decide(request.user):
        raise PermissionDenied
    form = SeatForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, form)
    try:
        rounds.appoint(
            round_id=opened.pk, user=form.cleaned_data["user"], by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("awards:round", uuid)


@require_POST
@login_required
def unseat(request: SignedInRequest, uuid: UUID, member: int) -> HttpResponse:
    """Take a seat on the committee away."""
    opened = _visible(request, uuid)
    if not services.may_decide(request.user):
        raise PermissionDenied
    found = get_object_or_404(opened.members.seated(), pk=member)
    form = UnseatForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: write the reason."))
        return redirect("awards:round", uuid)
    try:
        committee.unseat(member_id=found.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The seat is taken away: no vote of it counts."))
    return redirect("awards:round", uuid)


@require_POST
@login_required
def extend(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give the decisions more days."""
    opened = _visible(request, uuid)
    if not services.may_decide(request.user):
        raise PermissionDenied
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, days=form)
    try:
        windows.extend(round_id=opened.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, opened, days=form)
    messages.success(request, _("Extended."))
    return redirect("awards:round", uuid)


def _visible(request: SignedInRequest, uuid: UUID) -> Round:
    rows = Round.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("run__scheme", "award_list"), uuid=uuid
    )


def _page(
    request: SignedInRequest,
    opened: Round,
    seats: SeatForm | None = None,
    days: ExtendForm | None = None,
) -> HttpResponse:
    viewer = request.user
    nominations = (
        Nomination.objects.visible_to(viewer)
        .filter(round=opened)
        .select_related("employee", "outlet")
        .order_by("place_code", "id")
    )
    decides = services.may_decide(viewer)
    listed = opened.state == RoundState.OPEN
    nominees, more = candidates_for(opened, viewer) if listed else ([], 0)
    member = opened.members.seated().filter(user=viewer).exists()
    context = {
        "round": opened,
        "nominations": page_of(nominations, request.GET.get("page")),
        "nominees": nominees,
        "more_nominees": more,
        "decides": decides,
        "member": member,
        "blind": opened.blind and member and not decides,
        "seats": opened.members.select_related("user__employee", "removed_by__employee")
        if decides
        else [],
        "seat_form": (seats or SeatForm()) if decides else None,
        "extend_form": (days or ExtendForm()) if decides and listed else None,
        "extensions": Extension.objects.visible_to(viewer)
        .filter(round=opened)
        .select_related("by__employee"),
        "superseded": decides
        and opened.state == RoundState.DISPLAY
        and published_since(opened.run).exists(),
        "late": listed and timezone.localdate() > opened.decide_until,
        "objections": Objection.objects.visible_to(viewer)
        .undecided()
        .filter(nomination__round=opened)
        .select_related("nomination__employee", "nomination__outlet")
        if decides
        else [],
        "takes": opened.takes(Action.SUBMIT, timezone.localdate()),
        "over": opened.displayed_until is not None
        and timezone.localdate() > opened.displayed_until,
    }
    return render(request, "evaluations/awards/round.html", context)
