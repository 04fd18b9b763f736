"""One's own account: language, password, second factors, sessions."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factor_views
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as passkey_views
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from staffing.accounts import directory
from staffing.accounts.selectors.second_factor import (
    FACTORS,
    demand_on,
    may_drop_factor,
)
from staffing.accounts.selectors.sessions import sessions_of
from staffing.accounts.services import sessions
from staffing.people.models import User
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
@never_cache
def my_account(request: SignedInRequest) -> HttpResponse:
    """Who I am here, how I sign in, and where I am signed in now."""
    user = request.user
    connection = directory.connection_of(user) if directory.is_configured() else None
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "staffing/accounts/my_account.html",
        {
            "sessions": sessions_of(user, current_key=request.session.session_key),
            "has_password": user.has_usable_password(),
            "directory": directory.name() if directory.is_configured() else "",
            "connection": connection,
            "has_app": Authenticator.Type.TOTP in kinds,
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "must_have_factor": not may_drop_factor(user),
        },
    )


@require_POST
@login_required
def end_session(request: SignedInRequest, public_id: str) -> HttpResponse:
    """End one of my sessions; with this one I am signed out."""
    try:
        sessions.end_session(public_id=public_id, by=request.user)
    except UserSession.DoesNotExist as error:
        raise Http404 from error
    if not request.session.exists(request.session.session_key or ""):
        return _signed_out(request, _("You are signed out."))
    messages.success(request, _("That session is ended."))
    return redirect("accounts:my_account")


@require_POST
@login_required
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """End all my sessions, this one too."""
    sessions.end_sessions(of=request.user)
    return _signed_out(request, _("You are signed out everywhere."))


def _signed_out(request: HttpRequest, said: str) -> HttpResponse:
    logout(request)
    messages.success(request, said)
    return redirect("accounts:sign_in")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language; an account keeps the choice, a visitor has the cookie."""
    response = set_language_cookie(request)
    chosen = request.POST.get("language", "")
    user = request.user
    if isinstance(user, User) and chosen in dict(settings.LANGUAGES):
        user.language = chosen
        user.save(update_fields=["language"])
    return response


class PasswordView(account_views.PasswordChangeView):
    template_name = "staffing/accounts/password.html"
    success_url = reverse_lazy("accounts:my_account")

    @method_decorator(login_required)
    @method_decorator(never_cache)
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404  # the company's directory keeps her password
        return super().dispatch(request, *args, **kwargs)


class FactorsView(factor_views.IndexView):
    """All second factors, and the way to set one up."""

    template_name = "staffing/accounts/factors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 (behind login_required)
        found = list(Authenticator.objects.filter(user=user).order_by("created_at"))
        codes = next(
            (one for one in found if one.type == Authenticator.Type.RECOVERY_CODES),
            None,
        )
        return super().get_context_data(**kwargs) | {
            "app": next(
                (one for one in found if one.type == Authenticator.Type.TOTP), None
            ),
            "passkeys": [
                one for one in found if one.type == Authenticator.Type.WEBAUTHN
            ],
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
            "has_factor": any(one.type in FACTORS for one in found),
            "demand": demand_on(user),
            "required": not may_drop_factor(user),
        }


class RemovePasskeyView(passkey_views.RemoveWebAuthnView):
    template_name = "staffing/accounts/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_remove": self._may_remove()}

    def form_valid(self, form: Any) -> HttpResponse:
        if not self._may_remove():
            raise PermissionDenied
        return super().form_valid(form)

    def _may_remove(self) -> bool:
        return get_adapter().can_delete_authenticator(self.object)
