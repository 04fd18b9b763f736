"""The API's addresses, each answered by the room that owns the noun."""

from django.urls import include, path, re_path

from outlets.exchange.api import UnknownAddress

urlpatterns = [
    path("", include("outlets.places.api_urls")),
    path("", include("staffing.people.api_urls")),
    path("", include("outlets.flow.api_urls")),
    path("", include("evaluations.checks.api_urls")),
    path("", include("evaluations.feedback.api_urls")),
    path("", include("evaluations.rankings.api_urls")),
    path("", include("evaluations.awards.api_urls")),
    path("", include("evaluations.feed.api_urls")),
    path("oauth/token/", include("staffing.accounts.token_urls")),
    re_path(r"", UnknownAddress.as_view()),
]
