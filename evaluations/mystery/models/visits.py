"""Mystery visits: what an undercover customer met, and when the outlet may know."""

from datetime import date as Day
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from evaluations.mystery.rules.clocks import working_day_after
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Sight, Viewer
from staffing.people.models import Agency, Employee


def enters_visits(sight: Sight) -> bool:
    """Tell whether somebody enters visits: anybody's, or those of her agency."""
    return sight.may(Power.ENTER_VISITS) or bool(sight.agency_ids)


def handles_visits(sight: Sight) -> bool:
    """Tell whether somebody works with visits before their release."""
    return enters_visits(sight) or sight.may(Power.SEE_UNRELEASED)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep released visits within reach or about herself; and what she handles.

        Nobody at the outlet sees a visit before its release; the region above checks
        it first. Who works for an agency sees that agency's visits, released or not.
        """
        sight = viewer.sight
        released = Q(released_at__isnull=False) & (
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )
        return self.filter(
            released
            | sight.outlets(Power.ENTER_VISITS, "outlet__")
            | sight.outlets(Power.SEE_UNRELEASED, "outlet__")
            | Q(agency__in=sight.agency_ids)
        )

    def concealed_from(self, viewer: Viewer | None) -> Self:
        """Keep those whose history is not told yet; None: nobody in particular."""
        if viewer is not None and viewer.sight.reach(Power.SEE_UNRELEASED).everywhere:
            return self.none()
        return self.filter(released_at=None)

    def with_places(self) -> Self:
        """Fetch along what `shows_employee` and the pages read."""
        return self.select_related("outlet__region", "employee", "agency")


class Visit(models.Model):
    """One visit: `points` of `out_of`, both in hundredths.

    `employee` None: no badge was readable, the visit counts for the outlet only.
    `badge` is the number as an agency wrote it down; whose it is, if anybody's, an
    agency never learns.
    `released_at` None: not yet released. `pending`: the ledger does not yet say what
    this row says. Until `appeal_until` it may be appealed (None: as the setting says);
    `disputed`: an appeal waits for its decision. `annulled_at`: an appeal was upheld,
    and the visit counts for nobody.
    """

    visit_no = models.CharField(max_length=CODE_LENGTH, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="visits")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    date = models.DateField()
    badge = models.CharField(max_length=CODE_LENGTH, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    points = models.PositiveIntegerField()
    out_of = models.PositiveIntegerField()
    comment = models.CharField(max_length=2000, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    pending = models.BooleanField(default=True)
    appeal_until = models.DateField(null=True, editable=False)
    disputed = models.BooleanField(default=False, editable=False)
    annulled_at = models.DateTimeField(null=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(out_of__gt=0, points__lte=F("out_of")),
                name="visit_points_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["-date", "-id"], name="visit_newest"),
            models.Index(fields=["outlet", "date"], name="visit_outlet_day"),
            models.Index(
                fields=["date"], condition=Q(pending=True), name="visit_pending"
            ),
        ]

    def __str__(self) -> str:
        return self.visit_no

    def shows_employee(self, viewer: Viewer) -> bool:
        """Tell whether `viewer`, who sees the visit, may know who was judged.

        Not who sees it for an agency: she judges back to back, without the chain.
        """
        sight = viewer.sight
        if self.employee_id is not None and self.employee_id == sight.employee_id:
            return True
        powers = (Power.SEE_RECORDS, Power.ENTER_VISITS, Power.SEE_UNRELEASED)
        path = self.outlet.region.path
        return any(
            sight.reach(power).covers(outlet_id=self.outlet_id, region_path=path)
            for power in powers
        )

    @property
    def appeals_end_on(self) -> Day | None:
        """The last day of the outlet on which it may be appealed; None: not released.

        A visit from a file has no day kept: holidays are not looked at then.
        """
        if self.released_at is None:
            return None
        released_on = timezone.localtime(self.released_at, self.outlet.zone).date()
        return self.appeal_until or working_day_after(
            released_on, settings.MYSTERY_APPEAL_DAYS, ()
        )

    @property
    def is_locked(self) -> bool:
        """Tell whether it stands for good: nobody may appeal, no appeal is open."""
        last = self.appeals_end_on
        if last is None or self.disputed:
            return False
        return timezone.localtime(timezone=self.outlet.zone).date() > last

    @property
    def points_shown(self) -> Decimal:
        return Decimal(self.points) / 100

    @property
    def out_of_shown(self) -> Decimal:
        return Decimal(self.out_of) / 100

    @property
    def percent(self) -> float:
        """The points in percent of what could be had."""
        return 100 * self.points / self.out_of
