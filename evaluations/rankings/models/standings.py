"""Standings: what a run wrote of everybody."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from evaluations.rankings.models.listed import Listed
from evaluations.rankings.models.runs import (
    Run,
    RunFrozen,
    RunState,
    refuse_if_frozen,
)
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class StandingQuerySet(models.QuerySet["Standing"]):
    def update(self, **fields: Any) -> int:
        """Raises RunFrozen where a standing of a published run would change."""
        self._refuse_if_frozen()
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete()

    def _refuse_if_frozen(self) -> None:
        if self.filter(run__state=RunState.PUBLISHED).exists():
            raise RunFrozen

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what is within the viewer's records, and her own published standings."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, run__state=RunState.PUBLISHED)
        )


class Standing(Listed):
    """What a run says about one person, and the input line that it follows from.

    Places are those of the last day of the period; None where there is no such
    ancestor, or where she was assigned nowhere. `score` is the one that makes the
    rank. `position` orders the run uniquely; `tied_position` is shared with those
    whom even the tie-breaks leave equal. `adjusted_deviation` is the standard
    deviation of the adjusted score, in points. `intervals` gives, by level,
    [best rank, worst rank, band, chance of the quota]; `rank_low` and `rank_high` are
    those among all.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="standings")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="standings")
    employee_uuid = models.UUIDField()
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, related_name="standings"
    )

    raw_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    adjusted_score = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    adjusted_deviation = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    rank_outlet = models.PositiveIntegerField(null=True)
    intervals = models.JSONField(default=dict)
    eligible = models.BooleanField()
    reasons = models.JSONField(default=list)
    components = models.JSONField(default=dict)
    tied_position = models.PositiveIntegerField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["run_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "employee"], name="standing_once_per_run"
            ),
            models.UniqueConstraint(
                fields=["run", "position"], name="standing_position_once_per_run"
            ),
            models.CheckConstraint(
                condition=Q(eligible=False) | Q(score__isnull=False),
                name="standing_eligible_has_a_score",
            ),
            models.CheckConstraint(
                condition=Q(tied_position__lte=F("position")),
                name="standing_tied_position_is_the_first",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "outlet", "position"]),
            models.Index(fields=["run", "employee_uuid"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.position}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RunFrozen once the run is published."""
        refuse_if_frozen(self.run_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_if_frozen(self.run_id)
        return super().delete(*args, **kwargs)
