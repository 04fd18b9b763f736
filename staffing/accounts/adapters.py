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
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffing.accounts import directory
from staffing.accounts.addresses import address_of
from staffing.accounts.lockout import count_failure
from staffing.accounts.models import AccessKind
from staffing.accounts.selectors.second_factor import FACTORS, may_drop_factor
from staffing.accounts.services.access import record_access, record_directory_change
from staffing.accounts.services.security_mail import Notice
from staffing.accounts.services.telling import tell_owner
from staffing.people.models import User
from staffing.people.services.users import choose_password

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
    "socialaccount/messages/account_connected.txt": gettext_lazy(
        "Your account is connected."
    ),
    "socialaccount/messages/account_connected_updated.txt": gettext_lazy(
        "Your account is connected."
    ),
    "socialaccount/messages/account_connected_other.txt": gettext_lazy(
        "That entry of the directory belongs to another account here. Nothing was "
        "connected."
    ),
    "socialaccount/messages/account_disconnected.txt": gettext_lazy(
        "Your account is no longer connected."
    ),
}
# What is mailed; again named by a template, of which none is used.
_MAILED: Mapping[str, Notice] = {
    "account/email/password_changed": Notice.PASSWORD_CHANGED,
    "account/email/password_reset": Notice.PASSWORD_RESET,
    "mfa/email/totp_activated": Notice.APP_ADDED,
    "mfa/email/totp_deactivated": Notice.APP_REMOVED,
    "mfa/email/webauthn_added": Notice.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Notice.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": Notice.CODES_MADE,
    "socialaccount/email/account_connected": Notice.DIRECTORY_CONNECTED,
    "socialaccount/email/account_disconnected": Notice.DIRECTORY_DISCONNECTED,
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
        "first_password_expired": gettext_lazy(
            "This first password was good until %s. Ask your administrator for a new "
            "one."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting to django-axes: one limit, in the database."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whom the credentials belong to; a closed account is nobody's.

        allauth would say that the account is inactive, which confirms a password.

        Raises:
            ValidationError: a first password that is too old; only who has it is told.
        """
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        if user.first_password_expired:
            record_access(
                AccessKind.SIGN_IN_FAILED,
                request=request,
                user=user,
                what="first password expired",
            )
            day = date_format(timezone.localtime(user.first_password_ends_at))
            raise self.validation_error("first_password_expired", day)
        return user

    def set_password(self, user: Any, password: str) -> None:
        """Keep a password that somebody chose herself, also instead of a first one."""
        choose_password(password=password, by=user)

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

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner in our words, at the address that an administrator noted."""
        if template_prefix in _MAILED:
            tell_owner(user, _MAILED[template_prefix], request=self.request)

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

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy(
            "You have no password here, so the directory is your only way in. Ask your "
            "administrator for a first password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            _may_connect(request, sociallogin)
            return
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
        record_directory_change("connected", request=request, user=user)
        tell_owner(user, Notice.DIRECTORY_CONNECTED, request=request)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Go back to where it began and say what can be said."""
        if error == AuthError.CANCELLED:
            messages.info(request, _("You have cancelled the sign-in."))
        else:
            directory.logger.warning("Directory sign-in failed: %r", exception)
            messages.error(
                request,
                _("Signing in through %(directory)s did not work. Try again.")
                % {"directory": directory.name()},
            )
        began = "accounts:sign_in"
        if request.user.is_authenticated:
            began = "socialaccount_connections"
        raise ImmediateHttpResponse(redirect(began))


def _may_connect(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Refuse to connect an account twice, or with what is somebody else's.

    That the entry opens another account already, the library finds out.
    """
    user = request.user
    if not isinstance(user, User):
        return  # signed out meanwhile: the library sends her to sign in
    # Saved whole by the library, minutes after it was read.
    user.refresh_from_db()
    connected = directory.connection_of(user)
    if connected is not None and connected.uid != sociallogin.account.uid:
        why = _("Your account is connected with another entry. Disconnect it first.")
    elif sociallogin.is_existing or not directory.belongs_to_another(
        sociallogin.claims, user
    ):
        return
    else:
        why = str(_SAID["socialaccount/messages/account_connected_other.txt"])
    messages.error(request, why)
    raise ImmediateHttpResponse(redirect("socialaccount_connections"))
