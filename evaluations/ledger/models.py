"""The one table that everything counts through, and which periods are closed."""

from decimal import Decimal
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class EntryKind(models.TextChoices):
    SCORE = "score", _("score")
    ADJUSTMENT = "adjustment", _("bonus or deduction")
    BAR = "bar", _("bar")
    LIFT = "lift", _("lifted bar")
    HOLD = "hold", _("open case")


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what is within the viewer's records, and what is about herself."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def addressed(
        self, source: str, source_id: str, *, component: str, version: int
    ) -> Self:
        """Keep what was posted (no reversals) about one thing under one version."""
        return self.filter(
            reverses=None,
            source=source,
            source_id=source_id,
            component=component,
            version=version,
        )

    def standing(self) -> Self:
        """Keep what holds today: neither a reversal nor reversed."""
        return self.filter(reverses=None, reversal=None)


class Entry(models.Model):
    """One judged thing, never changed: a correction reverses it and posts anew.

    `points` of `out_of` are integers in hundredths; `n` counts the records behind the
    entry. A reversal carries all three with the sign turned, so plain sums hold.
    `on` is the trading day; `outlet` is where the person worked that day (None: she was
    assigned nowhere). `employee` None: about the outlet. `rater` is an opaque key of
    who judged. A bar's `scope` names the period it covers (`2026-10`, `2026-Q4`,
    `2026`); empty: open from `on`.
    """

    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="entries"
    )
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, related_name="entries"
    )
    on = models.DateField()
    component = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=10, choices=EntryKind.choices, default=EntryKind.SCORE
    )
    points = models.IntegerField(default=0)
    out_of = models.IntegerField(default=0)
    n = models.IntegerField(default=1)
    rater = models.CharField(max_length=60, blank=True)
    scope = models.CharField(max_length=7, blank=True)
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversal"
    )
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    posted_at = models.DateTimeField(db_default=Now())

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                "source",
                "source_id",
                "component",
                "kind",
                "scope",
                Coalesce("employee", 0),
                "version",
                condition=Q(reverses=None),
                name="entry_version_once",
            ),
        ]
        indexes = [
            models.Index(fields=["on", "component", "employee"]),
            models.Index(fields=["employee", "on"]),
            # Bars, lifts and holds are few; every run and every award looks for them.
            models.Index(
                fields=["kind", "employee"],
                condition=~Q(kind=EntryKind.SCORE),
                name="entry_not_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id} v{self.version}"

    def get_absolute_url(self) -> str:
        """Return the page of what was said about the same thing, all versions.

        The address is made of the entry's own key, never of its place in the table:
        a count of entries would tell how much is posted about others. Reads
        `employee`: select it along for a list.
        """
        path = reverse(
            "ledger:entry",
            args=[self.source, self.component, self.version, self.source_id],
        )
        said = {
            "kind": "" if self.kind == EntryKind.SCORE else self.kind,
            "scope": self.scope,
            "of": self.employee.number if self.employee else "",
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def component_label(self) -> str:
        return component_label(self.component)

    @property
    def points_shown(self) -> Decimal:
        return Decimal(self.points) / 100

    @property
    def out_of_shown(self) -> Decimal:
        return Decimal(self.out_of) / 100


class PeriodState(models.TextChoices):
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")


class PeriodChangeQuerySet(models.QuerySet["PeriodChange"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.sight.may(Power.SEE_RECORDS) else self.none()


class PeriodChange(models.Model):
    """A period was closed or reopened; the newest row of a period holds."""

    period = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=PeriodState.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    objects = PeriodChangeQuerySet.as_manager()

    class Meta:
        ordering = ["period", "id"]

    def __str__(self) -> str:
        return f"{self.period} {self.state}"
