"""Rosters as those see them who plan."""

from django.urls import path

from staffing.rosters.views import months, owners, regions, searches

app_name = "rosters"
urlpatterns = [
    path("", regions.roster_list, name="list"),
    path("publish/", regions.publish_region, name="publish_region"),
    path("publications/<uuid:uuid>/", regions.publication_page, name="publication"),
    path("searches/<uuid:uuid>/", searches.search_page, name="search"),
    path("searches/<uuid:uuid>/stop/", searches.stop, name="stop_search"),
    path("searches/<uuid:uuid>/accept/", searches.accept, name="accept_search"),
    path("at/<str:code>/<str:month>/", months.month_page, name="month"),
    path("at/<str:code>/<str:month>/day/", months.day_strip, name="day"),
    path(
        "at/<str:code>/<str:month>/day/<int:day>/owners/",
        owners.plan_day,
        name="owners",
    ),
    path("at/<str:code>/<str:month>/cells/", months.save_cells, name="cells"),
    path("at/<str:code>/<str:month>/publish/", months.publish, name="publish"),
    path("at/<str:code>/<str:month>/search/", searches.start, name="start_search"),
    path("at/<str:code>/<str:month>/roster.<str:form>", months.month_file, name="file"),
    path(
        "at/<str:code>/<str:month>/people/<str:number>/",
        months.person_month,
        name="person",
    ),
]
