"""Award lists drawn from a ranking run, and the awards that stand on them."""

import uuid
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from evaluations.rankings.models import Run, Standing
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class Title(models.TextChoices):
    SERVICE_STAR = "service_star", _("Service Star")
    QUALITY_SERVICE_MODEL = "quality_service_model", _("Quality Service Model")
    EXCELLENT_STAFF = "excellent_staff", _("Excellent Staff of the Year")
    EXCELLENT_TEAM = "excellent_team", _("Excellent Team")
    STAR_OUTLET = "star_outlet", _("Star Outlet")
    CIVILISED_UNIT = "civilised_unit", _("Civilised Unit")


# What an outlet may call itself; the other titles are people's.
OUTLET_TITLES = (Title.EXCELLENT_TEAM, Title.STAR_OUTLET, Title.CIVILISED_UNIT)
NAMESPACE = uuid.UUID("6f1d5b5e-0b5c-5c0e-9a39-3a6b1f6d2f11")


def lasting_id(*parts: object) -> uuid.UUID:
    """Return the id that an award keeps over the revisions of its ranking.

    It is made of what the award is: period, scheme, level, title, place and whose.
    """
    return uuid.uuid5(NAMESPACE, "/".join(map(str, parts)))


class Level(models.TextChoices):
    OUTLET = "outlet", _("outlet")
    COUNTY = "county", _("county")
    CITY = "city", _("city")
    PROVINCE = "province", _("province")
    CLASS = "class", _("outlet class")
    ALL = "all", _("whole chain")


class ListStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")


class AwardListQuerySet(models.QuerySet["AwardList"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Published lists are for everybody in the chain; drafts for who decides."""
        if viewer.sight.may(Power.SEE_AWARDS):
            return self
        if viewer.sight.employee_id is None and not viewer.sight.powers:
            return self.none()
        return self.filter(status=ListStatus.PUBLISHED)


class AwardList(models.Model):
    """The winners of one title at one level, drawn from one run."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="award_lists")
    period = models.CharField(max_length=7)
    level = models.CharField(max_length=8, choices=Level.choices)
    title = models.CharField(max_length=30, choices=Title.choices)
    status = models.CharField(
        max_length=10, choices=ListStatus.choices, default=ListStatus.DRAFT
    )
    drawn_at = models.DateTimeField(db_default=Now())
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = AwardListQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "level", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "level", "title"], name="award_list_once"
            ),
            models.CheckConstraint(
                condition=Q(status=ListStatus.DRAFT) ^ Q(published_at__isnull=False),
                name="published_list_says_when",
            ),
        ]
        indexes = [models.Index(fields=["period", "status"])]

    def __str__(self) -> str:
        return f"{self.title} {self.period} {self.level}"


class AwardState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    HELD = "held", _("held: a case is open")
    AWARDED = "awarded", _("awarded")
    DISQUALIFIED = "disqualified", _("disqualified")


def _appeal_state(way: str) -> Coalesce:
    """Return the state of the newest objection or appeal; `way`: the nomination's."""
    said = apps.get_model("awards", "Objection").objects.filter(
        **{f"nomination__{way}": OuterRef("pk")}
    )
    newest = said.order_by("-at", "-id").values("state")[:1]
    return Coalesce(Subquery(newest), Value("none"))


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what was awarded in public, and within reach what was not."""
        public = Q(
            award_list__status=ListStatus.PUBLISHED, state=AwardState.AWARDED
        ) & Q(award_list__in=AwardList.objects.visible_to(viewer))
        within = viewer.sight.outlets(Power.SEE_AWARDS, "outlet__")
        return self.filter(within | public if viewer.sight.in_public else within)

    def with_figures_for(self, viewer: Viewer) -> Self:
        """Say of each whether `viewer` may read its rank and score: `.shows_figures`.

        `shown_rank` is its rank then, else None.

        Who has won is public in the chain; by how much, and who came before whom, is
        for who sees records or awards there, and for the winner herself.
        """
        sight = viewer.sight
        within = sight.outlets(Power.SEE_AWARDS, "outlet__") | sight.outlets(
            Power.SEE_RECORDS, "outlet__"
        )
        own = Q(employee=sight.employee_id, employee__isnull=False)
        return self.annotate(
            shows_figures=Case(When(within | own, then=True), default=False),
            shown_rank=Case(When(within | own, then="rank")),
        )

    def with_what_followed(self) -> Self:
        """Say of each how an objection or an appeal stands, and its bonus.

        `.appeal_state` is that of the newest: none, open, upheld or dismissed;
        `.bonus_amount` is in hundredths, None where none stands.
        """
        bonuses = apps.get_model("awards", "Bonus")
        standing = bonuses.objects.filter(award=OuterRef("pk"), taken_back_at=None)
        return self.annotate(
            appeal_state=_appeal_state("award"),
            bonus_amount=Subquery(standing.values("amount")[:1]),
        )


class Award(models.Model):
    """One winner. `place_code` is the outlet or region whose prize it is.

    `rank` is None where the place is too small for a rank to be shown. `lasting_id` is
    the same in every revision in which she wins the same thing.
    """

    lasting_id = models.UUIDField(editable=False)

    award_list = models.ForeignKey(AwardList, models.PROTECT, related_name="awards")
    standing = models.ForeignKey(Standing, models.PROTECT, related_name="awards")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="awards")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="awards")
    place_code = models.CharField(max_length=40)
    place_name = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(null=True)
    state = models.CharField(
        max_length=12, choices=AwardState.choices, default=AwardState.PROPOSED
    )
    reason = models.CharField(max_length=300, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["place_code", "rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award_list", "place_code", "employee"], name="award_once"
            ),
            models.UniqueConstraint(
                fields=["award_list", "lasting_id"], name="award_lasts_once_a_list"
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.DISQUALIFIED) | ~Q(reason=""),
                name="award_disqualified_says_why",
            ),
        ]
        indexes = [models.Index(fields=["lasting_id"])]

    def __str__(self) -> str:
        return f"{self.award_list_id} {self.place_code} {self.employee_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_lastingly()
        super().save(*args, **kwargs)

    def name_lastingly(self) -> None:
        """Give a new award its lasting id; bulk writes call this themselves."""
        listed = self.award_list
        self.lasting_id = self.lasting_id or lasting_id(
            listed.period,
            listed.run.scheme_id,
            listed.level,
            listed.title,
            self.place_code,
            self.standing.employee_uuid,
        )


class OutletAwardQuerySet(models.QuerySet["OutletAward"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what was awarded in public, and within reach what was not."""
        public = Q(
            award_list__status=ListStatus.PUBLISHED, state=AwardState.AWARDED
        ) & Q(award_list__in=AwardList.objects.visible_to(viewer))
        within = viewer.sight.outlets(Power.SEE_AWARDS, "outlet__")
        return self.filter(within | public if viewer.sight.in_public else within)

    def with_what_followed(self) -> Self:
        """Say of each how an objection or an appeal stands: `.appeal_state`."""
        return self.annotate(appeal_state=_appeal_state("outlet_award"))


class OutletAward(models.Model):
    """An outlet that may call itself by the list's title; `stars` 1 to 5 or None."""

    lasting_id = models.UUIDField(editable=False)
    award_list = models.ForeignKey(
        AwardList, models.PROTECT, related_name="outlet_awards"
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="outlet_awards")
    place_code = models.CharField(max_length=40)
    place_name = models.CharField(max_length=200)
    stars = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(
        max_length=12, choices=AwardState.choices, default=AwardState.PROPOSED
    )
    reason = models.CharField(max_length=300, blank=True)

    objects = OutletAwardQuerySet.as_manager()

    class Meta:
        ordering = ["place_code", "outlet__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["award_list", "outlet"], name="outlet_award_once"
            ),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, 5)),
                name="outlet_award_has_one_to_five_stars",
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.DISQUALIFIED) | ~Q(reason=""),
                name="outlet_award_disqualified_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_list_id} {self.outlet_id}"
