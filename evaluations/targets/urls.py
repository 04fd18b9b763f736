from django.urls import path

from evaluations.targets import views, views_kpis

app_name = "targets"
urlpatterns = [
    path("", views.target_list, name="list"),
    path("kpis/", views_kpis.kpi_list, name="kpis"),
    path("kpis/new/", views_kpis.kpi_edit, name="kpi_new"),
    path("kpis/<str:code>/", views_kpis.kpi_detail, name="kpi"),
    path("kpis/<str:code>/edit/", views_kpis.kpi_edit, name="kpi_edit"),
    path("kpis/<str:code>/enter/", views_kpis.value_enter, name="enter"),
    path("kpis/<str:code>/tree/", views_kpis.target_tree, name="tree"),
    path(
        "kpis/<str:code>/weights/<int:year>/",
        views_kpis.month_weights,
        name="weights",
    ),
    path("values/", views_kpis.value_list, name="values"),
    path("values/<uuid:uuid>/", views_kpis.value_detail, name="value"),
    path("<uuid:uuid>/", views.target_detail, name="target"),
]
