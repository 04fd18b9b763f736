"""Addresses of webhooks."""

from uuid import uuid4

from tests.sight.routes.routing import get, post


def _new(world, place):
    """Lead into our own network, so that nothing is asked of the internet."""
    url = "https://127.0.0.1/hook"
    return {"account": world.service.pk, "url": url, "key": uuid4()}


def _webhook(world, place):
    return world.webhook.uuid


def _delivery(world, place):
    return world.webhook.deliveries.first().uuid


ROUTES = [
    get("webhooks:list"),
    get("webhooks:new"),
    post("webhooks:new", data=_new),
    get("webhooks:detail", _webhook),
    post("webhooks:pause", _webhook),
    post("webhooks:resume", _webhook),
    post("webhooks:rotate", _webhook),
    post("webhooks:replay", _webhook, data=lambda w, p: {"since": "2026-01-01T00:00"}),
    post("webhooks:again", _webhook, _delivery),
    post("webhooks:end", _webhook),
]
