"""The root of every address; rooms own what stands below their prefix."""

from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("", include("evaluations.today.urls")),
    path("accounts/", include("staffing.accounts.urls")),
    path("accounts/", include("staffing.accounts.allauth_urls")),
    path("services/", include("staffing.accounts.service_urls")),
    path("webhooks/", include("evaluations.feed.urls")),
    path("language/", include("staffing.accounts.language_urls")),
    path("people/", include("staffing.people.urls")),
    path("personal/", include("staffing.people.personal.urls")),
    path("my-roster/", include("staffing.rosters.mine_urls")),
    path("rosters/settings/", include("staffing.rosters.settings_urls")),
    path("rosters/", include("staffing.rosters.urls")),
    path("notices/", include("staffing.notices.urls")),
    path("history/", include("staffing.accounts.history_urls")),
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
    path("growth/", include("evaluations.growth.urls")),
    path("imports/", include("outlets.exchange.urls")),
    path("api/v1/", include("config.api")),
    path("api/schema/", require_safe(SpectacularAPIView.as_view()), name="api-schema"),
    path(
        "api/docs/",
        require_safe(SpectacularSwaggerSplitView.as_view(url_name="api-schema")),
        name="api-docs",
    ),
]
