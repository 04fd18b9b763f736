"""Personal PINs for shared tablets."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from outlets.places.sight import NOWHERE, Power, Sight, Viewer
from staffing.people.models import Assignment, User

# What lets somebody end a PIN.
ENDING = (Power.RECORD, Power.CONFIGURE)


class PinQuerySet(models.QuerySet["Pin"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the PINs of people where `viewer` may end them, or audits."""
        return self._of_people(viewer.sight, *ENDING, Power.SEE_ACCESS)

    def ended_by(self, viewer: Viewer) -> Self:
        """Keep the PINs of people assigned today where `viewer` leads or configures."""
        return self._of_people(viewer.sight, *ENDING)

    def _of_people(self, sight: Sight, *powers: Power) -> Self:
        reach = NOWHERE
        for power in powers:
            reach |= sight.reach(power)
        if reach.everywhere:
            return self
        theirs = Assignment.objects.on(timezone.localdate()).filter(
            reach.outlets("outlet__")
        )
        return self.filter(user__employee__in=theirs.values("employee"))


class Pin(models.Model):
    """One person's PIN as a password hash; empty: she must set a new one.

    `ended_by` and `ended_at` say who asked for that.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="pin")
    pin_hash = models.CharField(max_length=128, blank=True)
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PinQuerySet.as_manager()

    class Meta:
        ordering = ["user__employee__number"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(pin_hash="") & Q(ended_at=None, ended_by=None))
                | Q(pin_hash="", ended_at__isnull=False, ended_by__isnull=False),
                name="pin_is_set_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"
