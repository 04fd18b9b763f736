"""The ranking of outlets and regions that goes with a run of people."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.rankings.models.listed import Listed
from evaluations.rankings.models.runs import Run, RunFrozen, RunState
from evaluations.rankings.models.schemes import Scheme, SchemeVersionInUse
from evaluations.rankings.models.standings import Standing
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.scheme import SchemeError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer

PLACE_SCHEME_NAMES = {"outlet_service": _("Outlet service")}
_USED = _("A run has used this version. Make the next one instead.")


class PlaceSchemeQuerySet(models.QuerySet["PlaceScheme"]):
    def update(self, **fields: Any) -> int:
        """Raises SchemeVersionInUse where a run has used one of them."""
        self._refuse_if_used()
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_if_used()
        return super().delete()

    def _refuse_if_used(self) -> None:
        if self.filter(runs__isnull=False).exists():
            raise SchemeVersionInUse(_USED)

    def visible_to(self, viewer: Viewer) -> Self:
        """Rules are open to whoever sees the schemes of people."""
        return self if Scheme.objects.visible_to(viewer).exists() else self.none()

    def for_period(self, code: str, period: Period) -> "PlaceScheme | None":
        """Return the version in force when `period` begins, else the first one."""
        versions = self.filter(code=code)
        begun = versions.filter(valid_from__lte=period.first).order_by("-number")
        return begun.first() or versions.order_by("number").first()


class PlaceScheme(models.Model):
    """A dated version of how outlets are scored.

    Once a run has used it, it can only be superseded, by a higher number.
    """

    code = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    rules = models.JSONField()

    objects = PlaceSchemeQuerySet.as_manager()

    class Meta:
        ordering = ["code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="place_scheme_version_once"
            ),
        ]

    def __str__(self) -> str:
        return str(PLACE_SCHEME_NAMES.get(self.code, self.code))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises SchemeVersionInUse once a run has used the version."""
        self._refuse_if_used()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_used()
        return super().delete(*args, **kwargs)

    def _refuse_if_used(self) -> None:
        if self.pk is not None and self.runs.exists():
            raise SchemeVersionInUse(_USED)

    def clean(self) -> None:
        try:
            PlaceRules.parse(self.rules)
        except SchemeError as error:
            raise ValidationError({"rules": str(error)}) from error


class FrozenWithRun(models.QuerySet[Any]):
    """Rows that a published run has put its name to: they stay as they are."""

    run_state = "places__run__state"

    def update(self, **fields: Any) -> int:
        """Raises RunFrozen where a row of a published run would change."""
        self.refuse_if_frozen()
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.refuse_if_frozen()
        return super().delete()

    def refuse_if_frozen(self) -> None:
        """Raise RunFrozen where one of the rows is that of a published run."""
        if self.filter(**{self.run_state: RunState.PUBLISHED}).exists():
            raise RunFrozen


class FrozenRow(models.Model):
    """A row that nothing changes or takes away once its run is published."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RunFrozen where the row is that of a published run."""
        self._refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        itself = type(self)._default_manager.filter(pk=self.pk)
        if self.pk is not None and isinstance(itself, FrozenWithRun):
            itself.refuse_if_frozen()


class PlaceRunQuerySet(FrozenWithRun):
    run_state = "run__state"

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(run__in=Run.objects.visible_to(viewer))


class PlaceRun(FrozenRow):
    """The outlets of one run of people: made once, reviewed and published with it.

    `head` and the outlets' `input` are the canonical input, `input_hash` the SHA-256
    over them, `hash` the one over input and output; neither covers a name.
    """

    run = models.OneToOneField(Run, models.PROTECT, related_name="places")
    scheme = models.ForeignKey(PlaceScheme, models.PROTECT, related_name="runs")
    head = models.TextField()
    outlets = models.PositiveIntegerField()
    ranked = models.PositiveIntegerField()
    input_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField(db_default=Now())

    objects = PlaceRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"outlets of #{self.run_id}"


class PlaceStandingQuerySet(FrozenWithRun):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the outlets within the viewer's records, and her own once published.

        Her own is the one where the run lists her.
        """
        sight = viewer.sight
        listed = Standing.objects.filter(
            run=OuterRef("places__run"),
            outlet=OuterRef("outlet"),
            employee=sight.employee_id,
        )
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(Exists(listed), places__run__state=RunState.PUBLISHED)
        )

    def winners(self) -> Self:
        """Keep the winners of published runs: they are public in the chain."""
        return self.filter(winner=True, places__run__state=RunState.PUBLISHED)


class PlaceStanding(FrozenRow, Listed):
    """What a run says about one outlet, and the input line that it follows from.

    `people` are listed there, `staff` of them have a score. `parts` gives each part's
    value, weight and points. `winner`: among the best of its city that are named.
    `position` orders the run uniquely: by score, then by code.
    """

    places = models.ForeignKey(PlaceRun, models.PROTECT, related_name="standings")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()
    staff = models.PositiveIntegerField()
    parts = models.JSONField(default=dict)
    winner = models.BooleanField(default=False)

    objects = PlaceStandingQuerySet.as_manager()

    class Meta:
        ordering = ["places_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["places", "position"], name="place_standing_position_once"
            ),
            models.UniqueConstraint(
                fields=["places", "outlet"], name="place_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(winner=False) | Q(score__isnull=False),
                name="place_standing_winner_has_a_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.places_id} {self.outlet_id}"


class RegionStandingQuerySet(FrozenWithRun):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the regions that lie wholly within the viewer's records."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        if reach.everywhere:
            return self
        within = Q(pk__in=())
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)


class RegionStanding(FrozenRow):
    """A region's mean over `outlets` outlets with a score, weighted by `people`."""

    places = models.ForeignKey(PlaceRun, models.PROTECT, related_name="regions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    level = models.CharField(max_length=8)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    outlets = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(null=True)
    rank_province = models.PositiveIntegerField(null=True)

    objects = RegionStandingQuerySet.as_manager()

    class Meta:
        ordering = ["places_id", "level", F("rank").asc(nulls_last=True), "region_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["places", "region", "level"], name="region_standing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.places_id} {self.region_id}"
