from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluations.ledger.models import Entry
from evaluations.ledger.selectors import trail
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def entry_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One entry, every version of it, and the way to the record behind it."""
    entries = Entry.objects.visible_to(request.user).select_related(
        "employee", "outlet"
    )
    found = trail(get_object_or_404(entries, pk=pk))
    return render(request, "evaluations/ledger/entry.html", {"trail": found})
