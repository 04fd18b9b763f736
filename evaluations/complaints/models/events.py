"""What happened to a case, line by line; never changed."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.complaints.models.cases import Case, Verdict
from evaluations.complaints.models.handling import Handling
from outlets.places.models import Region
from outlets.places.sight import Viewer
from staffing.people.models import Employee

NOTE_LENGTH = 2000


class EventKind(models.TextChoices):
    RECEIVED = "received", _("received")
    REPLY = "reply", _("replied to the customer")
    NOTE = "note", _("noted what was done")
    ROOM = "room", _("moved to the reception room")
    OFFER = "offer", _("asked to take it over")
    ACCEPT = "accept", _("took it over")
    DECLINE = "decline", _("declined to take it over")
    WITHDRAW = "withdraw", _("took the request back")
    GIVE_BACK = "give_back", _("gave it back")
    PAUSE = "pause", pgettext_lazy("complaint", "paused")
    RESUME = "resume", _("resumed")
    CLOSE = "close", pgettext_lazy("complaint", "closed")
    REOPEN = "reopen", _("reopened")
    COMPENSATE = "compensate", _("compensated")
    RATE = "rate", _("asked the customer how it was handled")
    NAME = "name", _("named the person concerned")
    ANSWER = "answer", _("answered as the person concerned")
    JUDGE = "judge", _("gave a verdict")


class EventChanged(TypeError):
    """Something tried to rewrite what had happened."""


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(handling__case__in=Case.objects.visible_to(viewer))


class CaseEvent(models.Model):
    """One line. `note` says in words what was done or why; `answer` what the person
    concerned says to a verdict. `person` and `unit` are whom it names, `amount` a
    compensation in hundredths of the currency, `minutes` the time in the reception
    room, `mark` the customer's 1 to 5. `key` is made by the form that sent it.
    """

    handling = models.ForeignKey(Handling, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    person = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    key = models.UUIDField(null=True, blank=True)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ["handling", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling", "key"], name="case_event_sent_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="judge") | ~Q(verdict=""),
                name="case_event_verdict_is_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line.

        Raises:
            EventChanged: the line stands already.
        """
        if self.pk is not None:
            raise EventChanged("what happened to a case is never rewritten")
        super().save(*args, **kwargs)

    @property
    def amount_shown(self) -> str:
        return "" if self.amount is None else f"{self.amount / 100:.2f}"


class Level(models.TextChoices):
    """The path up, from the first step on (domain.md 9.6)."""

    STORE_MANAGER = "store_manager", _("store manager")
    COUNTY = "county", _("county")
    CITY = "city", _("city")
    PROVINCE = "province", _("province")


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(handling__case__in=Case.objects.visible_to(viewer))


class Escalation(models.Model):
    """A case that went up: once a level. `region` None: the outlet's own manager.

    `reached_at` is when the clock got there, `at` when we noticed.
    """

    handling = models.ForeignKey(Handling, models.PROTECT, related_name="escalations")
    level = models.CharField(max_length=13, choices=Level.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reached_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["handling", "reached_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling", "level"], name="escalation_once_a_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id} {self.level}"
