from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.ledger import services
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import months_of_ledger, trail
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def entry_detail(
    request: SignedInRequest, source: str, component: str, version: int, source_id: str
) -> HttpResponse:
    """One entry, every version of it, and the way to the record behind it."""
    entries = Entry.objects.visible_to(request.user).addressed(
        source, source_id, component=component, version=version
    )
    number = request.GET.get("of")
    about = {"employee__number": number} if number else {"employee": None}
    entry = get_object_or_404(
        entries.select_related("employee", "outlet"),
        kind=request.GET.get("kind", EntryKind.SCORE),
        scope=request.GET.get("scope", ""),
        **about,
    )
    found = trail(entry, request.user)
    return render(request, "evaluations/ledger/entry.html", {"trail": found})


def _may_close(request: SignedInRequest) -> bool:
    return request.user.sight.reach(Power.CLOSE_PERIODS).everywhere


@require_safe
@login_required
def periods(request: SignedInRequest) -> HttpResponse:
    """The months of the ledger: open or closed, and what came in after closing."""
    if not request.user.sight.reach(Power.SEE_RECORDS).everywhere:
        raise PermissionDenied
    return render(
        request,
        "evaluations/ledger/periods.html",
        {"months": months_of_ledger(), "may_close": _may_close(request)},
    )


@require_POST
@login_required
def change_period(request: SignedInRequest, code: str) -> HttpResponse:
    """Close a month, or reopen it with a reason."""
    if not _may_close(request):
        raise PermissionDenied
    try:
        period = Period.parse(code)
    except ValueError as error:
        raise Http404 from error
    try:
        if request.POST.get("state") == "closed":
            services.close_period(period=period, by=request.user)
            messages.success(request, _("%(period)s is closed.") % {"period": period})
        else:
            reason = request.POST.get("reason", "")[:300]
            services.reopen_period(period=period, reason=reason, by=request.user)
            messages.success(request, _("%(period)s is open.") % {"period": period})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("ledger:periods")
