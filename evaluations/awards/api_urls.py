from django.urls import path

from evaluations.awards.api import AwardListViewSet
from evaluations.awards.api_ballots import BallotViewSet
from evaluations.awards.api_nominations import NominationViewSet, RoundViewSet

urlpatterns = [
    path(
        "award-rounds/",
        RoundViewSet.as_view({"get": "list"}),
        name="api-award-rounds",
    ),
    path(
        "nominations/",
        NominationViewSet.as_view({"post": "make"}),
        name="api-nominations",
    ),
    path(
        "nominations/<uuid:uuid>/",
        NominationViewSet.as_view({"get": "show"}),
        name="api-nomination",
    ),
    path(
        "nominations/<uuid:uuid>/vote/",
        BallotViewSet.as_view({"post": "vote"}),
        name="api-nomination-vote",
    ),
    path("awards/", AwardListViewSet.as_view({"get": "list"}), name="api-awards"),
    path(
        "awards/<uuid:uuid>/",
        AwardListViewSet.as_view({"get": "retrieve"}),
        name="api-award-list",
    ),
]
