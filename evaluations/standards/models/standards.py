"""Checklists as data: a standard, its immutable versions, and their items."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from evaluations.standards.rules import OUTLET, PERSON, ItemRule
from outlets.places.models import CODE_LENGTH, Area, Outlet, Region
from outlets.places.sight import Power, Viewer


def in_language(english: str, chinese: str) -> str:
    """Return the text of the active language; English where the other is missing."""
    return chinese if chinese and (get_language() or "").startswith("zh") else english


class StandardQuerySet(models.QuerySet["Standard"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Everybody who works here may read what is expected; nobody else."""
        sight = viewer.sight
        known = bool(sight.powers) or sight.employee_id is not None
        return self if known else self.none()

    def asked_at(self, outlet: Outlet) -> Self:
        """Keep what the card of this outlet asks for; reads its region."""
        path = outlet.region.path
        above = [path[: end + 1] for end, letter in enumerate(path) if letter == "/"]
        return self.filter(Q(region=None) | Q(region__path__in=above), on_card=True)

    def written_by(self, viewer: Viewer) -> Self:
        """Keep the standards that the viewer may change: those of her regions only."""
        reach = viewer.sight.reach(Power.WRITE_STANDARDS)
        if reach.everywhere:
            return self
        within = Q(pk__in=())
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)


class Standard(models.Model):
    """A checklist by code. `on_card` puts it on the tablet's card of every outlet.

    `slots` are the rounds of a day that the card asks for, separated by spaces. A
    standard of a `region` is asked of the outlets below it; None: of all outlets.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120, blank=True)
    on_card = models.BooleanField(default=False)
    slots = models.CharField(max_length=100, default="opening")
    position = models.PositiveSmallIntegerField(default=100)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)


class VersionQuerySet(models.QuerySet["StandardVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(standard__in=Standard.objects.visible_to(viewer))

    def in_force(self, on: date) -> Self:
        """Keep, of every standard, the version that holds on that day."""
        held = StandardVersion.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), standard=OuterRef("standard")
        ).order_by(F("valid_from").desc(nulls_last=True), "-number")
        return self.filter(pk=Subquery(held.values("pk")[:1]))


class Immutable(models.Model):
    """A row that is written once: whatever was judged by it must stay readable."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{self._meta.label} is never changed: make a new version")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self._meta.label} is never deleted")


class StandardVersion(Immutable):
    """What a standard asked for from `valid_from` on; the first holds for all time."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["standard", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "number"], name="standard_version_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None, number=1)
                | Q(valid_from__isnull=False, number__gt=1),
                name="first_version_holds_for_all_earlier_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} v{self.number}"


class Subject(models.TextChoices):
    PERSON = PERSON, _("a person")
    OUTLET = OUTLET, _("the outlet")


class Who(models.TextChoices):
    WOMEN = "F", _("women")
    MEN = "M", _("men")


class Evidence(models.TextChoices):
    """What a failed item asks for besides the tap."""

    NOTE = "note", _("a note")
    PHOTO = "photo", _("a photo")
    EITHER = "either", _("a note or a photo")


class Dimension(models.TextChoices):
    """The five dimensions of service quality."""

    RELIABILITY = "reliability", _("reliability")
    RESPONSIVENESS = "responsiveness", _("responsiveness")
    ASSURANCE = "assurance", _("assurance")
    EMPATHY = "empathy", _("empathy")
    TANGIBLES = "tangibles", _("tangibles")


class ItemFields(models.Model):
    """What an item says, in a version or in a draft of the next one.

    `weight` is in hundredths; empty text means any. `posts` and `slots` are codes
    separated by spaces: of whom, and in which rounds of the day, it is asked.
    `evidence` is what a failure asks for ("" nothing more); `area` names whose
    responsibility a failure is ("" nobody's in particular).
    """

    code = models.CharField(max_length=CODE_LENGTH)
    title_en = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200, blank=True)
    guide_en = models.CharField(max_length=300, blank=True)
    guide_zh = models.CharField(max_length=300, blank=True)
    section = models.CharField(max_length=80, blank=True)
    weight = models.PositiveIntegerField(default=100)
    critical = models.BooleanField(default=False)
    applies_to = models.CharField(max_length=6, choices=Subject.choices, blank=True)
    who = models.CharField(max_length=1, choices=Who.choices, blank=True)
    posts = models.CharField(max_length=100, blank=True)
    slots = models.CharField(max_length=100, blank=True)
    evidence = models.CharField(max_length=6, choices=Evidence.choices, blank=True)
    area = models.CharField(max_length=9, choices=Area.choices, blank=True)
    dimension = models.CharField(max_length=14, choices=Dimension.choices, blank=True)
    local = models.BooleanField(default=False)
    # Codes, separated by spaces, that leave the day when this item fails.
    overrides = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def guide(self) -> str:
        """When the item passes, in one sentence; "" where the title says it all."""
        return in_language(self.guide_en, self.guide_zh)

    @property
    def section_title(self) -> str:
        """The section in the reader's language; a company's own section as written."""
        return gettext(self.section) if self.section else ""

    @property
    def weight_shown(self) -> float:
        """The weight for people to read: 1 is the usual one."""
        return self.weight / 100

    @property
    def rule(self) -> ItemRule:
        return ItemRule(
            code=self.code,
            weight=self.weight,
            critical=self.critical,
            applies_to=self.applies_to,
            who=self.who,
            overrides=tuple(self.overrides.split()),
            posts=tuple(self.posts.split()),
            slots=tuple(self.slots.split()),
        )


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(version__standard__in=Standard.objects.visible_to(viewer))


class Item(Immutable, ItemFields):
    """One line of a version."""

    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="items")

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
        ]
