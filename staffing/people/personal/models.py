"""Exports and erasures of personal data, and how long records are kept.

None of these rows carries a name: they are the proof of what was done.
"""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outlets.places.sight import Power, Viewer

REASON_LENGTH = 300


def private_storage() -> Storage:
    """Return the storage of files that no address leads to but a view that asks."""
    return storages["private"]


def export_path(export: "PersonalExport", name: str) -> str:
    return f"exports/{uuid.uuid4().hex}.zip"


class ExportStep(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    GATHERING = "gathering", _("gathering the records")
    DONE = "done", pgettext_lazy("export", "done")


class PersonalExportQuerySet(models.QuerySet["PersonalExport"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what the viewer asked for herself: a file is for its requester only."""
        requester = getattr(viewer, "pk", None)
        return self.filter(requested_by=requester, requested_by__isnull=False)

    def overseen_by(self, viewer: Viewer) -> Self:
        """Keep every export, as a line of the log, for who manages personal data."""
        reach = viewer.sight.reach(Power.MANAGE_PERSONAL_DATA)
        return self if reach.everywhere else self.none()

    def expired(self, at: datetime) -> Self:
        """Keep those whose file has to go."""
        return self.filter(expires_at__lte=at).exclude(file="")


class PersonalExport(models.Model):
    """A file of everything held about one person, asked for once.

    `reason` is empty where she asked herself. `expires_at` None: not made yet. The
    file is gone after it; the row stays as a record that it existed. Progress is
    written outside any transaction of the job.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "people.Employee", models.PROTECT, related_name="personal_exports"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    requested_at = models.DateTimeField(db_default=Now())
    step = models.CharField(
        max_length=9, choices=ExportStep.choices, default=ExportStep.WAITING
    )
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    failed = models.BooleanField(default=False)
    message = models.CharField(max_length=300, blank=True)
    progress_at = models.DateTimeField(db_default=Now())
    file = models.FileField(storage=private_storage, upload_to=export_path, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    objects = PersonalExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="") | Q(expires_at__isnull=False),
                name="personal_export_expires",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=~Q(file=""),
                name="personal_export_with_file",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_running(self) -> bool:
        return self.step != ExportStep.DONE and not self.failed


class ErasureState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("erasure", "waits for a second person")
    CONFIRMED = "confirmed", pgettext_lazy("erasure", "confirmed, being carried out")
    DONE = "done", pgettext_lazy("erasure", "carried out")
    WITHDRAWN = "withdrawn", pgettext_lazy("erasure", "withdrawn")


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all of them for who manages personal data."""
        reach = viewer.sight.reach(Power.MANAGE_PERSONAL_DATA)
        return self if reach.everywhere else self.none()

    def open(self) -> Self:
        return self.filter(state__in=(ErasureState.PROPOSED, ErasureState.CONFIRMED))


class Erasure(models.Model):
    """One person's erasure: asked for by one, confirmed by another, then carried out.

    `counts` says, by the code of each holding, how many records it changed. Both users
    are None where the retention rule for leavers did it. `message` says why it could
    not be carried out; it then waits to be confirmed again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "people.Employee", models.PROTECT, related_name="erasures"
    )
    reason = models.CharField(max_length=REASON_LENGTH)
    state = models.CharField(
        max_length=9, choices=ErasureState.choices, default=ErasureState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    message = models.CharField(max_length=500, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(state__in=("proposed", "confirmed")),
                name="erasure_open_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | Q(proposed_by=None)
                | ~Q(confirmed_by=F("proposed_by")),
                name="erasure_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn"))
                | Q(confirmed_at__isnull=False),
                name="erasure_is_confirmed_first",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "confirmed"), closed_at=None)
                | Q(state__in=("done", "withdrawn"), closed_at__isnull=False),
                name="erasure_closed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ErasedNumber(models.Model):
    """A keyed hash of the number of somebody erased, so that no file brings her back.

    `lifted_at`: the number may be given to somebody again; None: it may not.
    """

    digest = models.CharField(max_length=64)
    employee = models.ForeignKey(
        "people.Employee", models.PROTECT, related_name="erased_numbers"
    )
    erased_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(lifted_at=None),
                name="erased_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class Action(models.TextChoices):
    DELETE = "delete", pgettext_lazy("retention", "delete")
    PSEUDONYMISE = "pseudonymise", pgettext_lazy("retention", "pseudonymise")
    PROPOSE = "propose", pgettext_lazy("retention", "propose to human resources")
    KEEP = "keep", pgettext_lazy("retention", "keep")


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.sight.may(Power.OVERSEE_PERSONAL_DATA) else self.none()


class RetentionRule(models.Model):
    """How long one kind of record is kept, as somebody set it; the newest row holds.

    Without a row the kind keeps what is shipped. `months` after which `action` is
    done.
    """

    kind = models.CharField(max_length=30)
    months = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=12, choices=Action.choices)
    reason = models.CharField(max_length=REASON_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="retention_rule_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.months} {self.action}"


class RetentionReportQuerySet(models.QuerySet["RetentionReport"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.sight.may(Power.OVERSEE_PERSONAL_DATA) else self.none()


class RetentionReport(models.Model):
    """What one nightly run did to one kind: everything older than `cut_off`.

    `held_back`: a published ranking that may still be appealed needs records from
    `cut_off` on, so that the run stopped there, earlier than its rule says.
    """

    kind = models.CharField(max_length=30)
    action = models.CharField(max_length=12, choices=Action.choices)
    months = models.PositiveSmallIntegerField()
    cut_off = models.DateField()
    held_back = models.BooleanField(default=False)
    count = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now())

    objects = RetentionReportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "kind"]
        indexes = [models.Index(fields=["-at", "kind"], name="retention_report_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.cut_off:%F} {self.count}"
