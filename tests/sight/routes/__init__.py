"""Every address of the product, and how to reach it in a world of two counties."""

from collections.abc import Iterator

from django.urls import get_resolver

from tests.sight.routes import (
    awards,
    checks,
    complaints,
    evaluations,
    feed,
    feedback,
    frame,
    growth,
    knowledge,
    mystery,
    outlets,
    questionnaires,
    rankings,
    rosters,
    staffing,
)
from tests.sight.routes.routing import Route

__all__ = ["FOR_SERVICES", "OF_ONE_SERVICE", "ROUTES", "Route", "names_in_the_product"]

ROUTES = [
    *awards.ROUTES,
    *checks.ROUTES,
    *complaints.ROUTES,
    *evaluations.ROUTES,
    *feed.ROUTES,
    *feedback.ROUTES,
    *frame.ROUTES,
    *growth.ROUTES,
    *knowledge.ROUTES,
    *mystery.ROUTES,
    *outlets.ROUTES,
    *questionnaires.ROUTES,
    *rankings.ROUTES,
    *rosters.ROUTES,
    *staffing.ROUTES,
]

# Answered for machines only; what their tokens open is shown beside the tokens.
FOR_SERVICES = {
    "api-token",
    "api-checks",
    "api-ratings",
    "api-tickets",
    "api-counts",
    "api-ticket-events",
    "api-transactions",
}
# Kept for the service that asked, so that nobody else finds anything there; shown in
# tests/evaluations/feed.
OF_ONE_SERVICE = {
    "api-exports",
    "api-export",
    "api-export-file",
    "api-webhooks",
    "api-webhook",
    "api-webhook-pause",
    "api-webhook-resume",
    "api-webhook-rotate",
    "api-webhook-replay",
    "api-webhook-deliveries",
}
# The API's answer to an address that does not exist.
NAMELESS = {None}


def names_in_the_product() -> set[str]:
    """Return the name of every route that the resolver knows."""

    def walk(patterns, namespace="") -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (
                    f"{namespace}{pattern.namespace}:"
                    if pattern.namespace
                    else namespace
                )
                yield from walk(pattern.url_patterns, inner)
            elif pattern.name not in NAMELESS:
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns))
