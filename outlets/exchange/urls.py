from django.urls import path

from outlets.exchange import views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.kind_list, name="new"),
    path("new/<slug:kind>/", views.kind_page, name="kind"),
    path(
        "new/<slug:kind>/template.csv",
        views.kind_template,
        {"form": "csv"},
        name="template",
    ),
    path(
        "new/<slug:kind>/template.xlsx",
        views.kind_template,
        {"form": "xlsx"},
        name="template_workbook",
    ),
    path("<uuid:uuid>/", views.import_page, name="import"),
    path("<uuid:uuid>/check/", views.import_check, name="check"),
    path("<uuid:uuid>/confirm/", views.import_confirm, name="confirm"),
    path("<uuid:uuid>/cancel/", views.import_cancel, name="cancel"),
    path("<uuid:uuid>/again/", views.import_again, name="again"),
    path(
        "<uuid:uuid>/refused.csv", views.refused_file, {"form": "csv"}, name="refused"
    ),
    path(
        "<uuid:uuid>/refused.xlsx",
        views.refused_file,
        {"form": "xlsx"},
        name="refused_workbook",
    ),
]
