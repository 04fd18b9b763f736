"""The pages of allauth that are open, by the names that allauth knows them by.

Only these: no sign-up, no e-mail management, no codes by mail.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as passkey_views
from django.contrib.auth.views import LogoutView
from django.urls import path, re_path, reverse_lazy
from django.views.decorators.http import require_http_methods

from staffing.accounts.views import account, directory, entrance

_ROOM = "staffing/accounts/"

entrance_urls = [
    path("sign-in/", entrance.SignInView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path(
        "sign-in/second-step/",
        factor_views.AuthenticateView.as_view(template_name=_ROOM + "second_step.html"),
        name="mfa_authenticate",
    ),
    path(
        "sign-in/passkey/",
        entrance.PasskeySignInView.as_view(),
        name="mfa_login_webauthn",
    ),
    path("sign-in/directory/", directory.directory_login, name="directory_login"),
    path(
        "sign-in/directory/back/",
        directory.directory_callback,
        name="directory_callback",
    ),
    path(
        "password/forgotten/",
        entrance.ForgottenPasswordView.as_view(),
        name="account_reset_password",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        entrance.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
]

confirm_urls = [
    path(
        "confirm/",
        account_views.ReauthenticateView.as_view(
            template_name=_ROOM + "confirm_password.html"
        ),
        name="account_reauthenticate",
    ),
    path(
        "confirm/code/",
        factor_views.ReauthenticateView.as_view(
            template_name=_ROOM + "confirm_code.html"
        ),
        name="mfa_reauthenticate",
    ),
    path(
        "confirm/passkey/",
        passkey_views.ReauthenticateWebAuthnView.as_view(
            template_name=_ROOM + "confirm_passkey.html"
        ),
        name="mfa_reauthenticate_webauthn",
    ),
]

own_urls = [
    path(
        "me/password/", account.PasswordView.as_view(), name="account_change_password"
    ),
    path(
        "me/directory/",
        directory.ConnectionView.as_view(),
        name="socialaccount_connections",
    ),
    path(
        "me/directory/connect/<str:key>/",
        directory.directory_connect,
        name="directory_connect",
    ),
    path("me/factors/", account.FactorsView.as_view(), name="mfa_index"),
    path(
        "me/factors/app/",
        app_views.ActivateTOTPView.as_view(template_name=_ROOM + "app_add.html"),
        name="mfa_activate_totp",
    ),
    path(
        "me/factors/app/remove/",
        app_views.DeactivateTOTPView.as_view(template_name=_ROOM + "app_remove.html"),
        name="mfa_deactivate_totp",
    ),
    path(
        "me/factors/codes/",
        code_views.ViewRecoveryCodesView.as_view(template_name=_ROOM + "codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/factors/codes/new/",
        code_views.GenerateRecoveryCodesView.as_view(
            template_name=_ROOM + "codes_new.html"
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/factors/codes/download/",
        code_views.DownloadRecoveryCodesView.as_view(template_name=_ROOM + "codes.txt"),
        name="mfa_download_recovery_codes",
    ),
    path(
        "me/factors/passkeys/add/",
        passkey_views.AddWebAuthnView.as_view(template_name=_ROOM + "passkey_add.html"),
        name="mfa_add_webauthn",
    ),
    path(
        "me/factors/passkeys/<int:pk>/",
        passkey_views.EditWebAuthnView.as_view(
            template_name=_ROOM + "passkey_edit.html",
            success_url=reverse_lazy("mfa_index"),
        ),
        name="mfa_edit_webauthn",
    ),
    path(
        "me/factors/passkeys/<int:pk>/remove/",
        account.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
]

urlpatterns = [*entrance_urls, *confirm_urls, *own_urls]

# Its views answer any method like GET, and PUT like POST.
for _pattern in urlpatterns:
    _pattern.callback = require_http_methods(["GET", "HEAD", "POST"])(_pattern.callback)
