"""What customers said: ratings, and the SMS that asked for one."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.rules import is_satisfied
from outlets.exchange.bulk_api import DeliveryBase
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class Channel(models.TextChoices):
    PAD = "pad", _("rating pad")
    QR = "qr", _("QR code")
    SMS = "sms", _("SMS")
    CALLBACK = "callback", _("call-back")


ONSITE = (Channel.PAD, Channel.QR)


class FeedbackQuerySet(models.QuerySet[Any]):
    """What both kinds of rows share: they stand at an outlet and may name a person."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what was said at outlets within reach, and about the viewer herself.

        About herself only what is a day old, whatever else she may see: she is not to
        know who said it while the customer still stands there.
        """
        sight = viewer.sight
        within = sight.outlets(Power.SEE_RECORDS, "outlet__")
        if sight.employee_id is None:
            return self.filter(within)
        old = timezone.now() - settings.FEEDBACK_OWN_AFTER
        told = Q(**{f"{self.model.MOMENT}__lt": old})
        hers = Q(employee=sight.employee_id, employee__isnull=False)
        others = Q(employee=None) | ~Q(employee=sight.employee_id)
        return self.filter(within & others | hers & told)


class Rating(models.Model):
    """One customer's mark from 1 to 5.

    `on` is the trading day of `rated_at` at the outlet. `employee` None: about the
    outlet. `rater` is an opaque key of the customer, empty where unknown. `pending`:
    the ledger does not yet say what this row says.
    """

    MOMENT = "rated_at"

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="ratings")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    rated_at = models.DateTimeField()
    on = models.DateField()
    score = models.PositiveSmallIntegerField()
    ticket_no = models.CharField(max_length=40, blank=True)
    rater = models.CharField(max_length=60, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    pending = models.BooleanField(default=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(1, 5)), name="rating_is_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["-rated_at", "-id"], name="rating_newest"),
            models.Index(fields=["outlet", "on"], name="rating_outlet_day"),
            models.Index(fields=["employee", "on"], name="rating_employee_day"),
            models.Index(
                fields=["on", "outlet", "id"],
                condition=Q(pending=True),
                name="rating_pending",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def satisfied(self) -> bool:
        return is_satisfied(self.score)


class Invitation(models.Model):
    """One SMS that asked a customer for a rating, sent on the trading day `on`."""

    MOMENT = "sent_at"

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="invitations")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    channel = models.CharField(
        max_length=8,
        choices=[(Channel.SMS.value, Channel.SMS.label)],
        default=Channel.SMS,
    )
    sent_at = models.DateTimeField()
    on = models.DateField()
    # None: nobody said so far; it counts as no reply.
    replied = models.BooleanField(null=True, blank=True)
    pending = models.BooleanField(default=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="invitation_newest"),
            models.Index(fields=["outlet", "on"], name="invitation_outlet_day"),
            models.Index(fields=["employee", "on"], name="invitation_employee_day"),
            models.Index(
                fields=["on", "outlet", "id"],
                condition=Q(pending=True),
                name="invitation_pending",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Delivery(DeliveryBase):
    """What machines have sent to the bulk call of this room under a uuid."""
