from django.urls import path

from evaluations.feed import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhook_list, name="list"),
    path("new/", views.webhook_new, name="new"),
    path("<uuid:uuid>/", views.webhook_detail, name="detail"),
    path("<uuid:uuid>/pause/", views.webhook_pause, name="pause"),
    path("<uuid:uuid>/resume/", views.webhook_resume, name="resume"),
    path("<uuid:uuid>/rotate/", views.secret_rotate, name="rotate"),
    path("<uuid:uuid>/replay/", views.webhook_replay, name="replay"),
    path("<uuid:uuid>/end/", views.webhook_end, name="end"),
    path(
        "<uuid:uuid>/deliveries/<uuid:delivery>/again/",
        views.delivery_again,
        name="again",
    ),
]
