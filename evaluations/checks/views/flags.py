"""Review flags: the list, one of them with its evidence, and what came of looking."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.forms.honesty import FlagsForm, SettleForm
from evaluations.checks.models import Flag, FlagState
from evaluations.checks.selectors.flags import (
    asked_of,
    marked_items,
    read_flag,
    reason_of,
)
from evaluations.checks.services.reviewing import may_settle, settle_flag
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

DAYS_SHOWN = 28
SIZE = 20


@require_safe
@login_required
def flag_list(request: SignedInRequest) -> HttpResponse:
    """What deserves a look where the viewer reviews; of her own, what was spoken of."""
    viewer = request.user
    reviews = viewer.sight.may(Power.SEE_REVIEWS)
    if not reviews and viewer.sight.employee_id is None:
        raise PermissionDenied
    today = timezone.localdate()
    form, first, last = FlagsForm.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS_SHOWN), last=today
    )
    rows = Flag.objects.visible_to(viewer).filter(on__range=(first, last))
    rows = form.narrow(rows, FlagState.OPEN if reviews else FlagsForm.ALL)
    if not reviews:
        del form.fields["state"]
    rows = rows.select_related("outlet", "author__employee", "standard", "settled_by")
    page = page_of(rows.newest_first(), request.GET.get("page"), size=SIZE)
    context = {
        "form": form,
        "page": page,
        "lines": [(flag, reason_of(flag)) for flag in page.rows],
        "reviews": reviews,
    }
    return render(request, "evaluations/checks/flags/list.html", context)


@require_safe
@login_required
def flag_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One flag: why, what often lies behind it, what it rests on, what was said."""
    return _page(request, _visible(request, uuid), SettleForm())


@require_POST
@login_required
def flag_settle(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Say what came of looking."""
    flag = _visible(request, uuid)
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            settle_flag(flag=flag, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is kept what came of it. No score moves."))
            return redirect("checks:flag", uuid)
    elif not may_settle(flag, request.user):
        raise PermissionDenied
    return _page(request, flag, form)


def _visible(request: SignedInRequest, uuid: UUID) -> Flag:
    rows = Flag.objects.visible_to(request.user)
    rows = rows.select_related(
        "outlet__region", "author__employee", "standard", "settled_by__employee"
    )
    return get_object_or_404(rows, uuid=uuid)


def _page(request: SignedInRequest, flag: Flag, form: SettleForm) -> HttpResponse:
    context = {
        "flag": flag,
        "read": read_flag(request.user, flag),
        "items": marked_items(flag),
        "asked": asked_of(flag),
        "form": form,
        "may_settle": flag.state != FlagState.GONE and may_settle(flag, request.user),
        "is_own": flag.author_id == request.user.pk,
    }
    return render(request, "evaluations/checks/flags/detail.html", context)
