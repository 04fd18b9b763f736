"""Who changed what, when, from what to what."""

from datetime import UTC, datetime
from typing import Any, Self

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.encoding import smart_str
from django.utils.translation import gettext_lazy as _

from outlets.exchange import acting, tracking
from outlets.exchange.tracking import Group, Tracked
from outlets.places.sight import Power, Sight, Viewer
from staffing.accounts.models.kept import Kept, KeptQuerySet
from staffing.people.models import Employee, User

# What a log keeps as it is; everything else is kept as text.
_PLAIN = (type(None), bool, int, float, str, list, dict)
_EMPTY = (None, "")
Changes = dict[str, tuple[Any, Any]]

OF_CONFIGURATION = frozenset(
    {Group.PEOPLE, Group.ROLES, Group.PLACES, Group.CONFIGURATION}
)


class Deed(models.IntegerChoices):
    """What happened to the row, numbered as the library does."""

    CREATED = 0, _("added")
    CHANGED = 1, _("changed")
    DELETED = 2, _("deleted")


def groups_seen_by(sight: Sight) -> frozenset[Group]:
    """Return what somebody may read the history of; nothing unless she may.

    A history tells of the whole chain, so that the power must reach everywhere. Who
    configures reads the history of that, and of no score or decision.
    """
    if sight.reach(Power.SEE_HISTORY).everywhere:
        return frozenset(Group)
    if sight.reach(Power.CONFIGURE).everywhere:
        return OF_CONFIGURATION
    return frozenset()


def tracked_by_type(sight: Sight) -> dict[int, Tracked]:
    """Return the tracked models that one may read about, by content type id."""
    seen = groups_seen_by(sight)
    models_seen = [m for m, known in tracking.tracked().items() if known.group in seen]
    types = ContentType.objects.get_for_models(*models_seen)
    return {types[model].pk: tracking.tracked()[model] for model in models_seen}


class HistoryQuerySet(KeptQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what is about things that the viewer may read the history of.

        What is concealed from her, as a visit before its release may be, stays so.
        """
        types = tracked_by_type(viewer.sight)
        rows = self.filter(content_type__in=sorted(types))
        for pk, known in types.items():
            if untold := known.untold(viewer):
                rows = rows.exclude(untold, content_type=pk)
        return rows

    def newest_first(self) -> Self:
        return self.order_by("-timestamp", "-id")

    def of_object(self, known: Tracked, pk: int) -> Self:
        """Keep the history of one row, of its parts, and of what is about a person."""
        type_of = ContentType.objects.get_for_model
        found = models.Q(content_type=type_of(known.model), object_id=pk)
        for part in tracking.tracked().values():
            if part.whole is known.model:
                parts = part.model._base_manager.filter(**{part.part_of: pk})
                found |= models.Q(
                    content_type=type_of(part.model), object_id__in=parts.values("pk")
                )
        if known.model is Employee:
            found |= models.Q(employee=pk)
        return self.filter(found)


class HistoryManager(LogEntryManager.from_queryset(HistoryQuerySet)):  # type: ignore[misc]
    """What the library calls when a tracked row is saved or deleted."""

    def log_create(
        self, instance: models.Model, force_log: bool = False, **kwargs: Any
    ) -> "HistoryRecord | None":
        """Keep one change; None where there is nothing to say."""
        known = tracking.tracked().get(type(instance))
        deed = Deed(kwargs["action"])
        changes = worth_a_line(kwargs.get("changes") or {})
        if known is None or not changes:
            return None
        if deed is Deed.CREATED and not known.creations:
            return None
        record = HistoryRecord.of(known, instance, deed, changes)
        record.save()
        return record


class HistoryRecord(Kept, AbstractLogEntry):
    """One change of one row; the library's log entry, cut down to what is read.

    `changes` holds [before, after] by field name: None for nothing, dates and moments
    (in UTC) as text, other rows by id. `actor` is the person, or `actor_name` the
    service ("service: …") or job ("system: …"); both empty: unknown. `employee` is whom
    the row is about, `object_repr` what the row was called then, `additional_data` the
    occasion, such as the file of an import.
    """

    # The composite indexes below begin with these keys.
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField()
    object_repr = models.CharField(max_length=300)
    action = models.PositiveSmallIntegerField(choices=Deed.choices)
    changes = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor_name = models.CharField(max_length=150, blank=True)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", db_index=False
    )
    timestamp = models.DateTimeField(default=timezone.now)
    additional_data = models.JSONField(default=dict)
    # What the library would keep beside and nobody reads.
    object_pk = None
    serialized_data = None
    changes_text = None
    cid = None
    remote_addr = None
    remote_port = None
    actor_email = None

    objects = HistoryManager()

    class Meta:
        ordering = ["-timestamp", "-id"]
        indexes = [
            models.Index(fields=["-timestamp", "-id"], name="history_newest"),
            models.Index(
                fields=["content_type", "object_id", "-timestamp"],
                name="history_of_object",
            ),
            models.Index(fields=["employee", "-timestamp"], name="history_of_person"),
            models.Index(fields=["actor", "-timestamp"], name="history_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id} {self.object_id} {self.action}"

    @classmethod
    def of(
        cls, known: Tracked, row: models.Model, deed: Deed, changes: Changes
    ) -> "HistoryRecord":
        """Return the unsaved record of a change, with who is acting now."""
        actor_id, actor_name = who_acts(known, changes)
        # A person whose row has gone can no longer be pointed to.
        gone = deed is Deed.DELETED and known.model is Employee
        return cls(
            content_type=ContentType.objects.get_for_model(known.model),
            object_id=row.pk,
            object_repr=known.label(row)[:300],
            action=deed,
            changes=changes,
            actor_id=actor_id,
            actor_name=actor_name[:150],
            employee_id=None if gone else known.employee_id(row),
            additional_data=dict(acting.current().occasion),
        )


def who_acts(known: Tracked, changes: Changes) -> tuple[int | None, str]:
    """Return the acting person's id, or the name of the service or job.

    Where no person is signed in, the row itself may say who did it: in this house a
    field `by`, or one whose name ends so, names the actor.
    """
    now = acting.current()
    who = now.who() if now.who is not None else None
    if isinstance(who, User):
        return who.pk, ""
    if service := getattr(who, "acts_as", ""):
        return None, service
    for name, (_before, after) in changes.items():
        if after is not None and (name == "by" or name.endswith("_by")):
            field = known.model._meta.get_field(name)
            if field.related_model is User:
                return int(after), ""
    return None, now.name


def worth_a_line(changes: Any) -> Changes:
    """Leave out fields that were nothing and are nothing."""
    return {
        name: (before, after)
        for name, (before, after) in sorted(changes.items())
        if not (before in _EMPTY and after in _EMPTY)
    }


def kept_value(value: Any) -> Any:
    """Return a field's value as the library keeps it: plain, or as text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value if isinstance(value, _PLAIN) else smart_str(value)
