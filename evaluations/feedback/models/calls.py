"""Call-backs: who is to be called, the tries, and what the customer said."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models.counters import HASH_LENGTH
from evaluations.feedback.models.messages import NUMBER_LENGTH
from evaluations.feedback.models.ratings import Rating
from outlets.flow.models import SERVICE_LENGTH
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

WORDS_LENGTH = 1000


class CallDraw(models.Model):
    """One draw of an outlet: the pool it was made from, and under which seed.

    `pool` holds the visits by the id of who served, as `2026-10-05|D001`, `wanted` how
    many of each were wanted, so that the draw can be made again.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    on = models.DateField()
    drawn_at = models.DateTimeField()
    seed = models.CharField(max_length=HASH_LENGTH)
    pool = models.JSONField()
    wanted = models.JSONField()

    class Meta:
        ordering = ["-on", "outlet_id"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "on"], name="call_draw_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F}"


class CallState(models.TextChoices):
    WAITING = "waiting", _("to be called")
    REACHED = "reached", _("reached")
    GIVEN_UP = "given_up", _("not reached")


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the calls of outlets whose records `viewer` reads, but none about her.

        Nobody knows beforehand which of her customers will be called; what they said
        she reads among her ratings.
        """
        rows = self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))
        if (employee_id := viewer.sight.employee_id) is not None:
            rows = rows.exclude(employee=employee_id)
        return rows

    def made_by(self, viewer: Viewer) -> Self:
        """Keep the calls that `viewer` may make."""
        return self.visible_to(viewer).filter(
            viewer.sight.outlets(Power.RECORD, "outlet__")
        )


class CallBack(models.Model):
    """One customer to be called about one visit, drawn by the system.

    `number` is emptied once the call is over. `mark` None: nobody was reached.
    `case_no` is the complaint that a low mark opened. `archive_month` is the month of
    the visit, under which it is bound and kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(CallDraw, models.PROTECT, related_name="calls")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="call_backs")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="call_backs")
    on = models.DateField()
    ticket_no = models.CharField(max_length=CODE_LENGTH)
    service = models.CharField(max_length=SERVICE_LENGTH, blank=True)
    served_at = models.DateTimeField()
    number = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    state = models.CharField(
        max_length=8, choices=CallState.choices, default=CallState.WAITING
    )
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    matter = models.CharField(max_length=WORDS_LENGTH, blank=True)
    follow_up = models.CharField(max_length=WORDS_LENGTH, blank=True)
    rating = models.OneToOneField(
        Rating, models.PROTECT, null=True, blank=True, related_name="call_back"
    )
    case_no = models.CharField(max_length=CODE_LENGTH, blank=True)
    archive_month = models.CharField(max_length=7)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        ordering = ["draw__on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "on", "ticket_no"], name="call_back_once"
            ),
            models.CheckConstraint(
                condition=Q(mark=None) | Q(mark__range=(1, 5)), name="call_mark_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "state", "on"], name="call_back_of_outlet"),
            models.Index(fields=["employee", "on"], name="call_back_of_clerk"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Outcome(models.TextChoices):
    REACHED = "reached", _("reached")
    NO_ANSWER = "no_answer", _("no answer")
    LATER = "later", _("asked to be called later")
    DECLINED = "declined", _("does not want to answer")
    WRONG_NUMBER = "wrong_number", _("wrong number")


class CallAttempt(models.Model):
    """One try; `in_window`: in one of the three windows, by the outlet's clock."""

    call = models.ForeignKey(CallBack, models.CASCADE, related_name="attempts")
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    in_window = models.BooleanField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%F %H:%M}"
