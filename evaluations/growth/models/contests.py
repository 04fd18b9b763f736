"""Skills contests: disciplines, who competes, who judges, marks."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from evaluations.growth.models.projects import works_here
from evaluations.growth.rules.contests import State
from evaluations.growth.rules.marks import PLACED
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Sight, Viewer
from staffing.people.models import Employee


def organises(sight: Sight) -> bool:
    """Tell whether somebody runs contests for the operations department."""
    return sight.reach(Power.PUBLISH).everywhere


def reads_all(sight: Sight) -> bool:
    """Tell whether somebody reads results whole: who runs contests, who audits all."""
    return organises(sight) or sight.reach(Power.SEE_HISTORY).everywhere


def in_words(en: str, zh: str) -> str:
    """Return the title in the language of the reader."""
    return zh if (get_language() or "").startswith("zh") else en


class ContestKind(models.TextChoices):
    TECHNICAL = "technical", _("technical contest")
    SERVICE = "service", _("service contest")


class ContestState(models.TextChoices):
    DRAFTED = State.DRAFTED, pgettext_lazy("contest", "drafted")
    OPEN = State.OPEN, pgettext_lazy("contest", "open")
    JUDGING = State.JUDGING, pgettext_lazy("contest", "being judged")
    RELEASED = State.RELEASED, pgettext_lazy("contest", "results released")
    CANCELLED = State.CANCELLED, pgettext_lazy("contest", "cancelled")


class ContestQuerySet(models.QuerySet["Contest"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who runs or audits them, else what has begun; outsiders none."""
        sight = viewer.sight
        if reads_all(sight):
            return self
        if not works_here(sight):
            return self.none()
        return self.exclude(state=ContestState.DRAFTED)


class Contest(models.Model):
    """A contest on a day, for a region's people (`region` None: for everybody).

    Windows are days, the last one included. `trims`: with five judges or more the best
    and the worst mark of a discipline do not count.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=9, choices=ContestKind.choices)
    title_en = models.CharField(max_length=100)
    title_zh = models.CharField(max_length=100)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="contests"
    )
    on = models.DateField()
    enter_from = models.DateField()
    enter_until = models.DateField()
    judge_from = models.DateField()
    judge_until = models.DateField()
    trims = models.BooleanField(default=False)
    state = models.CharField(
        max_length=9, choices=ContestState.choices, default=ContestState.DRAFTED
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)

    objects = ContestQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    enter_from__lte=F("enter_until"),
                    enter_until__lte=F("judge_from"),
                    judge_from__lte=F("judge_until"),
                ),
                name="contest_windows_follow_each_other",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="released",
                    released_at__isnull=False,
                    released_by__isnull=False,
                )
                | (~Q(state="released") & Q(released_at=None, released_by=None)),
                name="contest_released_says_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return self.title_en

    @property
    def title(self) -> str:
        return in_words(self.title_en, self.title_zh)


class Discipline(models.Model):
    """What is marked, from 0 to `most`. `by_customers`: customers mark it, no judge."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="disciplines")
    title_en = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    most = models.PositiveSmallIntegerField()
    by_customers = models.BooleanField(default=False)

    class Meta:
        ordering = ["contest", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=1000), name="discipline_has_marks"
            ),
        ]

    def __str__(self) -> str:
        return self.title_en

    @property
    def title(self) -> str:
        return in_words(self.title_en, self.title_zh)


class ContestantQuerySet(models.QuerySet["Contestant"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep oneself, who is placed, and whom one has to do with while it runs.

        A judge meets those whom she judges, a lead her own people; who runs contests
        and who audits everywhere read all. Nobody else reads who did not win.
        """
        sight = viewer.sight
        if reads_all(sight):
            return self
        if not works_here(sight):
            return self.none()
        running = (ContestState.OPEN, ContestState.JUDGING)
        seats = Judge.objects.seated().filter(user=getattr(viewer, "pk", None))
        return self.filter(
            Q(contest__state=ContestState.RELEASED, place__lte=PLACED)
            | Q(employee=sight.employee_id, employee__isnull=False)
            | Q(contest__state=ContestState.JUDGING)
            & Q(contest__in=seats.values("contest"))
            | Q(contest__state__in=running) & sight.outlets(Power.NOMINATE, "outlet__")
        )

    def placed(self) -> Self:
        """Keep who won: the places that are public."""
        return self.filter(place__lte=PLACED)


class Contestant(models.Model):
    """Somebody who competes; `outlet` is where she worked when she was entered.

    `total` and `place` are None until results are released; places are worked out from
    exact totals.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="contestants")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="contests")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="contestants")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    total = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    place = models.PositiveIntegerField(null=True)

    objects = ContestantQuerySet.as_manager()

    class Meta:
        ordering = ["contest", "place", "employee__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "employee"], name="contestant_once"
            ),
            models.CheckConstraint(
                condition=Q(total=None, place=None)
                | Q(total__isnull=False, place__isnull=False),
                name="contestant_result_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest_id} {self.employee_id}"


class JudgeQuerySet(models.QuerySet["Judge"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who runs or audits contests, else one's own seats."""
        if reads_all(viewer.sight):
            return self
        return self.filter(user=getattr(viewer, "pk", None))

    def seated(self) -> Self:
        """Keep the seats that were not taken away: their marks count."""
        return self.filter(removed_at=None)


class Judge(models.Model):
    """A seat among the judges. Marks of a seat that was taken away do not count."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="judges")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contest_seats"
    )
    removed_at = models.DateTimeField(null=True)

    objects = JudgeQuerySet.as_manager()

    class Meta:
        ordering = ["contest", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "user"], name="judge_sits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contest_id} {self.user_id}"


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who runs or audits contests, else one's own marks."""
        return self.filter(judge__in=Judge.objects.visible_to(viewer))


class Mark(models.Model):
    """What one judge gives one contestant in one discipline."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="marks")
    contestant = models.ForeignKey(Contestant, models.CASCADE, related_name="marks")
    discipline = models.ForeignKey(Discipline, models.PROTECT, related_name="marks")
    marks = models.DecimalField(max_digits=5, decimal_places=1)
    at = models.DateTimeField(db_default=Now())

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["judge", "contestant", "discipline"]
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "contestant", "discipline"], name="mark_once"
            ),
            models.CheckConstraint(condition=Q(marks__gte=0), name="mark_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.judge_id} {self.contestant_id} {self.discipline_id}"


class CustomerMarksQuerySet(models.QuerySet["CustomerMarks"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if reads_all(viewer.sight) else self.none()


class CustomerMarks(models.Model):
    """What customers gave one contestant: how many they were, and the sum.

    Nothing is kept of any one customer.
    """

    contestant = models.ForeignKey(
        Contestant, models.CASCADE, related_name="customer_marks"
    )
    discipline = models.ForeignKey(
        Discipline, models.PROTECT, related_name="customer_marks"
    )
    n = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=9, decimal_places=1)

    objects = CustomerMarksQuerySet.as_manager()

    class Meta:
        ordering = ["contestant", "discipline"]
        constraints = [
            models.UniqueConstraint(
                fields=["contestant", "discipline"], name="customers_mark_once"
            ),
            models.CheckConstraint(
                condition=Q(n__gte=1, total__gte=0), name="customers_are_some"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contestant_id} {self.discipline_id}"
