"""Pages of a review: what stands out in a draft, list by list."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.rankings.models import Run, RunState
from evaluations.rankings.selectors.exceptions import MOST_ROWS, exceptions_of
from evaluations.rankings.services.runs import may_rank, see_list
from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest


class NoteForm(forms.Form):
    """What the reviewer found in a list."""

    note = forms.CharField(max_length=500, required=False)


@require_safe
@login_required
def exceptions(request: SignedInRequest, pk: int) -> HttpResponse:
    """What stands out in a computed run, counts first."""
    run = _run(request, pk)
    seen = {one.code: one for one in run.seen_lists.select_related("seen_by__employee")}
    lists = [(one, seen.get(one.code)) for one in exceptions_of(run)]
    context = {
        "run": run,
        "lists": lists,
        "left": sum(bool(one.count) and ticked is None for one, ticked in lists),
        "most_rows": MOST_ROWS,
        "open": run.state == RunState.DRAFT,
    }
    return render(request, "evaluations/rankings/exceptions.html", context)


@require_POST
@login_required
def exceptions_seen(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    run = _run(request, pk)
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
    return redirect("rankings:exceptions", run.pk)


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).computed().select_related("scheme")
    run = get_object_or_404(runs, pk=pk)
    if not may_rank(request.user):
        raise PermissionDenied
    return run
