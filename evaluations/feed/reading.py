"""Reading the feed: what changed since, for the eyes of whoever asks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from evaluations.feed import triggers
from evaluations.feed.cursors import START, Cursor, Position, Resync, View
from evaluations.feed.models import Change, Mark
from outlets.exchange.feed_kinds import registered

# One answer looks at no more changes than this: who sees little is sent on.
MOST_SCANNED = 5000


@dataclass(frozen=True, slots=True)
class Item:
    """One object as it is now; `row` None: the reader is to drop it.

    `seq` is its place in the order, `id` its lasting name.
    """

    kind: str
    key: str
    id: UUID
    seq: int
    row: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Page:
    items: Sequence[Item]
    cursor: Cursor
    more: bool


@dataclass(frozen=True, slots=True)
class _Before:
    """Somebody with a sight of before, to ask what she saw."""

    sight: Any


def read(viewer: Any, cursor: Cursor | None, limit: int) -> Page:
    """Return up to `limit` changes after `cursor`; None begins with all there is.

    A page may be empty and still have more behind it.

    Raises:
        Resync: what she missed is not known any more.
    """
    keep_day()
    _number_own()
    view = View.of(viewer)
    last = _last()
    mark = Mark.only()
    if cursor is None:
        cursor = Cursor(view, origin=last, kinds=view.kinds)
    elif cursor.reached[0] > last or (
        mark.forgotten > max(cursor.reached[0], cursor.origin)
    ):
        raise Resync
    cursor = cursor.seen_with(view)
    items: list[Item] = []
    scanned, more = 0, True
    while more and len(items) < limit and scanned < MOST_SCANNED:
        wanted = limit - len(items)
        changes = list(_after(cursor.position, cursor.kinds)[:wanted])
        scanned += len(changes)
        more = len(changes) == wanted
        items += _told(viewer, cursor, changes, mark.space)
        if changes:
            cursor = cursor.at((changes[-1].seq, changes[-1].pk))
    if not more and _last() <= cursor.position[0]:
        # Nothing was written while we looked: what she holds is what she may see.
        cursor = cursor.caught_up()
    return Page(items, cursor, more)


def _last() -> int:
    return Change.objects.aggregate(last=Max("seq"))["last"] or 0


def last_position() -> Position:
    """Return where somebody stands who has read all there is now."""
    _number_own()
    newest = Change.objects.order_by("-seq", "-id").first()
    return START if newest is None else (newest.seq, newest.pk)


def everything(viewer: Any) -> Iterator[tuple[str, UUID, dict[str, Any]]]:
    """Yield (kind, id, row) of all that `viewer` may see now: the full export."""
    space = Mark.only().space
    for name in sorted(View.of(viewer).kinds):
        for key, row in registered()[name].rows(viewer):
            yield name, lasting_id(space, name, key), row


def lasting_id(space: UUID, kind: str, key: str) -> UUID:
    """Return the id of an object: the same for ever, and it tells nothing."""
    return uuid5(space, f"{kind}:{key}")


def keep_day(today: date | None = None) -> None:
    """Note the people for whom an assignment or their time here begins or ends.

    What holds by the day changes without a write. Safe to call at any time: it does
    something once a day.
    """
    today = today or timezone.localdate()
    mark = Mark.only()
    if mark.day is not None and mark.day >= today:
        return
    with transaction.atomic():
        mark = Mark.only(lock=True)
        if mark.day is not None and mark.day < today:
            since, until = f"'{mark.day:%Y-%m-%d}'", f"'{today:%Y-%m-%d}'"
            triggers.touch(connection, "employees", _TURNING.format(since, until), [])
        if mark.day is None or mark.day < today:
            Mark.objects.update(day=today)


_TURNING = """
    SELECT employee_id AS key FROM people_assignment
    WHERE (starts_on > {0} AND starts_on <= {1}) OR (ends_on >= {0} AND ends_on < {1})
    UNION SELECT id AS key FROM people_employee
    WHERE left_on >= {0} AND left_on < {1}
"""  # noqa: S608 - two dates


def _number_own() -> None:
    """Let a reader inside a transaction see what that has written so far."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS feed_at_commit IMMEDIATE")
            cursor.execute("SET CONSTRAINTS feed_at_commit DEFERRED")


def _after(position: Position, kinds: frozenset[str]) -> QuerySet[Change]:
    changes = Change.objects.filter(kind__in=kinds).order_by("seq", "id")
    return changes.extra(  # noqa: S610 - a comparison that uses the index
        where=["(feed_change.seq, feed_change.id) > (%s, %s)"], params=list(position)
    )


def _told(
    viewer: Any, cursor: Cursor, changes: Sequence[Change], space: UUID
) -> Iterator[Item]:
    changes = [
        one for one in changes if not cursor.is_held(one.kind, (one.seq, one.pk))
    ]
    now = _rows(viewer, cursor.view, changes)
    gone = [one for one in changes if (one.kind, one.key) not in now]
    to_drop = _held(cursor, gone)
    for one in changes:
        row = now.get((one.kind, one.key))
        if row is not None or one.pk in to_drop:
            ident = lasting_id(space, one.kind, one.key)
            yield Item(one.kind, one.key, ident, one.seq, row)


def _rows(
    viewer: Any, view: View, changes: Sequence[Change]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what of `changes` stands for a viewer, by kind and key."""
    by_kind = defaultdict(list)
    for one in changes:
        if one.kind in view.kinds and one.kind in registered():
            by_kind[one.kind].append(one.key)
    return {
        (name, key): row
        for name, keys in by_kind.items()
        for key, row in registered()[name].rows(viewer, keys)
    }


def _held(cursor: Cursor, gone: Sequence[Change]) -> set[int]:
    """Return which of what is out of sight the reader may hold, by primary key.

    What she has been told at its present number, she holds if she saw it with the view
    of that time: it has not changed since. What changed later, she may hold if it was
    born before the furthest she has been, unless this is her first walk and it has not
    changed since it began.
    """
    reached = cursor.reached
    told = [one for one in gone if (one.seq, one.pk) <= reached]
    held = {
        one.pk
        for one in gone
        if (one.seq, one.pk) > reached
        and one.seq > cursor.origin
        and one.born <= reached[0]
    }
    for earlier in cursor.trail:
        asked = [one for one in told if (one.seq, one.pk) <= earlier.until]
        seen = _rows(_Before(earlier.view.sight), earlier.view, asked)
        held |= {one.pk for one in asked if (one.kind, one.key) in seen}
    return held
