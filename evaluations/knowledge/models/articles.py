"""What there is to know: topics, and articles that everybody on the staff reads."""

from collections.abc import Iterable, Sequence
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Max, Q, When
from django.utils import timezone

from evaluations.standards.models import in_language
from outlets.places.models import CODE_LENGTH
from outlets.places.sight import Sight, Viewer

TITLE_LENGTH = 120


def reads_articles(sight: Sight) -> bool:
    """Tell whether somebody works for the chain, as staff or by a power."""
    return sight.employee_id is not None or any(sight.powers.values())


class Topic(models.Model):
    """A field of knowledge; questions and articles stand under one."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title_en = models.CharField(max_length=TITLE_LENGTH)
    title_zh = models.CharField(max_length=TITLE_LENGTH, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)


class Article(models.Model):
    """One article; what it says stands in its versions."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="articles")

    class Meta:
        ordering = ["topic__position", "code"]

    def __str__(self) -> str:
        return self.code


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep every article for who works for the chain, and none for others."""
        return self if reads_articles(viewer.sight) else self.none()

    def current(self) -> Self:
        """Keep the newest version of each article."""
        newest = self.alias(newest=Max("article__versions__number"))
        return newest.filter(number=F("newest"))

    def saying(self, words: Sequence[str]) -> Self:
        """Keep those that hold all words, in either language, the nearest first.

        Nearest: whose title is what was asked for, begins so, or holds all the words,
        alone or with the name of its topic; then what only says them in its text.
        """
        whole = " ".join(words)
        told = self.filter(_all_in(words, *TITLES, *TOPICS, *BODIES)).alias(
            nearness=Case(
                When(_any(TITLES, "iexact", whole), then=0),
                When(_any(TITLES, "istartswith", whole), then=1),
                When(_all_in(words, *TITLES), then=2),
                When(_all_in(words, *TITLES, *TOPICS), then=3),
                default=4,
            )
        )
        return told.order_by("nearness", "article__topic__position", "article__code")


TITLES, BODIES = ("title_en", "title_zh"), ("body_en", "body_zh")
TOPICS = ("article__topic__title_en", "article__topic__title_zh")


def _any(fields: Iterable[str], lookup: str, text: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__{lookup}": text})
    return found


def _all_in(words: Iterable[str], *fields: str) -> Q:
    """Return the filter for rows of which each word stands in some of the fields."""
    found = Q()
    for word in words:
        found &= _any(fields, "icontains", word)
    return found


class ArticleVersion(models.Model):
    """What an article says from `at` on, in both languages; written once."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title_en = models.CharField(max_length=TITLE_LENGTH)
    title_zh = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body_en = models.TextField()
    body_zh = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="article_version_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def body(self) -> str:
        return in_language(self.body_en, self.body_zh)
