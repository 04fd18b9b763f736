"""What allauth asks us: words, redirects, secrets, and who may come in."""

import base64
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffing.accounts import directory
from staffing.accounts.addresses import address_of
from staffing.accounts.lockout import count_failure
from staffing.accounts.selectors.second_factor import FACTORS, may_drop_factor
from staffing.people.models import User

# What is said after something was done; allauth names each by a template. What is not
# listed goes without saying.
_SAID: Mapping[str, Promise] = {
    "account/messages/password_changed.txt": gettext_lazy(
        "Your password is changed. Everywhere else you are signed out."
    ),
    "mfa/messages/totp_activated.txt": gettext_lazy("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy(
        "The authenticator app is no longer used."
    ),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy(
        "New recovery codes are made. The old ones no longer work."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator and by nobody else."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "Username and password do not fit together. Look at the capital letters."
        ),
        "incorrect_password": gettext_lazy("That is not your password."),
        "enter_current_password": gettext_lazy("That is not your password."),
        "incorrect_code": gettext_lazy("That code is not right, or has been used."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting to django-axes: one limit, in the database."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whom the credentials belong to; a closed account is nobody's.

        allauth would say that the account is inactive, which confirms a password.
        """
        user = authenticate(request, **credentials)
        return user if isinstance(user, User) else None

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("This account is closed. Ask your administrator."))
        return redirect("accounts:sign_in")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or _SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def is_safe_url(self, url: str) -> bool:
        """Go on to pages of this host only."""
        return url_has_allowed_host_and_scheme(
            url,
            allowed_hosts={self.request.get_host()},
            require_https=self.request.is_secure(),
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return redirect("accounts:my_account").url

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        said = {
            "reauthenticate": _("With your password"),
            "mfa_reauthenticate": _("With a code from your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("With a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": said[method["id"]]} for method in methods]


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted at rest; a factor that a rule asks for stays."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That code is not right, or has been used."),
        "cannot_delete_authenticator": gettext_lazy(
            "Your role requires a second factor. Set up another one before you remove "
            "this one."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up an app or a passkey first: recovery codes stand in for them."
        ),
    }

    def get_totp_label(self, user: Any) -> str:
        return user.get_username()

    def _get_user_identifier(self, user: Any) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return "Starhall"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = 1 + Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(
            user=authenticator.user, type__in=FACTORS
        ).exclude(pk=authenticator.pk)
        return others.exists() or may_drop_factor(authenticator.user)


def _cipher() -> MultiFernet:
    """Return the cipher of the present secret key, which reads those before it too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str) -> bytes:
    key = HKDF(SHA256(), length=32, salt=None, info=b"starhall second factor")
    return base64.urlsafe_b64encode(key.derive(secret.encode()))


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """The company's directory says who somebody is; it makes nobody a user here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        claims: Mapping[str, Any] = sociallogin.claims
        user = directory.person_for(claims)
        if user is None:
            name = directory.username_in(claims) or str(claims["sub"])
            count_failure(request, name)
            messages.error(
                request,
                _(
                    "%(directory)s knows you as %(name)s, but nobody here has that "
                    "account. Ask your administrator."
                )
                % {"directory": directory.name(), "name": name},
            )
            raise ImmediateHttpResponse(redirect("accounts:sign_in"))
        directory.link(user, sociallogin.account)
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Go back to the sign-in page and say what can be said."""
        if error == AuthError.CANCELLED:
            messages.info(request, _("You have cancelled the sign-in."))
        else:
            directory.logger.warning("Directory sign-in failed: %r", exception)
            messages.error(
                request,
                _("Signing in through %(directory)s did not work. Try again.")
                % {"directory": directory.name()},
            )
        raise ImmediateHttpResponse(redirect("accounts:sign_in"))
