from django.contrib.auth import views
from django.urls import include, path

app_name = "accounts"
urlpatterns = [
    path(
        "sign-in/",
        views.LoginView.as_view(
            template_name="staffing/accounts/sign_in.html",
            redirect_authenticated_user=True,
        ),
        name="sign_in",
    ),
    path("sign-out/", views.LogoutView.as_view(), name="sign_out"),
    path("devices/", include("staffing.accounts.device_urls")),
]
