"""Checks as they were tapped, what was marked, and how that was corrected later."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.rules import FULL_SCORE, Mark
from evaluations.standards.models import Item, Standard, StandardVersion
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

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
            "outlet", "employee", "by", "by__employee", "standard"
        ).prefetch_related("marks__item")


class Check(models.Model):
    """One person, or one outlet (`employee` None), looked at once under one version.

    Items without a mark have passed. `score` (hundredths of a percentage point, 0 to
    10000) stands instead of marks where the items are not known. `slot` names the round
    of the day ("" unknown). `rater` is the opaque key of who judged ("" unknown); `by`
    is set for what was tapped here, `by_name` for everything. `observed_at` None: only
    the day is known. `pending`: not yet in the ledger.
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
    def is_late(self) -> bool:
        """Tell whether it reached us on another day than it was observed."""
        return (
            self.observed_at is not None
            and (self.received_at - self.observed_at).days >= 1
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


class Action(models.TextChoices):
    CORRECTED = "corrected", _("corrected")
    UNDONE = "undone", _("undone")
    CHOSEN = "chosen", _("chosen between two")
    LOADED = "loaded", _("completed by a spreadsheet")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(check_record__in=Check.objects.visible_to(viewer))


class Correction(models.Model):
    """What a check said before somebody changed it; never changed itself.

    `previous` holds `marks` (item code to mark), `score`, `note` and `state`.
    """

    check_record = models.ForeignKey(Check, models.PROTECT, related_name="corrections")
    action = models.CharField(max_length=9, choices=Action.choices)
    previous = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["check_record", "id"]

    def __str__(self) -> str:
        return f"{self.check_record_id} {self.action}"

    @property
    def check_shown(self) -> str:
        """The check in short: day, round, and who or which outlet it judged."""
        check = self.check_record
        about = check.employee.number if check.employee else check.outlet.code
        return f"{check.on:%F} {check.slot} {about}"

    @property
    def by_name(self) -> str:
        """Who changed it; "" where a spreadsheet did."""
        if self.by is None:
            return ""
        if self.by.employee is not None:
            return self.by.employee.name
        return self.by.get_full_name() or self.by.get_username()

    @property
    def marks_before(self) -> list[dict[str, str]]:
        """The earlier marks for people to read: item code and label."""
        return [
            {"code": code, "label": str(MarkKind(mark).label)}
            for code, mark in self.previous["marks"].items()
        ]

    @property
    def score_before(self) -> float | None:
        """The earlier score, 0 to 100; None where items were marked."""
        score = self.previous["score"]
        return None if score is None else score / 100
