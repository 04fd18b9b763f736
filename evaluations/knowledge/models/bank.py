"""The question bank. Who keeps it sees the right answers, and nobody else does."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models.articles import Article, Topic
from evaluations.knowledge.rules import marking
from evaluations.standards.models import in_language
from outlets.places.models import CODE_LENGTH
from outlets.places.sight import Power, Sight, Viewer

TEXT_LENGTH = 400
MOST_WEIGHT = 10
# Who sets up the house or loads its spreadsheets, everywhere.
BANK_POWERS = (Power.INGEST, Power.CONFIGURE)


def keeps_bank(sight: Sight) -> bool:
    """Tell whether somebody writes questions, and so reads the right answers."""
    return any(sight.reach(power).everywhere for power in BANK_POWERS)


class QuestionKind(models.TextChoices):
    SINGLE = marking.SINGLE, _("one right choice")
    MULTIPLE = marking.MULTIPLE, _("several right choices")
    TRUE_FALSE = marking.TRUE_FALSE, _("true or false")
    FILL = marking.FILL, _("fill in")
    ORDER = marking.ORDER, _("put in order")


class Question(models.Model):
    """One question; what it asks stands in its versions. Retired: not drawn again."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class QuestionVersionQuerySet(models.QuerySet["QuestionVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep everything for who keeps the bank, and nothing for anybody else."""
        return self if keeps_bank(viewer.sight) else self.none()

    def current(self) -> Self:
        """Keep the newest version of each question."""
        newest = self.alias(newest=Max("question__versions__number"))
        return newest.filter(number=F("newest"))

    def to_be_asked(self) -> Self:
        """Keep what a test that begins now may ask."""
        return self.current().filter(question__retired_on=None)

    def saying(self, text: str) -> Self:
        """Keep those whose code or words, in either language, hold `text`."""
        return self.filter(
            Q(question__code__icontains=text)
            | Q(text_en__icontains=text)
            | Q(text_zh__icontains=text)
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One option as a page shows it; `number` counts from 1 as written."""

    number: str
    text: str


class QuestionVersion(models.Model):
    """What a question asks from `at` on, in both languages; written once.

    `answer` is a list of texts as `rules.marking` reads it: the numbers of the right
    options, "1" or "0", or the texts accepted. Of a question that asks for an order it
    is empty: the options are written in the right one.
    """

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=10, choices=QuestionKind)
    text_en = models.CharField(max_length=TEXT_LENGTH)
    text_zh = models.CharField(max_length=TEXT_LENGTH, blank=True)
    options_en = models.JSONField(default=list, blank=True)
    options_zh = models.JSONField(default=list, blank=True)
    answer = models.JSONField(default=list, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    explanation_en = models.CharField(max_length=TEXT_LENGTH, blank=True)
    explanation_zh = models.CharField(max_length=TEXT_LENGTH, blank=True)
    article = models.ForeignKey(
        Article, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="question_version_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT),
                name="question_has_weight",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return in_language(self.text_en, self.text_zh)

    @property
    def explanation(self) -> str:
        return in_language(self.explanation_en, self.explanation_zh)

    @property
    def options(self) -> list[Option]:
        """Return the options in the reader's language, as they were written."""
        if self.kind == QuestionKind.TRUE_FALSE:
            true = pgettext_lazy("of a statement", "true")
            false = pgettext_lazy("of a statement", "false")
            return [Option("1", str(true)), Option("0", str(false))]
        chinese = self.options_zh or [""] * len(self.options_en)
        return [
            Option(str(number), in_language(english, other))
            for number, (english, other) in enumerate(
                zip(self.options_en, chinese, strict=False), start=1
            )
        ]

    def in_words(self, answer: list[str]) -> str:
        """Put an answer into the reader's words; "" for none."""
        if self.kind == QuestionKind.FILL:
            return gettext(" or ").join(answer)
        words = {option.number: option.text for option in self.options}
        joint = " → " if self.kind == QuestionKind.ORDER else " · "
        return joint.join(words.get(number, "") for number in answer)

    @property
    def right_answer(self) -> str:
        if self.kind == QuestionKind.ORDER:
            return self.in_words([option.number for option in self.options])
        return self.in_words(self.answer)
