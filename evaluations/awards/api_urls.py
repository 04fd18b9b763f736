from django.urls import path

from evaluations.awards.api import AwardListViewSet

urlpatterns = [
    path("awards/", AwardListViewSet.as_view({"get": "list"}), name="api-awards"),
    path(
        "awards/<uuid:uuid>/",
        AwardListViewSet.as_view({"get": "retrieve"}),
        name="api-award-list",
    ),
]
