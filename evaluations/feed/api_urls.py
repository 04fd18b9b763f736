from django.urls import path

from evaluations.feed.api import ChangeViewSet
from evaluations.feed.api_exports import ExportViewSet
from evaluations.feed.api_webhooks import (
    DeliveryViewSet,
    WebhookViewSet,
)

urlpatterns = [
    path("changes/", ChangeViewSet.as_view({"get": "feed"}), name="api-changes"),
    path("exports/", ExportViewSet.as_view({"post": "ask"}), name="api-exports"),
    path(
        "exports/<uuid:uuid>/",
        ExportViewSet.as_view({"get": "show"}),
        name="api-export",
    ),
    path(
        "exports/<uuid:uuid>/files/<str:name>/",
        ExportViewSet.as_view({"get": "file"}),
        name="api-export-file",
    ),
    path(
        "webhooks/",
        WebhookViewSet.as_view({"get": "index", "post": "make"}),
        name="api-webhooks",
    ),
    path(
        "webhooks/<uuid:uuid>/",
        WebhookViewSet.as_view({"get": "show", "delete": "end"}),
        name="api-webhook",
    ),
    path(
        "webhooks/<uuid:uuid>/resume/",
        WebhookViewSet.as_view({"post": "resume"}),
        name="api-webhook-resume",
    ),
    path(
        "webhooks/<uuid:uuid>/pause/",
        WebhookViewSet.as_view({"post": "pause"}),
        name="api-webhook-pause",
    ),
    path(
        "webhooks/<uuid:uuid>/rotate/",
        WebhookViewSet.as_view({"post": "rotate"}),
        name="api-webhook-rotate",
    ),
    path(
        "webhooks/<uuid:uuid>/replay/",
        WebhookViewSet.as_view({"post": "replay"}),
        name="api-webhook-replay",
    ),
    path(
        "webhooks/<uuid:uuid>/deliveries/",
        DeliveryViewSet.as_view({"get": "list"}),
        name="api-webhook-deliveries",
    ),
]
