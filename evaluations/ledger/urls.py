from django.urls import path

from evaluations.ledger import views

app_name = "ledger"
urlpatterns = [
    path(
        "entries/<str:source>/<str:component>/<int:version>/<path:source_id>/",
        views.entry_detail,
        name="entry",
    ),
    path("periods/", views.periods, name="periods"),
    path("periods/<str:code>/", views.change_period, name="change_period"),
]
