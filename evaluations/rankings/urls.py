from django.urls import include, path

from evaluations.rankings import whatif_urls
from evaluations.rankings.views import display, explain, mine, movers, runs

app_name = "rankings"
urlpatterns = [
    path("", include("evaluations.rankings.proof_urls")),
    path("", runs.run_list, name="list"),
    path("new/", runs.run_start, name="start"),
    path("", include("evaluations.rankings.schemes_urls")),
    path("mine/", mine.my_score, name="mine"),
    path("display/", display.display_switch, name="display"),
    path("<int:pk>/outlet/", display.own_outlet, name="own_outlet"),
    path("<int:pk>/movers/", movers.run_movers, name="movers"),
    path("<int:pk>/", runs.run_detail, name="run"),
    path("<int:pk>/review/", runs.run_review, name="review"),
    path("<int:pk>/publish/", runs.run_publish, name="publish"),
    path("<int:pk>/people/<str:number>/", explain.standing_explain, name="explain"),
    path("<int:pk>/", include("evaluations.rankings.outlets_urls")),
    *whatif_urls.urlpatterns,
]
