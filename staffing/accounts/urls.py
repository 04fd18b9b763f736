from django.contrib.auth import views
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

app_name = "accounts"
urlpatterns = [
    path(
        "sign-in/",
        require_http_methods(["GET", "HEAD", "POST"])(
            views.LoginView.as_view(
                template_name="staffing/accounts/sign_in.html",
                redirect_authenticated_user=True,
            )
        ),
        name="sign_in",
    ),
    path("sign-out/", require_POST(views.LogoutView.as_view()), name="sign_out"),
]
