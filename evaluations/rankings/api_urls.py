from django.urls import path

from evaluations.rankings.api import RunViewSet, ScoreView, StandingViewSet
from evaluations.rankings.api_outlets import OutletStandingViewSet

urlpatterns = [
    path("rankings/", RunViewSet.as_view({"get": "list"}), name="api-rankings"),
    path(
        "rankings/<int:pk>/",
        RunViewSet.as_view({"get": "retrieve"}),
        name="api-ranking",
    ),
    path(
        "rankings/<int:run>/standings/",
        StandingViewSet.as_view({"get": "list"}),
        name="api-standings",
    ),
    path(
        "rankings/<int:run>/outlets/",
        OutletStandingViewSet.as_view({"get": "list"}),
        name="api-outlet-standings",
    ),
    path(
        "employees/<str:number>/score/",
        ScoreView.as_view({"get": "retrieve"}),
        name="api-score",
    ),
]
