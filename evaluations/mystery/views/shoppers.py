"""An agency's shoppers, and the accounts with which they sign in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.shoppers import NewShopperForm, ShopperForm
from evaluations.mystery.models import Shopper, reads_plans
from evaluations.mystery.services import shoppers as services
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def shopper_list(request: SignedInRequest) -> HttpResponse:
    """The shoppers of one's agency; who plans waves reads all, by code."""
    sight = request.user.sight
    if not (sight.agency_ids or reads_plans(sight)):
        raise PermissionDenied
    shoppers = Shopper.objects.visible_to(request.user).order_by(
        "-active", "agency__code", "code"
    )
    related = shoppers.select_related("agency", "user").prefetch_related(
        "regions", "avoids"
    )
    page = page_of(related, request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(one, _is_theirs(one, request.user)) for one in page.rows],
        "may_add": bool(sight.agency_ids),
    }
    return render(request, "evaluations/mystery/shoppers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shopper_add(request: SignedInRequest) -> HttpResponse:
    if not request.user.sight.agency_ids:
        raise PermissionDenied
    form = NewShopperForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            shopper = services.add_shopper(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The shopper is on record."))
            return redirect("mystery:shopper", shopper.agency.code, shopper.code)
    context = {"form": form, "shopper": None}
    return render(request, "evaluations/mystery/shopper_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shopper(request: SignedInRequest, agency: str, code: str) -> HttpResponse:
    """Change a shopper, see to her account; only her agency does."""
    row = _theirs(request.user, agency, code)
    form = ShopperForm(
        request.POST if request.method == "POST" else None,
        initial=ShopperForm.said(row),
    )
    if form.is_valid():
        services.change_shopper(shopper=row, by=request.user, **form.cleaned_data)
        messages.success(request, _("What you changed is kept."))
        return redirect("mystery:shopper", agency, code)
    context = {"form": form, "shopper": row, "account": row.user}
    return render(request, "evaluations/mystery/shopper_form.html", context)


@never_cache
@require_POST
@login_required
def shopper_account(request: SignedInRequest, agency: str, code: str) -> HttpResponse:
    """Open an account, make a new first password, stop it or open it again."""
    row = _theirs(request.user, agency, code)
    doing = request.POST.get("do", "")
    try:
        match doing:
            case "open":
                made = services.open_account(shopper=row, by=request.user)
            case "password":
                made = services.new_password(shopper=row, by=request.user)
            case "stop" | "restart":
                services.let_sign_in(
                    shopper=row, allowed=doing == "restart", by=request.user
                )
                messages.success(
                    request,
                    _("She may sign in again.")
                    if doing == "restart"
                    else _("The account is stopped."),
                )
                return redirect("mystery:shopper", agency, code)
            case _:
                raise Http404
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("mystery:shopper", agency, code)
    except User.DoesNotExist as error:
        raise PermissionDenied from error
    account, password = made
    context = {"shopper": row, "account": account, "password": password}
    return render(request, "evaluations/mystery/shopper_password.html", context)


def _is_theirs(row: Shopper, user: User) -> bool:
    return row.agency_id in user.sight.agency_ids


def _theirs(user: User, agency: str, code: str) -> Shopper:
    rows = Shopper.objects.visible_to(user).select_related("agency", "user")
    row = get_object_or_404(rows, agency__code=agency, code=code)
    if not _is_theirs(row, user):
        raise PermissionDenied
    return row
