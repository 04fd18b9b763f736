"""What the weekly test of each post is made of."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from evaluations.knowledge.models.bank import keeps_bank
from outlets.places.sight import Viewer
from staffing.people.models import Post

MOST_MINUTES = 180
MOST_ATTEMPTS = 5


class BlueprintQuerySet(models.QuerySet["Blueprint"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if keeps_bank(viewer.sight) else self.none()


class Blueprint(models.Model):
    """The weekly test of one post; without `active`, nobody of the post takes one.

    `questions` says how many are drawn of each topic, by its code. `pass_mark` is in
    points, 0 to 100. Changes hold for sittings prepared from then on.
    """

    post = models.CharField(max_length=15, choices=Post, unique=True)
    active = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    pass_mark = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    attempts = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ATTEMPTS)]
    )
    questions = models.JSONField(default=dict)

    objects = BlueprintQuerySet.as_manager()

    class Meta:
        ordering = ["post"]

    def __str__(self) -> str:
        return self.get_post_display()

    @property
    def length(self) -> int:
        """How many questions a test has."""
        return sum(self.questions.values())
