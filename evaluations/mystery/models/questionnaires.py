"""Questionnaires of mystery visits: immutable versions, and the draft of the next."""

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.rules.scoring import (
    NO,
    NOT_APPLICABLE,
    SCALE_TOP,
    YES,
    Band,
    Condition,
    Kind,
    QuestionRule,
)
from evaluations.standards.models import Immutable, in_language
from outlets.places.models import CODE_LENGTH
from outlets.places.sight import Power, Sight, Viewer

TITLE_LENGTH, GUIDE_LENGTH = 200, 400
MOST_WEIGHT = 100
# States of a wave in which its agencies know of it.
IN_THE_FIELD = ("running", "closed")


def plans_visits(sight: Sight) -> bool:
    """Tell whether somebody plans waves and writes what visits ask, for the chain."""
    return sight.reach(Power.ENTER_VISITS).everywhere


def reads_plans(sight: Sight) -> bool:
    """Tell whether somebody may know of visits to come: nobody near an outlet."""
    return plans_visits(sight) or sight.reach(Power.SEE_UNRELEASED).everywhere


class QuestionKind(models.TextChoices):
    YES_NO = Kind.YES_NO, _("yes or no")
    SCALE = Kind.SCALE, _("0 to 5")
    NUMBER = Kind.NUMBER, _("a number")
    CHOICE = Kind.CHOICE, _("one of several")
    TEXT = Kind.TEXT, _("in words")
    EVIDENCE = Kind.EVIDENCE, _("a photo, receipt or recording")


class Section(models.TextChoices):
    """What a customer feels, from the door to the way home (domain.md 8.5)."""

    PROCESS = "process", pgettext_lazy("section of a visit", "being served")
    ANSWERS = "answers", _("the answers")
    RESOLUTION = "resolution", _("whether it was solved")
    SPEED = "speed", _("speed")
    MOOD = "mood", _("repair of mood")
    PLACE = "place", _("the place")


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", _("photo")
    RECEIPT = "receipt", _("receipt")
    AUDIO = "audio", _("recording")


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who reads plans; for an agency what its waves ask."""
        sight = viewer.sight
        if reads_plans(sight):
            return self
        theirs = Questionnaire.objects.filter(
            waves__agencies__in=sight.agency_ids, waves__state__in=IN_THE_FIELD
        )
        return self.filter(pk__in=theirs.values("pk"))


class Questionnaire(models.Model):
    """What visits ask, by code; the questions stand in its versions."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)


class QuestionnaireVersionQuerySet(models.QuerySet["QuestionnaireVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(viewer))

    def current(self) -> Self:
        """Keep the newest version of each."""
        newest = self.alias(newest=Max("questionnaire__versions__number"))
        return newest.filter(number=F("newest"))


class QuestionnaireVersion(Immutable):
    """What a questionnaire asks of visits begun from `published_at` on."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="questionnaire_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.code} v{self.number}"

    @property
    def rules(self) -> list[QuestionRule]:
        return [question.rule for question in self.questions.all()]


class VisitQuestionQuerySet(models.QuerySet["VisitQuestion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(version__in=QuestionnaireVersion.objects.visible_to(viewer))


class VisitQuestion(Immutable):
    """One question of a version.

    `options` are `{"code", "en", "zh", "percent"}` of a choice; `bands` are
    `{"up_to", "percent"}` of a number, `up_to` a decimal as text or None for all above;
    `condition` is `{"question", "answers"}` or None. `weight` is in points, 0: not
    scored. `evidence` says what has to be brought along, "" nothing.
    """

    version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="questions"
    )
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=CODE_LENGTH)
    section = models.CharField(max_length=10, choices=Section.choices)
    kind = models.CharField(max_length=9, choices=QuestionKind.choices)
    title_en = models.CharField(max_length=TITLE_LENGTH)
    title_zh = models.CharField(max_length=TITLE_LENGTH, blank=True)
    guide_en = models.CharField(max_length=GUIDE_LENGTH, blank=True)
    guide_zh = models.CharField(max_length=GUIDE_LENGTH, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    bonus = models.BooleanField(default=False)
    critical = models.BooleanField(default=False)
    required = models.BooleanField(default=True)
    options = models.JSONField(default=list, blank=True)
    bands = models.JSONField(default=list, blank=True)
    condition = models.JSONField(null=True, blank=True)
    evidence = models.CharField(
        max_length=7, choices=EvidenceKind.choices, blank=True, default=""
    )

    objects = VisitQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="visit_question_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def guide(self) -> str:
        return in_language(self.guide_en, self.guide_zh)

    @property
    def rule(self) -> QuestionRule:
        return rule_of(
            {name: getattr(self, name) for name in RULE_FIELDS} | {"code": self.code}
        )

    def in_words(self, answer: str) -> str:
        """Put an answer into the reader's words; "" for none."""
        if answer == NOT_APPLICABLE:
            return gettext("not applicable")
        if self.kind == QuestionKind.YES_NO and answer:
            return gettext("yes") if answer == YES else gettext("no")
        if self.kind == QuestionKind.CHOICE:
            for option in self.options:
                if option["code"] == answer:
                    return in_language(option["en"], option.get("zh", ""))
        if self.kind == QuestionKind.SCALE and answer:
            return gettext("%(mark)s of 5") % {"mark": answer}
        return answer


RULE_FIELDS = (
    *("section", "kind", "weight", "bonus", "critical"),
    *("options", "bands", "condition"),
)
# What a question says, in a version and in a line of a draft.
QUESTION_FIELDS = (
    *("code", "title_en", "title_zh", "guide_en", "guide_zh", "required", "evidence"),
    *RULE_FIELDS,
)


def rule_of(told: dict[str, Any]) -> QuestionRule:
    """Return the rule of a question as `QUESTION_FIELDS` tell it."""
    condition = told["condition"]
    return QuestionRule(
        code=told["code"],
        section=told["section"],
        kind=told["kind"],
        weight=told["weight"],
        bonus=told["bonus"],
        critical=told["critical"],
        choices={one["code"]: one["percent"] for one in told["options"]},
        bands=[
            Band(
                None if one["up_to"] is None else Decimal(one["up_to"]), one["percent"]
            )
            for one in told["bands"]
        ],
        condition=condition
        and Condition(condition["question"], frozenset(condition["answers"])),
    )


def answers_of(question: VisitQuestion) -> list[tuple[str, str]] | None:
    """Return the answers that a question offers with their words; None: free ones."""
    match question.kind:
        case QuestionKind.YES_NO:
            values = [YES, NO]
        case QuestionKind.SCALE:
            values = [str(mark) for mark in range(SCALE_TOP, -1, -1)]
        case QuestionKind.CHOICE:
            values = [option["code"] for option in question.options]
        case _:
            return None
    return [(value, question.in_words(value)) for value in values]


class QuestionnaireDraftQuerySet(models.QuerySet["QuestionnaireDraft"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the drafts for who writes them."""
        return self if plans_visits(viewer.sight) else self.none()


class QuestionnaireDraft(models.Model):
    """The next version while somebody writes it; one at a time.

    `questions` are in order, each with `QUESTION_FIELDS`. `revision` grows with every
    change, so that two people who have it open do not overwrite each other unseen.
    """

    questionnaire = models.OneToOneField(
        Questionnaire, models.CASCADE, related_name="draft"
    )
    questions = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    begun_at = models.DateTimeField(default=timezone.now)

    objects = QuestionnaireDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"draft of {self.questionnaire_id}"
