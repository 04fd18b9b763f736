"""How a case that was logged here is handled: by whom, how far, until when."""

import uuid
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.complaints.acting import State
from evaluations.complaints.models.cases import Case, CaseKind
from outlets.places.models import Region
from outlets.places.sight import Viewer
from staffing.people.models import Employee

CUSTOMER_LENGTH = 40


class Contact(models.TextChoices):
    """The four kinds of first contact (首问分类)."""

    COMPLAINT = "complaint", _("complaint")
    ENQUIRY = "enquiry", _("enquiry")
    QUERY = "query", _("query")
    TRANSACTION = "transaction", _("transaction")


class IntakeChannel(models.TextChoices):
    FACE_TO_FACE = "face_to_face", _("face to face at the counter")
    RECEPTION = "reception", _("visit to the reception room")
    PHONE = "phone", _("phone call to the outlet")
    HOTLINE = "hotline", _("hotline")
    LETTER = "letter", _("letter")
    DEPARTMENT = "department", _("billing or key-account department")
    ONLINE = "online", _("app or web")


class Reason(models.TextChoices):
    ATTITUDE = "attitude", _("service attitude")
    WRONG_TRANSACTION = "wrong_transaction", _("wrong transaction")
    UNAUTHORISED = "unauthorised", _("unauthorised activation or change")
    MIS_SELLING = "mis_selling", _("mis-selling or unclear explanation")
    WAITING = "waiting", _("waiting or priority service")
    ENVIRONMENT = "environment", _("environment or equipment")
    BILLING = "billing", _("billing and tariff")
    NETWORK = "network", _("network quality")
    VALUE_ADDED = "value_added", _("value-added service provider")
    PRIVACY = "privacy", _("privacy")
    OTHER = "other", _("other")


class Subject(models.TextChoices):
    """Scope: what the matter belongs to (domain.md 9.2)."""

    MANNER = "manner", _("manner of window staff")
    PROMISES = "promises", _("broken promises")
    GROUPS = "groups", _("service to group customers")
    TRANSACTIONS = "transactions", _("handling of transactions")
    ENQUIRIES = "enquiries", _("enquiries")
    TARIFFS = "tariffs", _("tariffs")
    BILLING = "billing", _("billing disputes")
    CALL_QUALITY = "call_quality", _("call quality")
    CHARGING = "charging", _("charging")
    NEW_SERVICES = "new_services", _("use of new services")
    UNSOLVED = "unsolved", _("something long unsolved")


class HandlingState(models.TextChoices):
    OPEN = State.OPEN, pgettext_lazy("complaint", "open")
    OFFERED = State.OFFERED, _("waiting for acceptance")
    ASSIGNED = State.ASSIGNED, _("taken over")
    PAUSED = State.PAUSED, pgettext_lazy("complaint", "paused")
    CLOSED = State.CLOSED, pgettext_lazy("complaint", "closed")


_KINDS = {
    Reason.ATTITUDE: CaseKind.ATTITUDE,
    Reason.WRONG_TRANSACTION: CaseKind.WRONG_TRANSACTION,
}


def kind_of(contact: str, reason: str) -> CaseKind:
    """Return the kind that decides what follows: only complaints have consequences."""
    if contact != Contact.COMPLAINT:
        return CaseKind.OTHER
    return _KINDS.get(Reason(reason), CaseKind.OTHER)


class HandlingQuerySet(models.QuerySet["Handling"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(case__in=Case.objects.visible_to(viewer))


class Handling(models.Model):
    """The working side of a case; cases that came as a spreadsheet have none.

    `owner` logged it and answers for it for good. `task_person` or `task_unit` is
    whom it was offered to (state offered) or who took it over. `customer` is how to
    address the customer and `phone_tail` the last four digits of the phone: more is
    not kept. `reply_due_at` and the rest are read from the clocks after each event;
    None: that clock stands. `next_level_at` is when the case goes up a level next.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="handling"
    )
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    contact = models.CharField(max_length=11, choices=Contact.choices)
    reason = models.CharField(max_length=17, choices=Reason.choices)
    subject = models.CharField(max_length=12, choices=Subject.choices)
    customer = models.CharField(max_length=CUSTOMER_LENGTH, blank=True)
    phone_tail = models.CharField(
        max_length=4, blank=True, validators=[RegexValidator(r"^[0-9]{4}$")]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    task_person = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="case_tasks"
    )
    task_unit = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=8, choices=HandlingState.choices, default=HandlingState.OPEN
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    reply_warn_at = models.DateTimeField()
    reply_due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    next_level_at = models.DateTimeField(null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        ordering = ["-case__received_at"]
        constraints = [
            # The form that logged it may come twice.
            models.UniqueConstraint(fields=["owner", "key"], name="handling_sent_once"),
            models.CheckConstraint(
                condition=Q(task_person=None) | Q(task_unit=None),
                name="handling_one_task",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("offered", "assigned"))
                | Q(task_person__isnull=False)
                | Q(task_unit__isnull=False),
                name="handling_task_has_somebody",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)),
                name="handling_satisfaction_1_to_5",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_level_at"],
                condition=Q(next_level_at__isnull=False),
                name="handling_next_level",
            ),
            models.Index(
                F("due_at"), condition=~Q(state="closed"), name="handling_undone"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def task_shown(self) -> str:
        """Return who is asked, or has it; empty: the first contact herself."""
        if self.task_person is not None:
            return self.task_person.name
        return self.task_unit.name if self.task_unit is not None else ""
