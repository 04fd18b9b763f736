"""Supervision orders (督查令) and the monthly meeting that issues many of them."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models.cases import Case
from evaluations.complaints.models.events import NOTE_LENGTH
from evaluations.complaints.order_acting import UNDONE, OrderState
from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import Power, Reach, Viewer

SUBJECT_LENGTH = 200


def regions_within(reach: Reach, prefix: str) -> Q:
    """Return the filter for rows whose region lies wholly within reach."""
    if reach.everywhere:
        return ~Q(pk__in=())
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(**{f"{prefix}path__startswith": path})
    return within


class MeetingQuerySet(models.QuerySet["ComplaintMeeting"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of regions whose records one sees as a whole."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        return self.filter(regions_within(reach, "region__"))


class ComplaintMeeting(models.Model):
    """The complaint meeting (投诉分析会) of a region about one month.

    `month` is its first day. Until it is held the pack is computed when it is looked
    at; then `pack` keeps what was shown, and `digest` its SHA-256.
    """

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="complaint_meetings"
    )
    month = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    minutes = models.TextField(max_length=NOTE_LENGTH, blank=True)
    pack = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "region__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "month"], name="meeting_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(held_on=None, held_by=None, pack=None, digest="")
                | Q(held_on__isnull=False, held_by__isnull=False, pack__isnull=False)
                & ~Q(digest=""),
                name="meeting_held_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region.code} {self.month:%Y-%m}"


class OrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of outlets, and of whole regions, whose records one sees."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        return self.filter(
            Q(outlet__isnull=False) & reach.outlets("outlet__")
            | Q(region__isnull=False) & regions_within(reach, "region__")
        )

    def beneath(self, region: Region) -> Self:
        """Keep those of a region, of what lies below it and of outlets there."""
        path = region.path
        return self.filter(
            Q(region__path__startswith=path) | Q(outlet__region__path__startswith=path)
        )

    def undone(self) -> Self:
        return self.filter(state__in=UNDONE)

    def overdue(self, today: date) -> Self:
        """Keep those whose unit is late by the house's day."""
        return self.undone().filter(due_on__lt=today)


class SupervisionOrder(models.Model):
    """What a unit has to put right, until when; the unit is an outlet or a region.

    `due_on` is the last day, in the unit's own time; `reported_on` the day it was last
    reported done. `reopened` counts how often the check was not passed. `next_level_at`
    is when it goes up a level next.
    """

    order_no = models.CharField(max_length=CODE_LENGTH, unique=True)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    words = models.TextField(max_length=NOTE_LENGTH)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    cases = models.ManyToManyField(Case, related_name="orders", blank=True)
    meeting = models.ForeignKey(
        ComplaintMeeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=11,
        choices=[
            (OrderState.ISSUED, _("issued")),
            (OrderState.IN_PROGRESS, _("in progress")),
            (OrderState.REPORTED, _("reported done")),
            (OrderState.VERIFIED, _("verified")),
            (OrderState.REOPENED, _("reopened")),
        ],
        default=OrderState.ISSUED,
    )
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reopened = models.PositiveSmallIntegerField(default=0)
    next_level_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issued_by", "key"], name="order_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(outlet=None, region__isnull=False)
                | Q(outlet__isnull=False, region=None),
                name="order_has_one_unit",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_level_at"],
                condition=Q(next_level_at__isnull=False),
                name="order_next_level",
            ),
        ]

    def __str__(self) -> str:
        return self.order_no

    @property
    def unit_name(self) -> str:
        unit = self.outlet or self.region
        return unit.name if unit is not None else ""

    @property
    def unit_path(self) -> str:
        """Return the path of the region that the unit is, or lies in."""
        region = self.region or (self.outlet.region if self.outlet else None)
        return region.path if region is not None else ""

    @property
    def zone(self) -> ZoneInfo:
        """Return whose midnight ends the last day."""
        return self.outlet.zone if self.outlet else ZoneInfo(settings.TIME_ZONE)

    @property
    def due_at(self) -> datetime:
        """Return the end of the last day."""
        after = self.due_on + timedelta(days=1)
        return datetime.combine(after, time.min, tzinfo=self.zone)

    def is_late(self, now: datetime) -> bool:
        return self.state in UNDONE and now >= self.due_at


class OrderEventKind(models.TextChoices):
    ISSUED = "issued", _("issued the order")
    START = "start", _("began to work on it")
    REPORT = "report", _("reported it done")
    VERIFY = "verify", _("verified it")
    REOPEN = "reopen", _("reopened it")
    EXTEND = "extend", _("gave it more time")
    REMARK = "remark", _("remarked")


class OrderEventQuerySet(models.QuerySet["OrderEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(order__in=SupervisionOrder.objects.visible_to(viewer))


class OrderEvent(models.Model):
    """One line of an order; never changed. `due_on`: the day it set, if it set one."""

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=7, choices=OrderEventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    due_on = models.DateField(null=True, blank=True)
    key = models.UUIDField(null=True, blank=True)

    objects = OrderEventQuerySet.as_manager()

    class Meta:
        ordering = ["order", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "key"], name="order_event_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class OrderStepQuerySet(models.QuerySet["OrderStep"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(order__in=SupervisionOrder.objects.visible_to(viewer))


class OrderStep(models.Model):
    """An overdue order that went up to a region: once each, by the clock."""

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="steps")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    reached_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = OrderStepQuerySet.as_manager()

    class Meta:
        ordering = ["order", "reached_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "region"], name="order_once_a_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.region_id}"
