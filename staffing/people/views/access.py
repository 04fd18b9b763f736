"""Who can sign in, who may do what, and the agencies."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.forms import access as forms
from staffing.people.models import Agency, RoleGrant, User
from staffing.people.requests import SignedInRequest
from staffing.people.roles import SCOPES
from staffing.people.selectors import with_running_grants
from staffing.people.services import agencies, grants, users
from staffing.people.views.acting import Act, act, holding, posted

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@holding(Power.SEE_ACCESS, everywhere=True)
def user_list(request: SignedInRequest) -> HttpResponse:
    form = forms.UserFilter(request.GET)
    accounts = with_running_grants(form.narrow(User.objects.all()), timezone.now())
    context = {
        "form": form,
        "page": page_of(accounts, request.GET.get("page")),
        "may_configure": request.user.sight.may(Power.CONFIGURE),
    }
    return render(request, "staffing/people/users.html", context)


@require_safe
@holding(Power.SEE_ACCESS, everywhere=True)
def user_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    account = get_object_or_404(User.objects.select_related("employee"), uuid=uuid)
    given = RoleGrant.objects.visible_to(request.user).filter(user=account)
    configures = request.user.sight.may(Power.CONFIGURE)
    context = {
        "account": account,
        "grants": list(given.with_scopes()),
        "may_change": configures and account != request.user,
        "herself": account == request.user,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "staffing/people/user.html", context)


@never_cache
@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def user_add(request: SignedInRequest) -> HttpResponse:
    initial = {"employee": request.GET.get("employee", "")}
    return act(
        request,
        forms.NewUserForm(posted(request), initial=initial),
        Act(
            title=_("Let somebody sign in"),
            button=_("Make the account"),
            back=reverse("people:users"),
            back_to=_("Access"),
            lead=_("A first password is shown once, on the next page."),
        ),
        partial(users.create_user, by=request.user),
        lambda made: _password_once(request, *made),
    )


@never_cache
@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def user_password(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    account = _other(request, uuid)
    return act(
        request,
        forms.NoForm(posted(request)),
        _act(
            account,
            _("Make a new first password"),
            _("Make the password"),
            _(
                "The old password stops working and whoever is signed in with it is "
                "signed out. The new one is shown once."
            ),
        ),
        partial(users.reset_password, user=uuid, by=request.user),
        lambda made: _password_once(request, *made),
    )


def _password_once(
    request: SignedInRequest, account: User, password: str
) -> HttpResponse:
    context = {"account": account, "password": password}
    return render(request, "staffing/people/password_once.html", context)


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def user_deactivate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    account = _other(request, uuid)
    return act(
        request,
        forms.NoForm(posted(request)),
        _act(
            account,
            _("Stop the account"),
            _("Stop the account"),
            _("She cannot sign in any more and is signed out. Her records stay."),
            danger=True,
        ),
        partial(users.deactivate_user, user=uuid, by=request.user),
        lambda _user: _to(request, uuid, _("The account is stopped.")),
    )


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def user_reactivate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    account = _other(request, uuid)
    return act(
        request,
        forms.NoForm(posted(request)),
        _act(
            account,
            _("Let her sign in again"),
            _("Let her sign in again"),
            _("She gets back the roles that have not ended."),
        ),
        partial(users.reactivate_user, user=uuid, by=request.user),
        lambda _user: _to(request, uuid, _("She may sign in again.")),
    )


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def grant_give(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    account = _other(request, uuid)
    table = tuple(
        f"{role.label}: {' / '.join(str(scope.label) for scope in scopes)}"
        for role, scopes in SCOPES.items()
    )
    return act(
        request,
        forms.GrantForm(posted(request), initial={"starts_on": timezone.localdate()}),
        _act(
            account,
            _("Give a role"),
            _("Give the role"),
            _("What each role is given for:"),
            points=table,
        ),
        partial(grants.give_role, user=uuid, by=request.user),
        lambda _grant: _to(request, uuid, _("The role is given.")),
    )


@require_safe
@holding(Power.SEE_ACCESS, everywhere=True)
def grant_list(request: SignedInRequest) -> HttpResponse:
    given = RoleGrant.objects.visible_to(request.user).with_scopes()
    context = {
        "page": page_of(given, request.GET.get("page")),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "staffing/people/grants.html", context)


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def grant_end(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    given = RoleGrant.objects.visible_to(request.user).with_scopes()
    grant = get_object_or_404(given, uuid=uuid)
    if grant.user_id == request.user.pk:
        raise PermissionDenied
    return act(
        request,
        forms.EndGrantForm(posted(request)),
        _act(
            grant.user,
            _("End a role"),
            _("End the role"),
            f"{grant.get_role_display()} · {grant.scope_name}",
            danger=True,
        ),
        partial(grants.end_role, grant=uuid, by=request.user),
        lambda _grant: _to(request, grant.user.uuid, _("The role ends.")),
    )


@require_safe
@holding(Power.SEE_ACCESS, everywhere=True)
def agency_list(request: SignedInRequest) -> HttpResponse:
    context = {
        "page": page_of(
            Agency.objects.visible_to(request.user), request.GET.get("page")
        ),
        "may_configure": request.user.sight.may(Power.CONFIGURE),
    }
    return render(request, "staffing/people/agencies.html", context)


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def agency_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        forms.NewAgencyForm(posted(request)),
        _agency_act(_("Add an agency"), _("Add the agency")),
        partial(agencies.add_agency, by=request.user),
        lambda _agency: _to_agencies(request, _("The agency is on record.")),
    )


@require_http_methods(FORM_METHODS)
@holding(Power.CONFIGURE, everywhere=True)
def agency_edit(request: SignedInRequest, code: str) -> HttpResponse:
    agency = get_object_or_404(Agency.objects.visible_to(request.user), code=code)
    initial = {"name": agency.name, "active": agency.active}
    return act(
        request,
        forms.AgencyForm(posted(request), initial=initial),
        _agency_act(_("Change an agency"), _("Keep the changes"), agency.code),
        partial(agencies.change_agency, code=code, by=request.user),
        lambda _agency: _to_agencies(request, _("The changes are kept.")),
    )


@never_cache
@require_http_methods(FORM_METHODS)
@login_required
def choose_password(request: SignedInRequest) -> HttpResponse:
    """Ask for a password of one's own in place of a first one made by somebody else."""
    if not request.user.must_change_password:
        return redirect("today:home")
    form = SetPasswordForm(request.user, posted(request))
    if form.is_valid():
        password = form.cleaned_data["new_password1"]
        if request.user.check_password(password):
            form.add_error("new_password1", _("Choose another than the first one."))
        else:
            user = users.choose_password(password=password, by=request.user)
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is kept."))
            return redirect("today:home")
    return render(request, "staffing/people/choose_password.html", {"form": form})


def _other(request: SignedInRequest, uuid: UUID) -> User:
    """Return somebody else's account: nobody gives powers or accounts to herself."""
    account = get_object_or_404(User.objects.select_related("employee"), uuid=uuid)
    if account == request.user:
        raise PermissionDenied
    return account


def _act(
    account: User,
    title: str,
    button: str,
    lead: str = "",
    *,
    points: tuple[str, ...] = (),
    danger: bool = False,
) -> Act:
    return Act(
        title=title,
        button=button,
        back=reverse("people:user", args=[account.uuid]),
        back_to=account.called,
        lead=lead,
        points=points,
        danger=danger,
    )


def _agency_act(title: str, button: str, lead: str = "") -> Act:
    return Act(
        title=title,
        button=button,
        back=reverse("people:agencies"),
        back_to=_("Agencies"),
        lead=lead,
    )


def _to(request: SignedInRequest, uuid: UUID, said: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:user", uuid)


def _to_agencies(request: SignedInRequest, said: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:agencies")
