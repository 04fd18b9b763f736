"""Floors that deserve a look, each told once."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from outlets.flow.alerting import Alarm
from outlets.flow.models.raw import FlowQuerySet
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer

ALARMS = (
    (Alarm.WAIT_OVER.value, _("wait over the limit")),
    (Alarm.PRIORITY.value, _("priority customer waiting")),
    (Alarm.NOBODY.value, _("nobody serving")),
    (Alarm.QUEUE.value, _("long queue")),
    (Alarm.WAIT_NEAR.value, _("wait near the limit")),
    (Alarm.SILENT.value, _("queue machine silent")),
    (Alarm.WAITS_HIGH.value, _("more long waits than usual")),
    (Alarm.ABANDONED_HIGH.value, _("more customers giving up than usual")),
    (Alarm.ARRIVALS_HIGH.value, _("more arrivals than usual")),
    (Alarm.ARRIVALS_LOW.value, _("fewer arrivals than usual")),
)
# Who reads the flow of a place may look; who works with its records may say "seen".
ACKNOWLEDGING = (Power.RECORD, Power.CORRECT)


class FlowAlertQuerySet(FlowQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def unseen(self) -> Self:
        """Keep what goes on and nobody has acknowledged."""
        return self.open().filter(acknowledged_at=None)

    def acknowledgeable_by(self, viewer: Viewer) -> Self:
        return self.visible_to(viewer).filter(acknowledging(viewer, "outlet__"))

    def exceptions_first(self) -> Self:
        """Sort what nobody has seen first, the more pressing before, then the newest.

        What has ended comes last.
        """
        pressing = Case(
            *(When(kind=alarm, then=Value(n)) for n, (alarm, _l) in enumerate(ALARMS))
        )
        return self.order_by(
            F("ended_at").desc(nulls_first=True),
            F("acknowledged_at").asc(nulls_first=True),
            pressing,
            "-raised_at",
            "-id",
        )


def acknowledging(viewer: Viewer, prefix: str = "") -> Q:
    """Return the filter for places where `viewer` may acknowledge alerts."""
    found = Q(pk__in=())
    for power in ACKNOWLEDGING:
        found |= viewer.sight.outlets(power, prefix)
    return found


class FlowAlert(models.Model):
    """Something about an outlet's flow that is, or was, out of its limits.

    One is open (`ended_at` None) per outlet and kind: it is not raised again before it
    has ended. `figures` are those at which it was raised, as `alerting` names them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="flow_alerts", db_index=False
    )
    kind = models.CharField(max_length=14, choices=ALARMS)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = FlowAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "kind"],
                condition=Q(ended_at=None),
                name="flow_alert_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("raised_at")),
                name="flow_alert_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="flow_alert_seen_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "raised_at"], name="flow_alert_of_outlet"),
            models.Index(fields=["raised_at"], name="flow_alert_raised"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind} {self.raised_at:%FT%R}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
