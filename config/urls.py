"""The root of every address; rooms own what stands below their prefix."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("", include("evaluations.today.urls")),
    path("accounts/", include("staffing.accounts.urls")),
    path("history/", include("staffing.accounts.history_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("flow/", include("outlets.flow.urls")),
    path("checks/", include("evaluations.checks.urls")),
    path("knowledge/", include("evaluations.knowledge.urls")),
    path("mystery/", include("evaluations.mystery.urls")),
    path("feedback/", include("evaluations.feedback.urls")),
    path("complaints/", include("evaluations.complaints.urls")),
    path("targets/", include("evaluations.targets.urls")),
    path("ledger/", include("evaluations.ledger.urls")),
    path("rankings/", include("evaluations.rankings.urls")),
    path("awards/", include("evaluations.awards.urls")),
    path("api/v1/", include("config.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema"),
        name="api-docs",
    ),
]
