"""What is told to one person, and when she does not want to be told."""

import uuid
from datetime import datetime, time
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from outlets.places.models import Outlet
from staffing.notices.models.bulletins import Bulletin
from staffing.people.models import Employee, User

KIND_LENGTH, KEY_LENGTH = 30, 120


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: User) -> Self:
        """Keep what is addressed to the viewer herself; nobody reads another's."""
        mine = Q(user=viewer.pk)
        if (employee_id := viewer.sight.employee_id) is not None:
            mine |= Q(employee=employee_id)
        return self.filter(mine)

    def shown(self, now: datetime) -> Self:
        """Leave out what quiet hours still hold back."""
        return self.filter(appears_at__lte=now)

    def waiting(self, now: datetime) -> Self:
        """Keep what is shown, not over, and not read or not acknowledged yet."""
        return self.shown(now).filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            Q(read_at=None) | Q(asks=True, acknowledged_at=None),
        )


class Notice(models.Model):
    """Something told to one person: to a member of staff, or to a user who is none.

    `kind` and `arguments` make the words, in the language of whoever reads; they name
    no other people. `key` says what it is about: the same is told once. `outlet`: the
    place it is about, or where she worked. From `ends_at` on nobody need read it any
    more. `asks`: she is to say that she has read and understood, by `due_on`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="notices", db_index=False
    )
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    arguments = models.JSONField(default=dict)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, related_name="notices"
    )
    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, null=True, related_name="notices"
    )
    urgent = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    appears_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    asks = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-appears_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(employee__isnull=False, user=None)
                | Q(employee=None, user__isnull=False),
                name="notice_to_one_person",
            ),
            models.UniqueConstraint(
                fields=["employee", "key"],
                condition=Q(employee__isnull=False),
                name="notice_once_an_employee",
            ),
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(user__isnull=False),
                name="notice_once_a_user",
            ),
            models.CheckConstraint(
                condition=Q(appears_at__gte=F("sent_at")),
                name="notice_appears_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(asks=True, read_at__isnull=False),
                name="notice_acknowledged_when_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["employee", "-appears_at"], name="notice_of_employee"),
            models.Index(fields=["user", "-appears_at"], name="notice_of_user"),
            models.Index(fields=["key"], name="notice_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def waits_for_her(self) -> bool:
        """Whether she has not acknowledged what asks for it."""
        return self.asks and self.acknowledged_at is None

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


def default_begins() -> time:
    return settings.QUIET_HOURS[0]


def default_ends() -> time:
    return settings.QUIET_HOURS[1]


class QuietHours(models.Model):
    """When one person is not told what can wait; without a row as the house has it.

    By the clock of the outlet where she works; `begins` and `ends` the same: never.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField(default=default_begins)
    ends = models.TimeField(default=default_ends)

    def __str__(self) -> str:
        return f"{self.user_id} {self.begins:%R} {self.ends:%R}"
