"""What the feed remembers: that something changed, whom to tell, what was asked for.

What a row says stands nowhere here; it is read when it is told.
"""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.feed.addresses import Problem
from outlets.exchange.keys import OrderBase
from outlets.places.sight import Viewer
from staffing.accounts.models import ServiceAccount


class Change(models.Model):
    """The newest change of one object of one kind; triggers write it, nothing else.

    `seq` grows in the order in which transactions commit, and is shared by what one
    of them touched; `born` is the `seq` at which the object first appeared. Whether
    the object still stands, and what it says, is asked when somebody reads.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    seq = models.BigIntegerField()
    born = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["seq", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="change_once"),
        ]
        indexes = [models.Index(fields=["seq", "id"], name="change_in_order")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.key}"


class Mark(models.Model):
    """The one row of what holds for the whole feed.

    `space` is what ids are made with, so that they say nothing of the rows; `forgotten`
    the highest `seq` of a change that is no longer kept; `day` the last day whose
    beginnings and ends of assignments are in the feed (None: none yet).
    """

    ONLY = 1  # its key

    space = models.UUIDField(default=uuid.uuid4, editable=False)
    forgotten = models.BigIntegerField(default=0)
    day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.day} {self.forgotten}"

    @classmethod
    def only(cls, *, lock: bool = False) -> Self:
        """Return the row, locked if asked; a new one where the database was emptied."""
        rows = cls.objects.select_for_update() if lock else cls.objects.all()
        return rows.get_or_create(pk=cls.ONLY)[0]


class WebhookState(models.TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", pgettext_lazy("webhook", "paused")
    STOPPED = "stopped", _("stopped: the receiver did not answer for a day")
    ENDED = "ended", _("ended")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of the services that the viewer sees; none for the others."""
        return self.filter(service__in=ServiceAccount.objects.visible_to(viewer))


class Webhook(models.Model):
    """An address of a service that is told what changes, in order.

    `kinds` narrows what is told; empty is everything that the service may read.
    `cursor` is how far the feed has been made into deliveries, `walks` how often that
    began again because the service came to see something else. `salt` makes the secret
    together with the deployment's own key; the secret itself is nowhere. Until
    `old_until` the secret of `old_salt` signs as well. Until `claimed_until` one worker
    sends; nobody else does.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    salt = models.CharField(max_length=32)
    old_salt = models.CharField(max_length=32, blank=True)
    old_until = models.DateTimeField(null=True)
    cursor = models.TextField()
    walks = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=7, choices=WebhookState.choices, default=WebhookState.ACTIVE
    )
    created_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")


class Delivery(models.Model):
    """Some changes that go to a webhook in one call; the next waits for this one.

    `events` are [kind, key, seq, walk] in order: what a row says is asked when it is
    sent, so that no copy of it lies here. `tried_since` begins the day after which it
    is given up; `replay` marks one that is sent once more because somebody asked.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    events = models.JSONField()
    state = models.CharField(
        max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    replay = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tried_since = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["webhook", "state", "id"])]

    def __str__(self) -> str:
        return str(self.uuid)


class Attempt(models.Model):
    """One call to a receiver: what it answered, or why it could not be reached."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True, choices=Problem.choices)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.problem}"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    RUNNING = "running", _("being written")
    DONE = "done", _("ready")
    FAILED = "failed", _("not written")
    EXPIRED = "expired", _("expired")


class ExportForm(models.TextChoices):
    NDJSON = "ndjson", "NDJSON"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PARQUET = "parquet", "Parquet"


class Export(models.Model):
    """Everything that a service may see of some kinds, as files.

    `files` is the manifest, a file per kind: name, kind, rows, bytes, sha256. `cursor`
    goes on in the feed where the files end. `rows` grows while it is written. `view` is
    what the service could see then: the files are not handed out with another one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="exports")
    scopes = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    form = models.CharField(max_length=7, choices=ExportForm.choices)
    state = models.CharField(
        max_length=7, choices=ExportState.choices, default=ExportState.WAITING
    )
    rows = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=list)
    cursor = models.TextField(blank=True)
    view = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.uuid} {self.form}"


class Order(OrderBase):
    """What a service had made under an idempotency key: an export or a webhook."""
