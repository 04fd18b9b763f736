"""Complaints: what a customer objected to, and what the inquiry found."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class CaseKind(models.TextChoices):
    ATTITUDE = "attitude", _("service attitude")
    WRONG_TRANSACTION = "wrong_transaction", _("wrong transaction")
    OTHER = "other", _("other")


class Verdict(models.TextChoices):
    UPHELD = "upheld", _("upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the cases of outlets within reach, and those with a part in them.

        Those about the viewer, those that she logged, and those that she is asked to
        take over or did.
        """
        sight = viewer.sight
        seen = sight.outlets(Power.SEE_RECORDS, "outlet__")
        if (employee_id := sight.employee_id) is not None:
            seen |= (
                Q(employee=employee_id)
                | Q(handling__owner__employee=employee_id)
                | Q(handling__task_person=employee_id)
            )
        return self.filter(seen)

    def complaints(self) -> Self:
        """Leave out what came in as an enquiry, a query or a transaction."""
        return self.filter(Q(handling=None) | Q(handling__contact="complaint"))

    def overdue(self, at: datetime) -> Self:
        """Keep the open ones whose time to close is over.

        Those that are handled here go by their clock, the others by 48 hours.
        """
        usual = at - settings.COMPLAINTS_CLOSE_WITHIN
        return self.filter(closed_at=None).filter(
            Q(handling__due_at__lt=at) | Q(handling=None, received_at__lt=usual)
        )

    def near(self, at: datetime) -> Self:
        """Keep the open ones that were to be warned of, and are not late yet."""
        return self.filter(
            closed_at=None, handling__warn_at__lte=at, handling__due_at__gte=at
        )

    def reply_overdue(self, at: datetime) -> Self:
        """Keep those whose customer had no reply by the midnight of the first day.

        A reply that came later does not make up for it.
        """
        late = Q(handling__replied_at__gte=F("handling__reply_due_at"))
        none = Q(handling__replied_at=None, handling__reply_due_at__lte=at)
        return self.filter(late | none)


class Case(models.Model):
    """One complaint. Empty text and None mean unknown; no verdict: not decided yet.

    `on` and `closed_on` are the outlet's days of receipt and closing, `days_to_close`
    the calendar days between them. `pending`: the ledger may not yet say what this
    row says.
    """

    case_no = models.CharField(max_length=CODE_LENGTH, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="cases")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    received_at = models.DateTimeField()
    on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    days_to_close = models.IntegerField(null=True, blank=True)
    channel = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=200)
    kind = models.CharField(max_length=17, choices=CaseKind.choices, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    summary = models.TextField(blank=True)
    pending = models.BooleanField(default=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_on=None, days_to_close=None)
                | Q(
                    closed_at__isnull=False,
                    closed_on__isnull=False,
                    days_to_close__isnull=False,
                ),
                name="case_closing_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="case_newest"),
            models.Index(fields=["outlet", "on"], name="case_outlet_day"),
            models.Index(fields=["on"], condition=Q(pending=True), name="case_pending"),
        ]

    # What a list shows of its clock; set by the view for one moment.
    says = ""

    def __str__(self) -> str:
        return self.case_no

    def clock_at(self, at: datetime) -> str:
        """Return how an open case stands at a moment: overdue, near or nothing."""
        handling = getattr(self, "handling", None)
        if self.closed_at is not None:
            return ""
        if handling is None:
            late = self.received_at < at - settings.COMPLAINTS_CLOSE_WITHIN
            return "overdue" if late else ""
        if handling.due_at is None:
            return ""
        if handling.due_at < at:
            return "overdue"
        return "near" if handling.warn_at <= at else ""

    def shows_summary(self, viewer: Viewer) -> bool:
        """Tell whether `viewer`, who sees the case, may read the customer's story.

        Whom it is about sees what was found of her: the story is the customer's.
        """
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        path = self.outlet.region.path
        return reach.covers(
            outlet_id=self.outlet_id, region_path=path
        ) or self._has_a_part(viewer)

    def _has_a_part(self, viewer: Viewer) -> bool:
        """Tell whether `viewer` logged the case, or was asked to take it over."""
        employee_id = viewer.sight.employee_id
        handling = getattr(self, "handling", None)
        if handling is None or employee_id is None:
            return False
        return employee_id in (handling.task_person_id, handling.owner.employee_id)


class CaseChangeQuerySet(models.QuerySet["CaseChange"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(case__in=Case.objects.visible_to(viewer))


class CaseChange(models.Model):
    """A verdict or a closing that came or turned later: from what to what."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_default=Now())

    objects = CaseChangeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"

    @property
    def old_shown(self) -> Any:
        return self._shown(self.old)

    @property
    def new_shown(self) -> Any:
        return self._shown(self.new)

    def _shown(self, value: str) -> Any:
        """Return a readable verdict or local moment; a dash where nothing was known."""
        if not value:
            return "–"
        if self.field == "verdict":
            return Verdict(value).label
        moment = datetime.fromisoformat(value).astimezone(self.case.outlet.zone)
        return f"{moment:%F %H:%M}"
