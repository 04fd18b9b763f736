"""Who sits which week's test, what she was asked, and what she answered."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models.bank import QuestionVersion
from evaluations.knowledge.models.results import FULL_MARK, TestResult
from evaluations.knowledge.rules.weeks import code_of, week_of
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee, day_at

REASON_LENGTH = 200


class SittingState(models.TextChoices):
    PREPARED = "prepared", _("not begun")
    OPEN = "open", _("under way")
    DONE = "done", _("submitted")
    ABSENT = "absent", _("absent without leave")
    LEFT_OUT = "left_out", _("left out")


class SittingQuerySet(models.QuerySet["Sitting"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of outlets within reach, and the viewer's own: not the answers."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def own(self, viewer: Viewer) -> Self:
        """Keep the viewer's own."""
        return self.filter(employee=viewer.sight.employee_id, employee__isnull=False)


class Sitting(models.Model):
    """One attempt of one person at one week's test.

    Time limit, pass mark and attempts are those of the blueprint when it was prepared.
    `seed` and `pool` are kept from the moment it began: with them the draw can be made
    again. `score` is in hundredths. `result` is what went to the ledger for the week.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="sittings")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="sittings")
    week = models.DateField()  # its Monday
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=8, choices=SittingState, default=SittingState.PREPARED
    )
    minutes = models.PositiveSmallIntegerField()
    pass_mark = models.PositiveIntegerField()  # hundredths
    attempts = models.PositiveSmallIntegerField()
    counts = models.JSONField(default=dict)
    seed = models.CharField(max_length=64, blank=True)
    pool = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    score = models.PositiveIntegerField(null=True)
    result = models.ForeignKey(
        TestResult, models.PROTECT, null=True, related_name="sittings"
    )

    objects = SittingQuerySet.as_manager()

    class Meta:
        ordering = ["-week", "-attempt", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "week", "attempt"], name="sitting_once"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=FULL_MARK),
                name="sitting_score_is_0_to_100",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "week"], name="sitting_outlet_week"),
            models.Index(fields=["week"], name="sitting_week"),
            models.Index(
                fields=["deadline_at"],
                condition=Q(state="open"),
                name="sitting_under_way",
            ),
            models.Index(
                fields=["week"],
                condition=Q(result=None),
                name="sitting_without_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.employee_id}"

    @property
    def test(self) -> str:
        week: date = self.week
        return code_of(week)

    def is_of_now(self, now: datetime) -> bool:
        """Tell whether its week runs at its outlet; it comes with the outlet."""
        return week_of(day_at(self.outlet, now)) == self.week

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time has run out; False before it begins."""
        deadline: datetime | None = self.deadline_at
        return deadline is not None and now > deadline

    @property
    def leaves_another(self) -> bool:
        """Tell whether one more attempt may follow this one, the last so far."""
        return self.state == SittingState.DONE and self.result_id is None

    @property
    def passed(self) -> bool:
        return self.score is not None and self.score >= self.pass_mark

    @property
    def score_shown(self) -> float:
        """The score in points, 0 to 100."""
        return (self.score or 0) / 100


class AbsenceDecision(models.Model):
    """Somebody decided whether an absence from a week's test is excused, and why.

    `key` is that of the act: several people may be settled in one. Whoever sees the
    sitting sees it.
    """

    key = models.UUIDField()
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="decisions")
    excused = models.BooleanField()
    reason = models.CharField(max_length=REASON_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "sitting"], name="absence_decided_once_an_act"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.at:%F}"


class SittingQuestionQuerySet(models.QuerySet["SittingQuestion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep one's own: nobody else reads what somebody was asked and answered."""
        return self.filter(
            sitting__employee=viewer.sight.employee_id,
            sitting__employee__isnull=False,
        )


class SittingQuestion(models.Model):
    """A question as one sitting met it, and what was answered in time.

    `options` are the numbers of the options as they stand on the page; `given` reads as
    `rules.marking` says, empty for nothing. `right` is None until it is marked.
    """

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, related_name="sittings"
    )
    options = models.JSONField(default=list)
    given = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)
    right = models.BooleanField(null=True)

    objects = SittingQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["sitting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "position"], name="sitting_question_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.position}"
