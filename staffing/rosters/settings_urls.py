"""Shift kinds and the rules of rosters."""

from django.urls import path

from staffing.rosters.views import settings

app_name = "roster_settings"
urlpatterns = [
    path("shifts/", settings.kind_list, name="kinds"),
    path("shifts/new/", settings.kind_edit, name="kind_new"),
    path("shifts/<str:code>/", settings.kind_edit, name="kind"),
    path("shifts/<str:code>/retire/", settings.kind_retire, name="kind_retire"),
    path("rules/", settings.rules_list, name="rules_list"),
    path("rules/region/", settings.rules_choose, name="rules_choose"),
    path("rules/of/<str:code>/", settings.rules_edit, name="rules"),
    path("rules/of/<str:code>/drop/", settings.rules_drop, name="rules_drop"),
]
