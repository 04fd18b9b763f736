"""Imports: which file was checked and loaded, by whom, and what was wrong with it."""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange import meanings
from outlets.exchange.access import Loader, loadable_kinds, sees_all_imports

# Without a word for so long, the worker is taken to be gone.
SILENCE = timedelta(minutes=10)
# Faults and warnings kept one by one; beyond, they are only counted.
MOST_FAULTS = 10_000
MOST_WARNINGS = 1_000
_FAULT_TEXTS = {"column": 120, "value": 80, "reason": 500}  # characters


class ImportState(models.TextChoices):
    RECEIVED = "received", _("columns to be confirmed")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, waits for you")
    LOADING = "loading", _("being loaded")
    LOADED = "loaded", _("loaded")
    REFUSED = "refused", _("refused, nothing loaded")
    UNREADABLE = "unreadable", _("not readable")
    INTERRUPTED = "interrupted", _("interrupted, nothing loaded")
    CANCELLED = "cancelled", _("cancelled")


RUNNING = (ImportState.CHECKING, ImportState.LOADING)
# What may be called off, and what somebody may forget to go on with.
WAITING = (ImportState.RECEIVED, ImportState.CHECKED, ImportState.INTERRUPTED)


def import_files() -> Storage:
    """Return where files lie as they came in; no address leads there."""
    return storages["imports"]


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, viewer: Loader) -> Self:
        """Keep all for who loads or audits everything, for other loaders their own."""
        if sees_all_imports(viewer):
            return self
        if not loadable_kinds(viewer):
            return self.none()
        return self.filter(by=viewer.pk)

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def silent(self) -> Self:
        """Keep the running ones whose worker has said nothing for a while."""
        return self.running().filter(progress_at__lt=timezone.now() - SILENCE)

    def same_content(self, imported: "Import") -> Self:
        """Keep the finished loads of the very same bytes as the same kind."""
        return self.filter(
            kind=imported.kind, sha256=imported.sha256, state=ImportState.LOADED
        ).exclude(pk=imported.pk)


class Import(models.Model):
    """One file of one kind on its way in. `by` None means the command line.

    `stored` and `refused_rows` name files in the storage "imports"; empty once they are
    deleted, or where the file never was ours. `attempt` counts the jobs: only the
    newest one may write. Times are instants; counts are rows but for `faults` and
    `warnings`, of which a row may have several.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)
    state = models.CharField(
        max_length=12, choices=ImportState.choices, default=ImportState.RECEIVED
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
    )
    language = models.CharField(max_length=10, default="en")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    stored = models.CharField(max_length=100, blank=True)
    refused_rows = models.CharField(max_length=100, blank=True)
    heading = models.JSONField(default=list, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    keep_good = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=0)
    claimed = models.BooleanField(default=False)
    message = models.CharField(max_length=500, blank=True)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ImportState.LOADED) | Q(finished_at__isnull=False),
                name="import_loaded_is_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "sha256"]),
            models.Index(
                fields=["progress_at"],
                condition=Q(state__in=RUNNING),
                name="import_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} · {self.file_name}"

    @property
    def kind_label(self) -> str:
        return meanings.label(self.kind)

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_silent(self) -> bool:
        """Tell whether the worker seems to be gone."""
        return self.is_running and (
            self.progress_at is None or timezone.now() - self.progress_at > SILENCE
        )

    @property
    def may_go_on(self) -> bool:
        """Tell whether the file can be checked or loaded again from the start."""
        stopped = self.state == ImportState.INTERRUPTED or self.is_silent
        return stopped and bool(self.stored)

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in WAITING

    @property
    def good(self) -> int:
        """Rows that would be taken, or are on record already."""
        return self.created + self.updated + self.unchanged

    @property
    def duration(self) -> timedelta | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at


class ImportFault(models.Model):
    """What is wrong, or odd, with one cell. Row 1 is the heading.

    At most `MOST_FAULTS` and `MOST_WARNINGS` of an import are kept.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="fault_rows")
    is_warning = models.BooleanField(default=False)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=_FAULT_TEXTS["column"])
    value = models.CharField(max_length=_FAULT_TEXTS["value"], blank=True)
    reason = models.CharField(max_length=_FAULT_TEXTS["reason"])

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["of", "is_warning", "id"])]

    def __str__(self) -> str:
        return f"{self.row} {self.column}: {self.reason}"

    @classmethod
    def cut(cls, **values: Any) -> "ImportFault":
        """Make a row whose texts fit their columns."""
        for name, length in _FAULT_TEXTS.items():
            values[name] = values[name].replace("\x00", "\N{REPLACEMENT CHARACTER}")
            values[name] = values[name][:length]
        return cls(**values)
