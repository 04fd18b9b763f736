"""Where customers are asked, who was there, and where each mark came from."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models.ratings import Channel, Rating
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.accounts.models import Device
from staffing.people.models import Employee

HASH_LENGTH = 64  # SHA-256 in hexadecimal


class CounterQuerySet(models.QuerySet["Counter"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))

    def led_by(self, viewer: Viewer) -> Self:
        """Keep the counters of outlets where `viewer` keeps the records."""
        return self.filter(viewer.sight.outlets(Power.RECORD, "outlet__"))


class Counter(models.Model):
    """A counter at which customers are asked; `name` as it is called at the desk.

    `device` is the tablet that asks there, bound at `bound_at`; None: only the QR code
    does. `ended_at` None: in use; one that has ended takes no mark any more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="counters")
    name = models.CharField(max_length=CODE_LENGTH)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="counters"
    )
    bound_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CounterQuerySet.as_manager()

    class Meta:
        ordering = ["outlet__code", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "name"],
                condition=Q(ended_at=None),
                name="counter_once_per_outlet",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(ended_at=None, device__isnull=False),
                name="counter_once_per_tablet",
            ),
            models.CheckConstraint(
                condition=Q(device=None, bound_at=None)
                | Q(device__isnull=False, bound_at__isnull=False),
                name="counter_binding_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CounterStintQuerySet(models.QuerySet["CounterStint"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those at outlets within reach, and the viewer's own."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "counter__outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class CounterStint(models.Model):
    """Who sits at a counter from when to when, as whoever leads the outlet said.

    `ends_at` None: she is there now. It names whom a mark is about where no ticket
    does; what is said later changes no mark.
    """

    counter = models.ForeignKey(Counter, models.CASCADE, related_name="stints")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    objects = CounterStintQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["counter"],
                condition=Q(ends_at=None),
                name="counter_stint_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.begins_at:%F %H:%M}"


class NamedBy(models.TextChoices):
    """What told whom a mark is about; never the pad, the page or the person."""

    TICKET = "ticket", _("the ticket")
    COUNTER = "counter", _("who was at the counter")
    NOBODY = "nobody", _("nothing: it is about the outlet")


class Origin(models.Model):
    """Where a mark came from that the product took itself.

    `arrival` is the uuid of the ticket's arrival, None: no ticket. `phone_hash` is a
    keyed hash of the customer's browser, or of her number. `asked_for_mark`: whether
    she was asked for a good mark; None: she was not asked that, or did not say.
    """

    rating = models.OneToOneField(
        Rating, models.CASCADE, primary_key=True, related_name="origin"
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, null=True, blank=True, related_name="origins"
    )
    arrival = models.UUIDField(null=True, blank=True)
    on_site = models.BooleanField(default=True)
    phone_hash = models.CharField(max_length=HASH_LENGTH, blank=True)
    named_by = models.CharField(max_length=7, choices=NamedBy.choices)
    asked_for_mark = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["arrival", "on_site"], name="origin_one_mark_per_ticket"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_hash"], name="origin_of_phone"),
        ]

    def __str__(self) -> str:
        return str(self.rating_id)


class WhySetAside(models.TextChoices):
    RATED = "rated", _("this visit has its mark already")
    SOON = "soon", _("too soon after the mark before")
    PHONE = "phone", _("this phone has rated this outlet a short while ago")
    OLD = "old", _("it was kept on the tablet for too long")
    BEFORE = "before", _("the tablet stood elsewhere when it was tapped")


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))


class SetAside(models.Model):
    """A mark that came and does not count, kept so that nobody need wonder."""

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    counter = models.ForeignKey(
        Counter, models.PROTECT, null=True, blank=True, related_name="set_aside"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    rated_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=6, choices=WhySetAside.choices)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        ordering = ["-rated_at", "-id"]
        indexes = [
            models.Index(fields=["counter", "-rated_at"], name="set_aside_of_counter"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def told(self) -> Any:
        return WhySetAside(self.why).label
