"""The ranking of outlets and regions that goes with a run of people."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, RunState, Scheme, Standing
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.scheme import SchemeError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer

PLACE_SCHEME_NAMES = {"outlet_service": _("Outlet service")}


class PlaceSchemeQuerySet(models.QuerySet["PlaceScheme"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Rules are open to whoever sees the schemes of people."""
        return self if Scheme.objects.visible_to(viewer).exists() else self.none()

    def for_period(self, code: str, period: Period) -> "PlaceScheme | None":
        """Return the version in force when `period` begins, else the first one."""
        versions = self.filter(code=code)
        begun = versions.filter(valid_from__lte=period.first).order_by("-number")
        return begun.first() or versions.order_by("number").first()


class PlaceScheme(models.Model):
    """A dated version of how outlets are scored; a used one is superseded by number."""

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

    def clean(self) -> None:
        try:
            PlaceRules.parse(self.rules)
        except SchemeError as error:
            raise ValidationError({"rules": str(error)}) from error


class PlaceRunQuerySet(models.QuerySet["PlaceRun"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(run__in=Run.objects.visible_to(viewer))


class PlaceRun(models.Model):
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


class PlaceStandingQuerySet(models.QuerySet["PlaceStanding"]):
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


class PlaceStanding(models.Model):
    """What a run says about one outlet, and the input line that it follows from.

    `people` are listed there, `staff` of them have a score. `parts` gives each part's
    value, weight and points. `winner`: among the best of its city that are named.
    `position` orders the run uniquely: by score, then by code.
    """

    places = models.ForeignKey(PlaceRun, models.PROTECT, related_name="standings")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    county = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    city = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    outlet_class = models.CharField(max_length=1, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    people = models.PositiveIntegerField()
    staff = models.PositiveIntegerField()
    parts = models.JSONField(default=dict)
    rank_county = models.PositiveIntegerField(null=True)
    rank_city = models.PositiveIntegerField(null=True)
    rank_province = models.PositiveIntegerField(null=True)
    rank_class = models.PositiveIntegerField(null=True)
    rank_all = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    winner = models.BooleanField(default=False)
    position = models.PositiveIntegerField()
    input = models.TextField()

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


class RegionStandingQuerySet(models.QuerySet["RegionStanding"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the regions that lie wholly within the viewer's records."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        if reach.everywhere:
            return self
        within = Q(pk__in=())
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)


class RegionStanding(models.Model):
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
