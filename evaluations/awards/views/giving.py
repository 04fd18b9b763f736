"""Funds and bonuses for human resources; points for who gives and who gets them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.awards.forms.acts import LoseForm, SettleForm
from evaluations.awards.forms.giving import BonusForm, PayInForm, PointForm
from evaluations.awards.models import Account, Award, Fund, FundLine, PointLine
from evaluations.awards.services import held
from evaluations.awards.services.giving import (
    bonus_limit,
    give_bonus,
    give_points,
    pay_in,
)
from evaluations.awards.services.lists import may_decide
from evaluations.awards.services.losing import disqualify
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


def _gives(request: SignedInRequest) -> bool:
    return request.user.sight.reach(Power.REWARD).everywhere


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def fund(request: SignedInRequest, code: str) -> HttpResponse:
    """The account of a fund, line by line; human resources pay in here."""
    found = get_object_or_404(Fund.objects.visible_to(request.user), code=code)
    if request.method == "POST" and not _gives(request):
        raise PermissionDenied
    form = PayInForm(request.POST or None)
    if form.is_valid():
        try:
            pay_in(fund_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Paid in."))
            return redirect("awards:fund", code)
    lines = (
        FundLine.objects.visible_to(request.user)
        .filter(fund=found)
        .select_related("by__employee", "bonus__award__employee")
    )
    context = {
        "fund": found,
        "page": page_of(lines, request.GET.get("page")),
        "form": form if _gives(request) else None,
    }
    return render(request, "evaluations/awards/fund.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bonus(request: SignedInRequest, uuid: UUID, award: UUID) -> HttpResponse:
    """Give one winner a bonus."""
    rows = Award.objects.visible_to(request.user).select_related(
        "award_list", "employee", "outlet"
    )
    found = get_object_or_404(rows, award_list__uuid=uuid, lasting_id=award)
    if not _gives(request):
        raise PermissionDenied
    form = BonusForm(request.POST or None)
    if form.is_valid():
        try:
            give_bonus(
                award_id=found.pk,
                fund_id=form.cleaned_data["fund"].pk,
                amount=form.cleaned_data["amount"],
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The bonus is booked."))
            return redirect("awards:detail", uuid)
    context = {
        "form": form,
        "award": found,
        "award_list": found.award_list,
        "limit": f"{bonus_limit(found.award_list.title) / 100:,.2f}",
    }
    return render(request, "evaluations/awards/bonus.html", context)


@require_safe
@login_required
def points(request: SignedInRequest) -> HttpResponse:
    """One's own three accounts of the year, and those of one's people."""
    viewer = request.user
    year = timezone.localdate().year
    rows = PointLine.objects.visible_to(viewer).select_related("employee", "outlet")
    own = rows.filter(employee=viewer.sight.employee_id, employee__isnull=False)
    sums = dict(
        own.filter(on__year=year)
        .order_by()
        .values_list("account")
        .annotate(total=Sum("amount"))
    )
    accounts = [(Account(one).label, sums.get(one, 0)) for one in Account.values]
    context = {
        "year": year,
        "accounts": accounts if viewer.sight.employee_id is not None else [],
        "page": page_of(rows, request.GET.get("page")),
        "gives": _may_give_points(request),
    }
    return render(request, "evaluations/awards/points.html", context)


def _may_give_points(request: SignedInRequest) -> bool:
    sight = request.user.sight
    return sight.may(Power.REWARD) or sight.may(Power.NOMINATE)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def point_new(request: SignedInRequest) -> HttpResponse:
    """Give somebody points, or take some, with a reason that she reads."""
    if not _may_give_points(request):
        raise PermissionDenied
    form = PointForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        try:
            give_points(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Booked."))
            return redirect("awards:points")
    context = {"form": form}
    return render(request, "evaluations/awards/point_new.html", context)


@require_POST
@login_required
def lose(request: SignedInRequest, uuid: UUID, award: UUID) -> HttpResponse:
    """Take an award away that was drawn by quota; a nominated one has its own page."""
    rows = Award.objects.visible_to(request.user)
    found = get_object_or_404(rows, award_list__uuid=uuid, lasting_id=award)
    form = LoseForm(request.POST)
    if not may_decide(request.user):
        raise PermissionDenied
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: write the reason."))
        return redirect("awards:detail", uuid)
    try:
        disqualify(award_id=found.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Disqualified; the award stays on record."))
    return redirect("awards:detail", uuid)


@require_POST
@login_required
def settle(request: SignedInRequest, uuid: UUID, award: UUID) -> HttpResponse:
    """Decide by hand on a winner who was held back."""
    rows = Award.objects.visible_to(request.user)
    found = get_object_or_404(rows, award_list__uuid=uuid, lasting_id=award)
    form = SettleForm(request.POST)
    if not may_decide(request.user):
        raise PermissionDenied
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: write the reason."))
        return redirect("awards:detail", uuid)
    try:
        held.settle(award_id=found.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided; the reason stays with the award."))
    return redirect("awards:detail", uuid)
