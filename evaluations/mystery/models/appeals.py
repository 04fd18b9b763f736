"""Appeals on visits: what is disputed, whose turn it is, what became of it."""

import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.mystery.models.questionnaires import VisitQuestion
from evaluations.mystery.models.visits import Visit
from evaluations.mystery.rules.appealing import (
    TURN,
    UNDECIDED,
    AppealAction,
    AppealPart,
    AppealState,
)
from outlets.places.sight import Power, Viewer

WORDS_LENGTH = 2000


class AppealGround(models.TextChoices):
    """Why a visit, or one question of it, is disputed."""

    PERSON = "person", _("somebody else served the shopper")
    FACT = "fact", _("it did not happen like that")
    RULE = "rule", _("the question was read wrongly")
    UNUSUAL = "unusual", _("the outlet was in a state of exception that day")
    EVIDENCE = "evidence", _("the evidence does not show it")
    OTHER = "other", _("something else")


class AppealStatus(models.TextChoices):
    OPEN = AppealState.OPEN, pgettext_lazy("appeal", "open")
    ASKED = AppealState.ASKED, _("agency asked")
    ANSWERED = AppealState.ANSWERED, _("agency has answered")
    UPHELD = AppealState.UPHELD, pgettext_lazy("appeal", "upheld")
    UPHELD_IN_PART = AppealState.UPHELD_IN_PART, _("upheld in part")
    REFUSED = AppealState.REFUSED, pgettext_lazy("appeal", "refused")
    WITHDRAWN = AppealState.WITHDRAWN, _("withdrawn")


class Effect(models.TextChoices):
    """What a decision does to the visit."""

    NONE = "none", _("nothing changes")
    ANSWER = "answer", _("the question gets another answer")
    LEAVE_OUT = "leave_out", _("the question is left out")
    POINTS = "points", _("the visit gets other points")
    PERSON = "person", _("the visit counts for another person")
    OUTLET = "outlet", _("the visit counts for the outlet only")
    ANNUL = "annul", _("the visit does not count")


class VisitAppealQuerySet(models.QuerySet["VisitAppeal"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of visits seen: by leads, the person judged, and who decides.

        An agency sees an appeal once it is asked about it.
        """
        sight = viewer.sight
        near = Q(visit__released_at__isnull=False) & (
            sight.outlets(Power.SEE_RECORDS, "visit__outlet__")
            | Q(visit__employee=sight.employee_id, visit__employee__isnull=False)
        )
        asked = Q(visit__agency__in=sight.agency_ids, asked_at__isnull=False)
        return self.filter(
            near
            | asked
            | Q(appellant=sight.employee_id, appellant__isnull=False)
            | sight.outlets(Power.RELEASE_VISITS, "visit__outlet__")
            | sight.outlets(Power.SEE_UNRELEASED, "visit__outlet__")
        )

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)


class VisitAppeal(models.Model):
    """One appeal on a visit, or on one `question` of it (None: on the whole).

    `due_on` is the day by which it is decided. `was` and `now` keep the visit's points
    of what could be had, and whose it was, before and after the decision.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="appeals")
    question = models.ForeignKey(
        VisitQuestion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(max_length=8, choices=AppealGround.choices)
    words = models.CharField(max_length=WORDS_LENGTH)
    state = models.CharField(
        max_length=9, choices=AppealStatus.choices, default=AppealStatus.OPEN
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appellant = models.ForeignKey(
        "people.Employee", models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    effect = models.CharField(
        max_length=9, choices=Effect.choices, blank=True, default=""
    )
    reason = models.CharField(max_length=WORDS_LENGTH, blank=True)
    was = models.JSONField(null=True, blank=True)
    now = models.JSONField(null=True, blank=True)

    objects = VisitAppealQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, decided_at=None)
                | Q(state="withdrawn")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason="")
                & ~Q(effect=""),
                name="visit_appeal_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=UNDECIDED),
                name="visit_appeal_undecided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def was_percent(self) -> float | None:
        return _percent(self.was)

    @property
    def now_percent(self) -> float | None:
        return _percent(self.now)

    @property
    def turn(self) -> AppealPart | None:
        """Whose turn it is; None: nobody's, it is over."""
        return TURN.get(AppealState(self.state))


def _percent(told: Mapping[str, Any] | None) -> float | None:
    return None if told is None else 100 * told["points"] / told["out_of"]


class AppealEventKind(models.TextChoices):
    APPEAL = "appeal", _("appealed")
    ASK = AppealAction.ASK, _("asked the agency")
    ANSWER = AppealAction.ANSWER, _("answered for the agency")
    DECIDE = AppealAction.DECIDE, _("decided")
    WITHDRAW = AppealAction.WITHDRAW, _("withdrew")
    REMARK = AppealAction.REMARK, _("remarked")


class VisitAppealEventQuerySet(models.QuerySet["VisitAppealEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(appeal__in=VisitAppeal.objects.visible_to(viewer))


class VisitAppealEvent(models.Model):
    """One step of an appeal; written once."""

    appeal = models.ForeignKey(VisitAppeal, models.CASCADE, related_name="events")
    what = models.CharField(max_length=8, choices=AppealEventKind.choices)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VisitAppealEventQuerySet.as_manager()

    class Meta:
        ordering = ["appeal", "id"]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.what}"
