"""Corrective actions: somebody puts a finding right, somebody else verifies it."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models.checks import Check
from evaluations.standards.models import Item
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

TASK_LENGTH = 300


class ActionState(models.TextChoices):
    OPEN = "open", _("to be done")
    DONE = "done", _("done, to be verified")
    VERIFIED = "verified", _("verified")
    DROPPED = "dropped", _("dropped")


UNFINISHED = (ActionState.OPEN, ActionState.DONE)


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those where the viewer sees records, and those that she is to do."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(owner=sight.employee_id, owner__isnull=False)
        )

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def overdue(self, on: date) -> Self:
        """Keep those that were to be done before `on` and are not."""
        return self.filter(state=ActionState.OPEN, due_on__lt=on)

    def most_urgent_first(self) -> Self:
        return self.order_by("due_on", "id")


class CorrectiveAction(models.Model):
    """One thing to be put right at an outlet, who does it and by when.

    `check_record` and `item` say what it came from (None: from no check). It names
    nobody whom the check judged: an action is about the matter.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="actions")
    check_record = models.ForeignKey(
        Check, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="+"
    )
    task = models.CharField(max_length=TASK_LENGTH)
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="actions")
    due_on = models.DateField()
    state = models.CharField(
        max_length=8, choices=ActionState.choices, default=ActionState.OPEN
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now())

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            # A finding is put right once, however many taps ask for it.
            models.UniqueConstraint(
                fields=["check_record", "item"],
                condition=Q(check_record__isnull=False) & ~Q(state="dropped"),
                name="action_once_per_finding",
            ),
        ]
        indexes = [
            models.Index(
                fields=["outlet", "due_on"],
                condition=Q(state__in=UNFINISHED),
                name="action_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.task}"

    def is_overdue(self, on: date) -> bool:
        return self.state == ActionState.OPEN and self.due_on < on


class StepKind(models.TextChoices):
    OPENED = "opened", _("opened")
    CHANGED = "changed", _("given to somebody else, or another day")
    DONE = "done", _("reported as done")
    RETURNED = "returned", _("sent back")
    VERIFIED = "verified", _("verified")
    DROPPED = "dropped", _("dropped")


class ActionStepQuerySet(models.QuerySet["ActionStep"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(action__in=CorrectiveAction.objects.visible_to(viewer))


class ActionStep(models.Model):
    """What happened to an action, by whom and with which words; never changed."""

    action = models.ForeignKey(CorrectiveAction, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    note = models.CharField(max_length=TASK_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = ActionStepQuerySet.as_manager()

    class Meta:
        ordering = ["action", F("at").asc(), "id"]

    def __str__(self) -> str:
        return f"{self.action_id} {self.kind}"
