"""Our own names. What allauth calls by name itself stands in `allauth_urls`."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.decorators.http import require_http_methods, require_POST

from staffing.accounts.views import account, policy
from staffing.accounts.views.entrance import SignInView

_read_or_send = require_http_methods(["GET", "HEAD", "POST"])

app_name = "accounts"
urlpatterns = [
    path("sign-in/", _read_or_send(SignInView.as_view()), name="sign_in"),
    path("sign-out/", require_POST(LogoutView.as_view()), name="sign_out"),
    path("devices/", include("staffing.accounts.device_urls")),
    path("me/", account.my_account, name="my_account"),
    path("me/sessions/<str:public_id>/end/", account.end_session, name="end_session"),
    path("me/sessions/end/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("second-factor-rules/", policy.policy, name="policy"),
]
