"""A month of an outlet on its way to being published, and what was changed after."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee
from staffing.rosters.models.days import Absence
from staffing.rosters.models.shifts import ShiftKind

WHY_LENGTH = 200


class RosterState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class RosterQuerySet(models.QuerySet["Roster"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the months of outlets where the viewer sees records."""
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))


class Roster(models.Model):
    """The month of an outlet; `month` is its first day.

    `version` counts the saves, so that nobody writes over what she has not seen. The
    cells of a draft are `PlannedDay` rows; publishing copies them to `RosterDay`, which
    everything else reads, and what is changed from then on is changed there.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="rosters")
    month = models.DateField()
    state = models.CharField(
        max_length=9, choices=RosterState.choices, default=RosterState.DRAFT
    )
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "outlet"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "month"], name="roster_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="roster_month_first"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") ^ Q(published_at__isnull=False),
                name="roster_published_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.month:%Y-%m}"

    @property
    def is_published(self) -> bool:
        return self.state == RosterState.PUBLISHED


class PlannedDayQuerySet(models.QuerySet["PlannedDay"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep drafts of outlets where the viewer plans; nobody sees her own draft."""
        return self.filter(viewer.sight.outlets(Power.PLAN_ROSTERS, "roster__outlet__"))


class PlannedDay(models.Model):
    """A cell of a draft: a shift or an absence. `locked`: the generator leaves it.

    A locked cell may be empty of both: kept free.
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="planned_days")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="planned_days")
    on = models.DateField()
    shift = models.ForeignKey(ShiftKind, models.PROTECT, null=True, blank=True)
    absence = models.CharField(max_length=5, choices=Absence.choices, blank=True)
    locked = models.BooleanField(default=False)

    objects = PlannedDayQuerySet.as_manager()

    class Meta:
        ordering = ["on", "employee"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "employee", "on"], name="planned_day_once"
            ),
            models.CheckConstraint(
                condition=Q(shift=None) | Q(absence=""), name="planned_shift_or_absence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F}"


class ChangeKind(models.TextChoices):
    EDIT = "edit", _("changed by hand")
    LEAVE = "leave", _("leave")
    SWAP = "swap", _("swap")
    REPAIR = "repair", _("repaired by the generator")


class RosterChangeQuerySet(models.QuerySet["RosterChange"]):
    def visible_to(self, viewer: Viewer) -> Self:
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class RosterChange(models.Model):
    """A published day that became another: what it was, what it is, who and why.

    `before` and `after` hold the code of a shift or an absence, "" for neither.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="roster_changes")
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="roster_changes"
    )
    on = models.DateField()
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=6, choices=ChangeKind.choices)
    why = models.CharField(max_length=WHY_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = RosterChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["outlet", "on"]),
            models.Index(
                fields=["employee"],
                condition=Q(seen_at=None),
                name="roster_change_unseen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F} {self.before}→{self.after}"


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", pgettext_lazy("state of a job", "failed")
    CANCELLED = "cancelled", _("cancelled")


class SearchQuerySet(models.QuerySet["Search"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.PLAN_ROSTERS, "roster__outlet__"))


class Search(models.Model):
    """One search of the generator for a month, its best roster so far, and its end.

    `cells` is the best roster: {employee id: {ISO date: shift code}}. `missed` says
    what it does not grant and why: a list of {what, who, on, why}. `cost` and `bound`
    are in points; None before a roster was found. `read_version` is the version of the
    month it began from. `accepted_at` None: it is a proposal, or was left.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    roster = models.ForeignKey(Roster, models.CASCADE, related_name="searches")
    state = models.CharField(
        max_length=9, choices=JobState.choices, default=JobState.WAITING
    )
    seconds = models.PositiveSmallIntegerField()
    read_version = models.PositiveIntegerField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now())
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    cost = models.PositiveIntegerField(null=True)
    bound = models.PositiveIntegerField(null=True)
    found = models.PositiveIntegerField(default=0)
    cells = models.JSONField(default=dict)
    missed = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True)

    objects = SearchQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state not in (JobState.WAITING, JobState.RUNNING)

    @property
    def gap_percent(self) -> int | None:
        """How much better it could be at most; None before a roster was found."""
        if self.cost is None or self.bound is None:
            return None
        return round(100 * (self.cost - self.bound) / self.cost) if self.cost else 0


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, viewer: Viewer) -> Self:
        reach = viewer.sight.reach(Power.PUBLISH_ROSTERS)
        if reach.everywhere:
            return self
        within = Q(pk__in=())
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)


class Publication(models.Model):
    """The months of a region's outlets, published in one go.

    `left` holds what was not published: a list of {outlet, why}.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    month = models.DateField()
    state = models.CharField(
        max_length=9, choices=JobState.choices, default=JobState.WAITING
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=list)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.region_id} {self.month:%Y-%m}"

    @property
    def is_over(self) -> bool:
        return self.state not in (JobState.WAITING, JobState.RUNNING)


def first_of_month(day: date) -> date:
    return day.replace(day=1)
