"""What people ask of a roster: leave, swaps, wishes; and a feed of their own shifts."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee
from staffing.rosters.models.shifts import CODE_LENGTH, ShiftKind

NOTE_LENGTH = 200


class LeaveState(models.TextChoices):
    ASKED = "asked", _("waits for a decision")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LeaveQuerySet(models.QuerySet["Leave"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep one's own, and those at outlets where the viewer plans."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.PLAN_ROSTERS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def approved_between(self, first: date, last: date) -> Self:
        return self.filter(
            state=LeaveState.APPROVED, first_on__lte=last, last_on__gte=first
        )


class Leave(models.Model):
    """Days somebody asks to be on leave, both ends included.

    `outlet` is where she worked when she asked: there it is decided.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="leaves")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="leaves")
    first_on = models.DateField()
    last_on = models.DateField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    state = models.CharField(
        max_length=9, choices=LeaveState.choices, default=LeaveState.ASKED
    )
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=NOTE_LENGTH, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-first_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="leave_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["outlet", "state", "first_on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.first_on:%F} {self.last_on:%F}"


class SwapState(models.TextChoices):
    ASKED = "asked", _("waits for the colleague")
    AGREED = "agreed", _("waits for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")


class Lapse(models.TextChoices):
    """Why a swap lapsed; `because` of a swap that did holds one of these."""

    CHANGED = "changed", _("The roster of these days is not what it was.")
    DAY_CAME = "day_came", _("One of the two days has come.")
    RIVAL = "rival", _("Another swap of one of these shifts was approved.")


OPEN_SWAPS = (SwapState.ASKED, SwapState.AGREED)


class SwapQuerySet(models.QuerySet["Swap"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those one takes part in, and those at outlets where the viewer plans."""
        sight = viewer.sight
        mine = Q(pk__in=())
        if sight.employee_id is not None:
            mine = Q(asker=sight.employee_id) | Q(colleague=sight.employee_id)
        return self.filter(sight.outlets(Power.PLAN_ROSTERS, "outlet__") | mine)

    def open(self) -> Self:
        """Keep what still waits for the colleague or for approval."""
        return self.filter(state__in=OPEN_SWAPS)


class Swap(models.Model):
    """The asker's day `on` for the colleague's day `other_on`, at one outlet.

    The same date: they change shifts. Different dates: each works the other's shift of
    that date and is off on her own.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="swaps")
    asker = models.ForeignKey(Employee, models.PROTECT, related_name="swaps_asked")
    on = models.DateField()
    colleague = models.ForeignKey(
        Employee, models.PROTECT, related_name="swaps_asked_of"
    )
    other_on = models.DateField()
    gives = models.CharField(max_length=CODE_LENGTH, default="")
    takes = models.CharField(max_length=CODE_LENGTH, default="")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    state = models.CharField(
        max_length=9, choices=SwapState.choices, default=SwapState.ASKED
    )
    asked_at = models.DateTimeField(db_default=Now())
    agreed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=NOTE_LENGTH, blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asker=F("colleague")), name="swap_between_two"
            ),
        ]
        indexes = [models.Index(fields=["outlet", "state"])]

    def __str__(self) -> str:
        return f"{self.asker_id} {self.on:%F} {self.colleague_id} {self.other_on:%F}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_SWAPS

    @property
    def reason(self) -> str:
        """Why it ended, in the reader's language where we said so."""
        if self.state == SwapState.LAPSED and self.because in Lapse.values:
            return str(Lapse(self.because).label)
        return self.because


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, viewer: Viewer) -> Self:
        sight = viewer.sight
        theirs = Q(employee=sight.employee_id, employee__isnull=False)
        return self.filter(sight.outlets(Power.PLAN_ROSTERS, "outlet__") | theirs)


class Wish(models.Model):
    """A day somebody would like: to work a shift (None: any), or not to."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="shift_wishes")
    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="shift_wishes")
    on = models.DateField()
    shift = models.ForeignKey(ShiftKind, models.CASCADE, null=True, blank=True)
    wanted = models.BooleanField()
    said_at = models.DateTimeField(db_default=Now())

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["on", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "on"], name="wish_once_a_day"),
        ]
        indexes = [models.Index(fields=["outlet", "on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F}"


class CalendarFeed(models.Model):
    """The secret address of one person's shifts; only its hash is kept."""

    employee = models.OneToOneField(
        Employee, models.CASCADE, related_name="calendar_feed"
    )
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.employee_id)
