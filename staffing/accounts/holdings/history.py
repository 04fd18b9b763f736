"""What history and access log say about a person."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outlets.exchange import tracking
from outlets.exchange.tracking import Group, Tracked
from staffing.accounts.models import AccessRecord, Deed, HistoryRecord
from staffing.accounts.services.erasing import (
    access_to_rewrite,
    history_to_rewrite,
    pseudonymise_access,
    pseudonymise_history,
)
from staffing.accounts.services.keeping import purge_history, youngest_to_purge
from staffing.people.models import Employee
from staffing.people.personal.keeping import RetentionKind, day_begins
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding

HISTORY = "history"
_CHANGE = ("timestamp", "kind", "deed", "field", "before", "after")
_DEED = ("timestamp", "kind", "deed")
_ACCESS = ("at", "kind", "by_yourself", "what", "rows", "address", "agent")
# What of these was changed is her own; of a record others judged, only that it was.
_HER_OWN = frozenset({Group.PEOPLE, Group.ROLES})


def _tracked_types() -> dict[int, Tracked]:
    return {
        ContentType.objects.get_for_model(model).pk: known
        for model, known in tracking.tracked().items()
    }


def _visible(rows: QuerySet[HistoryRecord]) -> QuerySet[HistoryRecord]:
    """Leave out what she may not know yet, such as a visit to be released."""
    for pk, known in _tracked_types().items():
        if untold := known.untold(None):
            rows = rows.exclude(untold, content_type=pk)
    return rows.order_by("pk")


def _changes(employee: Employee) -> Iterator[Mapping[str, Any]]:
    """Yield each change of a record about her; other rows are not named."""
    types = _tracked_types()
    about = _visible(HistoryRecord.objects.filter(employee=employee))
    for record in about.filter(content_type__in=types).iterator():
        known = types[record.content_type_id]
        for field, (before, after) in record.changes.items():
            shown = known.group in _HER_OWN and not _points(known, field)
            yield {
                **_head(record, known),
                "field": field,
                "before": before if shown else None,
                "after": after if shown else None,
            }


def _points(known: Tracked, name: str) -> bool:
    if name not in known.fields:
        return False
    return bool(known.model._meta.get_field(name).is_relation)


def _deeds(employee: Employee) -> Iterator[Mapping[str, Any]]:
    types = _tracked_types()
    done = _visible(HistoryRecord.objects.filter(actor__employee=employee))
    for record in done.filter(content_type__in=types).iterator():
        yield _head(record, types[record.content_type_id])


def _head(record: HistoryRecord, known: Tracked) -> dict[str, Any]:
    deed = Deed(record.action).name.lower()
    return {"timestamp": record.timestamp, "kind": known.kind, "deed": deed}


def _access(employee: Employee) -> Iterator[Mapping[str, Any]]:
    """Yield her own visits whole; of somebody else's only what concerned her."""
    hers = Q(user__employee=employee) | Q(employee=employee)
    rows = AccessRecord.objects.filter(hers).select_related("user").order_by("pk")
    for row in rows.iterator():
        own = row.user is not None and row.user.employee_id == employee.pk
        yield {
            "at": row.at,
            "kind": row.kind,
            "by_yourself": own,
            "what": row.what,
            "rows": row.rows,
            "address": row.address if own else "",
            "agent": row.agent if own else "",
        }


class _ScrubHistory:
    """Take her names out of the history."""

    def count(self, employee: Employee) -> int:
        return sum(1 for _line in history_to_rewrite(employee, ""))

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return pseudonymise_history(employee=employee, by=None, pseudonym=pseudonym)


class _ScrubAccess:
    """Take addresses, browsers and names out of the access log."""

    def count(self, employee: Employee) -> int:
        return sum(1 for _line in access_to_rewrite(employee))

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return pseudonymise_access(employee=employee)


HOLDINGS = (
    Holding(
        code="history",
        label=_("History of records about you"),
        about=_(
            "What was changed about you and when; values of your own data only, and "
            "nobody's name."
        ),
        columns=_CHANGE,
        rows_of=_changes,
        words=frozenset({"before", "after"}),
        changes=(_ScrubHistory(),),
        erased=_(
            "That something was changed stays; names read erased, number and user name "
            "read as the pseudonym."
        ),
        covers=frozenset(
            {
                "accounts.HistoryRecord.employee",
                "accounts.HistoryRecord.changes",
                "accounts.HistoryRecord.object_repr",
                "accounts.HistoryRecord.additional_data",
            }
        ),
        retention=HISTORY,
    ),
    Holding(
        code="deeds",
        label=_("What you changed"),
        about=_("When you changed what kind of record; not which, nor whose."),
        columns=_DEED,
        rows_of=_deeds,
        erased=_("They stay and lead to the pseudonym."),
        covers=frozenset(
            {"accounts.HistoryRecord.actor", "accounts.HistoryRecord.actor_name"}
        ),
        retention=HISTORY,
    ),
    Holding(
        code="access",
        label=_("Sign-ins and exports"),
        about=_(
            "When you signed in, from where, what you took out, and when somebody took "
            "out data about you."
        ),
        columns=_ACCESS,
        rows_of=_access,
        words=frozenset({"what"}),
        changes=(_ScrubAccess(),),
        erased=_("Addresses and browsers are cleared, the rest stays."),
        covers=frozenset(
            {
                "accounts.AccessRecord.user",
                "accounts.AccessRecord.employee",
                "accounts.AccessRecord.name",
                "accounts.AccessRecord.what",
                "accounts.AccessRecord.address",
                "accounts.AccessRecord.agent",
            }
        ),
        retention=HISTORY,
    ),
)


def _old_history(cut_off: date, action: Action, limit: int) -> int:
    before = min(day_begins(cut_off), youngest_to_purge())
    return purge_history(before=before, by=None, limit=limit)


KINDS = (
    RetentionKind(
        code=HISTORY,
        label=_("History, sign-ins and exports"),
        why=_(
            "Auditors look back three years. The deployment may ask for longer, and "
            "then nothing younger goes."
        ),
        months=36,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_history,
        batch=10_000,
    ),
)
