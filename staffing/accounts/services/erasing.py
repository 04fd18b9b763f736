"""Taking an erased person's names out of history and access log.

Both are counted and carried out from the same rows, as an erasure says beforehand what
it will do. What happened, when and by whom stays.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from staffing.accounts.models import AccessKind, AccessRecord, HistoryRecord
from staffing.accounts.services.access import record_access
from staffing.accounts.services.keeping import door
from staffing.people.models import Employee, User
from staffing.people.personal.changes import words_for
from staffing.people.personal.words import pattern_of, spellings, strike

BATCH = 1000
ERASED = "erased"
# The fields that say who somebody is, wherever a history keeps them. Those that told
# her from others give way to the pseudonym, which does so from now on.
NAMES: Mapping[type[models.Model], frozenset[str]] = {
    Employee: frozenset({"number", "name", "contract"}),
    User: frozenset({"username", "email", "first_name", "last_name"}),
}
_TELLING_APART = frozenset({"number", "username"})


def pseudonymise_history(
    *, employee: Employee, by: User | None, pseudonym: str = ERASED
) -> int:
    """Take a person's names out of the history; return the lines rewritten.

    What happened to her row, when and by whom stays; `name` and the like read "erased"
    before and after, number and user name read `pseudonym`. Texts about others that
    quote her lose her. Where she acted she is found by her account, whose own name is
    erased in `people`. To be called in the transaction that erases her, with her name
    and number as they were.
    """
    records = list(history_to_rewrite(employee, pseudonym))
    fields = ["changes", "object_repr", "additional_data"]
    with door("erase"):
        HistoryRecord._base_manager.bulk_update(records, fields, batch_size=200)
        record_access(
            AccessKind.NAME_ERASED, user=by, employee_id=employee.pk, rows=len(records)
        )
    return len(records)


def history_to_rewrite(employee: Employee, pseudonym: str) -> Iterator[HistoryRecord]:
    """Yield the lines that name her, rewritten and not saved."""
    types = {
        ContentType.objects.get_for_model(model).pk: fields
        for model, fields in NAMES.items()
    }
    hers = _hers(employee)
    called = _called(employee, hers, types)
    own = _Eraser(names=called, pseudonym=pseudonym, fields=types)
    for record in hers.order_by("pk").iterator(chunk_size=BATCH):
        if own.rewrite(record):
            yield record
    # A namesake keeps her own name: of others only what quotes her is struck.
    quoted = [*words_for(employee), *called["number"]]
    for name in called["name"]:
        quoted += spellings(name)
    pattern = pattern_of(quoted)
    others = HistoryRecord._base_manager.exclude(pk__in=hers.values("pk"))
    for record in _quoting(others, quoted).order_by("pk").iterator(chunk_size=BATCH):
        labels = pattern_of(called["number"])
        if _struck(record, pattern, labels, types.get(record.content_type_id)):
            yield record


def _hers(employee: Employee) -> models.QuerySet[HistoryRecord]:
    """Return the lines about her, those from before her account was hers as well."""
    accounts = User.objects.filter(employee=employee).values("pk")
    return HistoryRecord._base_manager.filter(
        Q(employee=employee)
        | Q(
            content_type=ContentType.objects.get_for_model(User),
            object_id__in=accounts,
        )
    )


def _called(
    employee: Employee,
    hers: models.QuerySet[HistoryRecord],
    types: Mapping[int, frozenset[str]],
) -> dict[str, set[str]]:
    """Return, by field, everything that her own history has ever called her."""
    called: dict[str, set[str]] = {
        name: set() for fields in NAMES.values() for name in fields
    }
    called["name"].add(employee.name)
    called["number"].add(employee.number)
    account = getattr(employee, "user", None)
    for field in NAMES[User] if account is not None else ():
        called[field] |= {getattr(account, field)} - {""}
    rows = hers.filter(content_type__in=types).values_list("content_type", "changes")
    for content_type, changes in rows.iterator(chunk_size=BATCH):
        for field in types[content_type] & changes.keys():
            called[field] |= {text for text in changes[field] if text}
    return called


class _Eraser:
    """Rewrites the lines about her."""

    def __init__(
        self,
        *,
        names: Mapping[str, set[str]],
        pseudonym: str,
        fields: Mapping[int, frozenset[str]],
    ) -> None:
        self._pseudonym = pseudonym
        self._fields = fields
        self._telling = pattern_of(set().union(*(names[n] for n in _TELLING_APART)))
        words = {word for name in names["name"] for word in spellings(name)}
        for field in names.keys() - _TELLING_APART - {"contract"}:
            words |= names[field]
        self._naming = pattern_of(words)

    def rewrite(self, record: HistoryRecord) -> bool:
        """Tell whether the line named her; it does so no more."""
        fields = self._fields.get(record.content_type_id, frozenset())
        changes = {
            name: self._pair(name, pair) if name in fields else self._text(pair)
            for name, pair in record.changes.items()
        }
        label = self._text(record.object_repr)[:300]
        occasion = self._text(record.additional_data)
        return _put(record, changes, label, occasion)

    def _pair(self, field: str, pair: Sequence[Any]) -> list[Any]:
        now = self._pseudonym if field in _TELLING_APART else ERASED
        return [value if value in (None, "") else now for value in pair]

    def _text(self, value: Any) -> Any:
        def rewritten(text: str) -> str:
            if self._naming is not None:
                text = self._naming.sub(ERASED, text)
            if self._telling is not None:
                text = self._telling.sub(self._pseudonym, text)
            return text

        return _each_text(value, rewritten)


def _struck(
    record: HistoryRecord,
    pattern: re.Pattern[str] | None,
    labels: re.Pattern[str] | None,
    named: frozenset[str] | None,
) -> bool:
    """Strike her out of a line about somebody else; tell whether she was in it."""

    def text(value: Any) -> Any:
        return _each_text(value, lambda one: strike(one, pattern))

    changes = {
        name: pair if name in (named or ()) else text(pair)
        for name, pair in record.changes.items()
    }
    label = strike(record.object_repr, labels)[:300]
    return _put(record, changes, label, text(record.additional_data))


def _put(
    record: HistoryRecord, changes: dict[str, Any], label: str, occasion: Any
) -> bool:
    before = (record.changes, record.object_repr, record.additional_data)
    record.changes, record.object_repr = changes, label
    record.additional_data = occasion
    return before != (changes, label, occasion)


def _each_text(value: Any, rewritten: Any) -> Any:
    """Return a kept value with every text in it rewritten; keys stay."""
    if isinstance(value, str):
        return rewritten(value)
    if isinstance(value, list | tuple):
        return [_each_text(one, rewritten) for one in value]
    if isinstance(value, dict):
        return {key: _each_text(one, rewritten) for key, one in value.items()}
    return value


def _quoting(
    rows: models.QuerySet[HistoryRecord], words: Sequence[str]
) -> models.QuerySet[HistoryRecord]:
    """Keep the lines in which one of the words may stand, however JSON writes it."""
    found = Q(pk__in=[])
    escaped = [json.dumps(word)[1:-1] for word in words]
    for word in {*words, *escaped}:
        found |= Q(object_repr__icontains=word)
        found |= Q(as_text__icontains=word) | Q(occasion__icontains=word)
    return rows.annotate(
        as_text=Cast("changes", models.TextField()),
        occasion=Cast("additional_data", models.TextField()),
    ).filter(found)


# --- The access log -------------------------------------------------------------------


def pseudonymise_access(*, employee: Employee) -> int:
    """Take addresses, browsers and names of a person out of the access log.

    When she signed in, and what she took out, stays under her scrubbed account.
    """
    records = list(access_to_rewrite(employee))
    with door("erase"):
        AccessRecord._base_manager.bulk_update(
            records, ["address", "agent", "what"], batch_size=200
        )
    return len(records)


def access_to_rewrite(employee: Employee) -> Iterator[AccessRecord]:
    """Yield the lines that say where she was or what she is called, rewritten."""
    hers = Q(user__employee=employee) & ~Q(address="", agent="")
    quoting = Q()
    words = words_for(employee)
    for word in words:
        quoting |= Q(what__icontains=word)
    pattern = pattern_of(words)
    rows = AccessRecord._base_manager.filter(hers | quoting).select_related("user")
    for record in rows.order_by("pk").iterator(chunk_size=BATCH):
        before = (record.address, record.agent, record.what)
        if record.user is not None and record.user.employee_id == employee.pk:
            record.address = record.agent = ""
        record.what = strike(record.what, pattern)
        if before != (record.address, record.agent, record.what):
            yield record
