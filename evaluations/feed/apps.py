from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _make_room(using: str, plan: list[Any], **given: Any) -> None:
    """Take the triggers away while migrations run; they come back after them."""
    from evaluations.feed import triggers

    if plan and connections[using].vendor == "sqlite":
        triggers.remove(connections[using])


def _install(using: str, **given: Any) -> None:
    """Make the triggers, and anew what migrations have taken away."""
    from evaluations.feed import triggers
    from evaluations.feed.models import Mark

    connection = connections[using]
    if Mark._meta.db_table not in connection.introspection.table_names():
        return
    triggers.install(connection)
    Mark.objects.using(using).get_or_create(pk=Mark.ONLY)


class FeedConfig(AppConfig):
    name = "evaluations.feed"
    verbose_name = _("Change feed")

    def ready(self) -> None:
        from evaluations.feed.models import Webhook
        from outlets.exchange import tracking

        tracking.track(
            Webhook,
            group=tracking.Group.ROLES,
            noun=_("webhook"),
            only=("url", "kinds", "state", "old_until"),
            label=lambda row: f"{row.service.name} · {row.url}",
            related=("service",),
            link=lambda row: reverse("webhooks:detail", args=[row.uuid]),
            part_of="service",
        )
        pre_migrate.connect(_make_room, sender=self, dispatch_uid="feed-no-triggers")
        # Once, after the migrations of all apps: this room's come last but a few.
        post_migrate.connect(_install, sender=self, dispatch_uid="feed-triggers")
