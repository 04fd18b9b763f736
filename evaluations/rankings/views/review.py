"""Pages of a review: what stands out in a draft, list by list."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.rankings.models import Run, RunState, SeenList
from evaluations.rankings.selectors.exceptions import MOST_ROWS, exceptions_of
from evaluations.rankings.services.runs import may_rank, reads_everybody, see_list
from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest


class NoteForm(forms.Form):
    """What the reviewer found in a list."""

    note = forms.CharField(max_length=500, required=False)
    then = forms.SlugField(required=False)


@require_safe
@login_required
def exceptions(request: SignedInRequest, pk: int) -> HttpResponse:
    """What stands out in a computed run, counts first; it is ticked by who ranks."""
    run = _run(request, pk)
    if not reads_everybody(request.user):
        raise PermissionDenied
    ticked = SeenList.objects.visible_to(request.user).filter(run=run)
    seen = {one.code: one for one in ticked.select_related("seen_by__employee")}
    lists = [(one, seen.get(one.code)) for one in exceptions_of(run)]
    waiting = [
        (number, one.code)
        for number, (one, ticked) in enumerate(lists)
        if one.count and ticked is None
    ]
    context = {
        "run": run,
        "lists": [
            (one, ticked, _next(waiting, number))
            for number, (one, ticked) in enumerate(lists)
        ],
        "left": len(waiting),
        "most_rows": MOST_ROWS,
        "open": run.state == RunState.DRAFT and may_rank(request.user),
    }
    return render(request, "evaluations/rankings/exceptions.html", context)


@require_POST
@login_required
def exceptions_seen(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    run = _run(request, pk)
    if not may_rank(request.user):
        raise PermissionDenied
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A note has at most 500 characters."))
        return redirect("rankings:exceptions", run.pk)
    try:
        see_list(
            run_id=run.pk, code=code, note=form.cleaned_data["note"], by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    then = form.cleaned_data["then"]
    page = reverse("rankings:exceptions", args=[run.pk])
    return redirect(f"{page}#{then}" if then else page)


def _next(waiting: Sequence[tuple[int, str]], here: int) -> str:
    """Return the list to go on with: the next one that waits, else the first."""
    others = [one for one in waiting if one[0] != here]
    later = [code for number, code in others if number > here]
    return next(iter([*later, *(code for _number, code in others)]), "")


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).computed().select_related("scheme")
    return get_object_or_404(runs, pk=pk)
