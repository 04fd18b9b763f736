"""Checks as they were tapped, and what was marked."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.rules import FULL_SCORE, Mark
from evaluations.checks.timing import is_late
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.rules import OUTLET, PERSON, Judged
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.accounts.models import Device
from staffing.people.models import Employee, Post

NOTE_LENGTH = 500
NAME_LENGTH = 120


class CheckState(models.TextChoices):
    STANDING = "standing", _("counts")
    CONFLICT = "conflict", _("waits for a decision")
    SET_ASIDE = "set_aside", _("does not count")


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the checks where the viewer sees records, and those about herself."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def standing(self) -> Self:
        """Keep what counts: not undone, and not waiting for a decision."""
        return self.filter(state=CheckState.STANDING)

    def of_day(self, employee: Employee, on: date) -> Self:
        """Keep everything that was recorded about a person on a day, as it came."""
        return self.filter(employee=employee, on=on).in_order()

    def of_outlet_itself(self) -> Self:
        """Keep the checks that judge a place and nobody personally."""
        return self.filter(employee=None)

    def in_order(self) -> Self:
        """Sort by when it was observed; where only the day is known, first."""
        return self.order_by("on", F("observed_at").asc(nulls_first=True), "id")

    def with_marks(self) -> Self:
        """Read along what a page says about a check: who, by whom, the marks."""
        return self.select_related(
            "outlet", "employee", "by", "by__employee", "standard", "device"
        ).prefetch_related("marks__item")


class Check(models.Model):
    """One person, or one outlet (`employee` None), looked at once under one version.

    Items without a mark have passed. `score` (hundredths of a percentage point, 0 to
    10000) stands instead of marks where the items are not known. `slot` names the round
    of the day ("" unknown), `post` what she was then: it tells which items were asked.
    `rater` is the opaque key of who judged ("" unknown); `by` is set for what was
    tapped here, `by_name` for everything. `observed_at` None: only the day is known.
    `pending`: not yet in the ledger.

    Of what an enrolled tablet sent, `device` says which, `seconds` how long the line
    was looked at before it was confirmed, and `clock_ahead_seconds` how far its clock
    ran ahead of ours when it sent (None: it was right); `observed_at` is corrected by
    that already. `distance_m` is how far from the outlet the tablet said it was, in
    metres (None: it was not asked, or did not say); where it was is not kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="checks")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="checks"
    )
    on = models.DateField()
    slot = models.CharField(max_length=CODE_LENGTH)
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="checks")
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="checks")
    post = models.CharField(max_length=15, choices=Post.choices, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks_made",
    )
    by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    rater = models.CharField(max_length=32, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    observed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="checks"
    )
    seconds = models.PositiveIntegerField(null=True, blank=True)
    clock_ahead_seconds = models.IntegerField(null=True, blank=True)
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(
        max_length=9, choices=CheckState.choices, default=CheckState.STANDING
    )
    pending = models.BooleanField(default=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            # One that counts per card; a second tablet's stands beside it, uncounted.
            models.UniqueConstraint(
                "outlet",
                Coalesce("employee", 0),
                "on",
                "slot",
                "standard",
                condition=Q(state="standing") & ~Q(slot=""),
                name="check_once_per_card",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=FULL_SCORE),
                name="check_score_at_most_full",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "on"]),
            models.Index(fields=["employee", "on"]),
            models.Index(
                fields=["on", "employee"],
                condition=Q(pending=True),
                name="check_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.employee_id or ''} {self.on:%F} {self.slot}"

    @property
    def judged(self) -> Judged:
        """Whom or what it looked at; reads the employee, if there is one."""
        if self.employee is None:
            return Judged(OUTLET, slot=self.slot)
        return Judged(PERSON, self.employee.gender, self.post, self.slot)

    @property
    def clock_off(self) -> int | None:
        """By how many whole minutes the tablet's clock was wrong; None: it was not."""
        ahead = self.clock_ahead_seconds
        return None if ahead is None else round(abs(ahead) / 60)

    @property
    def is_late(self) -> bool:
        """Tell whether it reached us late, by the settings; reads the outlet."""
        return self.observed_at is not None and is_late(
            self.observed_at,
            self.received_at,
            self.outlet.zone,
            self.outlet.day_starts_at,
            settings.CHECKS_LATE_AFTER,
        )


class MarkKind(models.TextChoices):
    FAILED = Mark.FAILED.value, _("failed")
    NOT_APPLICABLE = Mark.NOT_APPLICABLE.value, _("not applicable")
    NOT_OBSERVED = Mark.NOT_OBSERVED.value, _("not observed")


class CheckMarkQuerySet(models.QuerySet["CheckMark"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(check_record__in=Check.objects.visible_to(viewer))


class CheckMark(models.Model):
    """One item of a check that did not simply pass."""

    check_record = models.ForeignKey(Check, models.CASCADE, related_name="marks")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    mark = models.CharField(max_length=14, choices=MarkKind.choices)

    objects = CheckMarkQuerySet.as_manager()

    class Meta:
        ordering = ["check_record", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_record", "item"], name="item_marked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_record_id} {self.item_id} {self.mark}"
