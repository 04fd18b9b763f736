"""Records that wait for a person: the list, one of them, and the two decisions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.models import REASON_LENGTH, HeldCheck, HeldState
from evaluations.checks.selectors.held import held_lines, photos_of_held
from evaluations.checks.services.held import dismiss_held, enter_held
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

SIZE = 20


@require_safe
@login_required
def held_list(request: SignedInRequest) -> HttpResponse:
    """What waits where the viewer sees records; `?state=settled` what was decided.

    `?outlet=` narrows it to one outlet's code.
    """
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    settled = request.GET.get("state") == "settled"
    rows = HeldCheck.objects.visible_to(viewer).with_words()
    if settled:
        rows = rows.exclude(state=HeldState.WAITING).order_by("-settled_at", "-id")
    else:
        rows = rows.waiting()
    outlet = request.GET.get("outlet", "")[:60]
    if outlet:
        rows = rows.filter(outlet__code=outlet)
    page = page_of(rows, request.GET.get("page"), size=SIZE)
    return render(
        request,
        "evaluations/checks/held/list.html",
        {
            "page": page,
            "lines": held_lines(viewer, page.rows),
            "settled": settled,
            "outlet": outlet,
        },
    )


@require_safe
@login_required
def held_detail(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One record as it came, why it waits, and what was decided."""
    rows = HeldCheck.objects.visible_to(request.user).with_words()
    held = get_object_or_404(rows, key=key)
    context: dict[str, Any] = {
        "line": held_lines(request.user, [held])[0],
        "held": held,
        "photos": photos_of_held(request.user, held),
        "reason_length": REASON_LENGTH,
    }
    return render(request, "evaluations/checks/held/detail.html", context)


@require_POST
@login_required
def held_enter(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Enter it all the same."""
    return _decide(request, key, enter_held, _("The record is entered."))


@require_POST
@login_required
def held_dismiss(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Dismiss it; it stays to be read."""
    return _decide(request, key, dismiss_held, _("The record is dismissed."))


def _decide(
    request: SignedInRequest,
    key: UUID,
    decide: Callable[..., HeldCheck],
    done: str,
) -> HttpResponse:
    reason = request.POST.get("reason", "")[:REASON_LENGTH]
    try:
        decide(key=key, reason=reason, by=request.user)
    except HeldCheck.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("checks:held_detail", key)
    messages.success(request, done)
    return redirect("checks:held")
