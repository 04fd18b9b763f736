from django.urls import path

from staffing.accounts.views import service_tokens as views

app_name = "services"
urlpatterns = [
    path("", views.service_list, name="list"),
    path("new/", views.service_create, name="create"),
    path("<uuid:uuid>/", views.service_detail, name="detail"),
    path("<uuid:uuid>/change/", views.service_change, name="change"),
    path("<uuid:uuid>/rotate/", views.secret_rotate, name="rotate"),
    path(
        "<uuid:uuid>/secrets/<uuid:secret>/revoke/",
        views.secret_revoke,
        name="revoke_secret",
    ),
    path("<uuid:uuid>/end-tokens/", views.tokens_end, name="end_tokens"),
    path("<uuid:uuid>/revoke/", views.service_revoke, name="revoke"),
]
