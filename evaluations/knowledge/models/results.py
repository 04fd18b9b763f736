"""Results of the weekly knowledge tests."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

# A test has 100 points, kept in hundredths.
FULL_MARK = 10_000


def pass_mark() -> int:
    """Return what passes where no blueprint says otherwise, in hundredths."""
    return int(settings.KNOWLEDGE_PASS_MARK * 100)


class TestResultQuerySet(models.QuerySet["TestResult"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the results of outlets within reach, and the viewer's own."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class TestResult(models.Model):
    """One person's score in one test on one day.

    `score` and `pass_mark` are in hundredths, 0 to 10000. `outlet` is where she was
    assigned that day, None where nowhere. Absence without leave is a row with score 0.
    `pending`: the ledger does not yet say what this row says. `withdrawn`: the absence
    it stood for was excused, and the ledger says nothing of it.
    """

    __test__ = False  # no test case, whatever its name suggests to pytest

    uuid = models.UUIDField(unique=True)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="test_results")
    taken_on = models.DateField()
    test = models.CharField(max_length=CODE_LENGTH)
    score = models.PositiveIntegerField()
    pass_mark = models.PositiveIntegerField(default=pass_mark)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="test_results"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    pending = models.BooleanField(default=True)
    withdrawn = models.BooleanField(default=False)

    objects = TestResultQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "taken_on", "test"], name="test_taken_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=FULL_MARK), name="test_score_is_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(pending=False),
                name="test_withdrawn_waits_for_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["-taken_on", "-id"], name="test_newest"),
            models.Index(fields=["outlet", "taken_on"], name="test_outlet_day"),
            models.Index(
                fields=["taken_on"], condition=Q(pending=True), name="test_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.employee_id} {self.taken_on}"

    @property
    def score_shown(self) -> Decimal:
        """The score in points, 0 to 100."""
        return Decimal(self.score) / 100

    @property
    def pass_mark_shown(self) -> Decimal:
        return Decimal(self.pass_mark) / 100

    @property
    def passed(self) -> bool:
        return self.score >= self.pass_mark
