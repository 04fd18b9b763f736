"""The history in words: who, what, from what to what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from outlets.exchange import tracking
from outlets.exchange.tracking import Tracked
from staffing.accounts.models import Deed, HistoryRecord
from staffing.accounts.words import field_name
from staffing.people.models import User

NOTHING = "–"
_Names = Mapping[type[models.Model], Mapping[int, str]]
_Pages = Mapping[tuple[str, int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One field, from what to what; a dash where there was nothing."""

    field: str
    old: str
    new: str

    @property
    def was_nothing(self) -> bool:
        return self.old == NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    """One record in the reader's words. Links are "" where there is no page."""

    at: datetime
    who: str
    deed: Deed
    noun: str
    label: str
    link: str
    timeline: str
    changes: list[Change]
    occasion: str


def lines(records: Sequence[HistoryRecord]) -> list[Line]:
    """Return records in words; a query per kind of thing on the page, not per line."""
    by_type = {
        ContentType.objects.get_for_model(model).pk: known
        for model, known in tracking.tracked().items()
    }
    told = [(record, by_type[record.content_type_id]) for record in records]
    names = _names(told)
    pages = _pages(told)
    return [_line(record, known, names, pages) for record, known in told]


def person_name(user: User | None) -> str:
    """Return what somebody with an account is called; "" for nobody."""
    if user is None:
        return ""
    if user.employee is not None:
        return user.employee.name
    return user.get_full_name() or user.get_username()


def who_shown(user: User | None, name: str) -> str:
    """Return the person, service or job behind a line."""
    kind, _colon, rest = name.partition(": ")
    if user is not None:
        return person_name(user)
    if kind == "service":
        return _("service %(name)s") % {"name": rest}
    if kind == "system":
        return _("the system (%(job)s)") % {"job": rest}
    return _("unknown")


def timeline_of(known: Tracked, pk: int) -> str:
    return reverse("history:object", args=[known.kind, pk])


def _line(
    record: HistoryRecord,
    known: Tracked,
    names: _Names,
    pages: _Pages,
) -> Line:
    label, link = pages.get((known.kind, record.object_id), ("", ""))
    occasion = record.additional_data
    return Line(
        at=record.timestamp,
        who=who_shown(record.actor, record.actor_name),
        deed=Deed(record.action),
        noun=capfirst(str(known.noun)),
        label=label or record.object_repr,
        link=link,
        timeline=timeline_of(known, record.object_id),
        changes=list(_changes(known, record.changes, names)),
        occasion=" · ".join(filter(None, (occasion.get("kind"), occasion.get("file")))),
    )


def _changes(
    known: Tracked, changes: Mapping[str, Sequence[Any]], names: _Names
) -> Iterator[Change]:
    worded = sorted((field_name(known.kind, name), name) for name in changes)
    for label, name in worded:
        old, new = changes[name]
        if isinstance(old, dict | list) or isinstance(new, dict | list):
            yield from _structured(label, old, new)
            continue
        yield Change(
            label,
            _shown(known, name, old, names),
            _shown(known, name, new, names),
        )


def _structured(label: str, old: Any, new: Any) -> Iterator[Change]:
    """Yield what differs inside a nested value, each leaf by its path."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield Change(
                " · ".join((label, *path)),
                _plain(before.get(path)),
                _plain(after.get(path)),
            )


def _leaves(
    value: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key in value:
            yield from _leaves(value[key], (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(inner, (*path, str(number)))
    elif value not in (None, "", {}, []):
        yield path, value


def _plain(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _shown(known: Tracked, name: str, value: Any, names: _Names) -> str:
    """Return a kept value as its field would show it; as kept where it cannot."""
    if value is None or value == "":
        return NOTHING
    try:
        field: Any = known.model._meta.get_field(name)
    except FieldDoesNotExist:
        return _plain(value)
    if field.is_relation:
        return names[field.related_model].get(value, f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    try:
        return _of_kind(field, name in known.hundredths, value)
    except ValueError:
        return _plain(value)


def _of_kind(field: Any, in_hundredths: bool, value: Any) -> str:
    if in_hundredths:
        return number_format(Decimal(value) / 100)
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return _plain(value)


# --- Names and links, a query per kind ------------------------------------------------


def _names(told: Iterable[tuple[HistoryRecord, Tracked]]) -> _Names:
    """Return what the rows that changes point to are called today."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for record, known in told:
        for name, pair in record.changes.items():
            if name not in known.fields:
                continue
            field: Any = known.model._meta.get_field(name)
            if field.is_relation:
                wanted[field.related_model] |= {pk for pk in pair if pk is not None}
    return {model: _labels(model, pks) for model, pks in wanted.items()}


def _labels(model: type[models.Model], pks: set[int]) -> dict[int, str]:
    rows = model._base_manager.filter(pk__in=pks)
    if model is User:
        users = rows.select_related("employee")
        return {user.pk: person_name(user) for user in users}  # type: ignore[arg-type]
    known = tracking.tracked().get(model)
    if known is None:
        return {row.pk: str(row) for row in rows}
    return {row.pk: known.words(row) for row in rows.select_related(*known.related)}


def _pages(told: Iterable[tuple[HistoryRecord, Tracked]]) -> _Pages:
    """Return words and page of every row that has them and still exists."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for record, known in told:
        if known.link is not None or known.shown is not None:
            wanted[known.model].add(record.object_id)
    pages = {}
    for model, pks in wanted.items():
        known = tracking.tracked()[model]
        rows = model._base_manager.filter(pk__in=pks).select_related(*known.related)
        for row in rows:
            pages[known.kind, row.pk] = (
                known.words(row),
                known.link(row) if known.link else "",
            )
    return pages
