"""Signing in: allauth's views in our look, without the doors that we keep shut."""

from typing import Any

from allauth.account import views as account_views
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal import flows as passkey_flows
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from outlets.exchange.fragments import wants_fragment
from staffing.accounts import directory
from staffing.accounts.services.password_reset import mail_is_on


class SignInView(account_views.LoginView):
    template_name = "staffing/accounts/sign_in.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead a page here whose part was asked for without a session, not the part."""
        if wants_fragment(request):
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        """On a shared tablet names are tapped: the keyboard stays away."""
        form = super().get_form(form_class)
        if getattr(self.request, "device", None) is not None:
            form.fields["username"].widget.attrs.pop("autofocus", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = get_next_redirect_url(self.request) or ""
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        context = super().get_context_data(**kwargs) | {
            "next": wanted,
            "passkey_url": reverse("mfa_login_webauthn") + query,
            "mail_is_on": mail_is_on(),
        }
        if directory.is_configured():
            context["directory_name"] = directory.name()
            context["directory_url"] = reverse("directory_login") + query
        return context


class PasskeySignInView(passkey_views.LoginWebAuthnView):
    """A passkey alone; afterwards on to the page that was wanted."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(
            user=authenticator.user, redirect_url=get_next_redirect_url(self.request)
        )
        return passkey_flows.perform_passwordless_login(
            self.request, authenticator, login
        )


class ForgottenPasswordView(account_views.PasswordResetView):
    template_name = "staffing/accounts/password_forgotten.html"
    success_url = reverse_lazy("accounts:sign_in")

    @method_decorator(login_not_required)
    @method_decorator(never_cache)
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not mail_is_on():
            raise Http404
        if request.user.is_authenticated:
            return redirect("accounts:my_account")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code == 302:
            messages.success(
                self.request,
                _(
                    "If somebody here has that address, a message with a link is on "
                    "its way. Look among the unwanted messages too."
                ),
            )
        return response


class NewPasswordView(account_views.PasswordResetFromKeyView):
    """Where the link of the message leads; the new password does not sign in yet."""

    template_name = "staffing/accounts/password_new.html"
    success_url = reverse_lazy("accounts:sign_in")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"token_fail": False} | super().get_context_data(**kwargs)
