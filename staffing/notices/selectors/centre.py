"""The notification centre: what somebody has been told, in her language."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, IntegerField, Q, Value, When

from outlets.exchange.pages import Page, page_of
from staffing.notices.kinds import NoticeKind, kind_of
from staffing.notices.models import Notice, NoticeQuerySet
from staffing.people.models import User


class Show(StrEnum):
    """Which notices: those that wait first, only those, or those to acknowledge."""

    ALL = "all"
    WAITING = "waiting"
    ASKING = "asking"


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as its owner reads it; `href` "" leads nowhere."""

    notice: Notice
    kind: NoticeKind
    text: str
    href: str
    waits: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Centre:
    """One page of it; `newest` is the id up to which all are marked as read."""

    page: Page[Notice]
    lines: list[Line]
    waiting: int
    newest: int
    kinds: list[NoticeKind]


def line_of(notice: Notice, now: datetime) -> Line:
    """Put one notice into words; its outlet and bulletin are fetched along."""
    kind = kind_of(notice.kind)
    over = notice.is_over(now)
    unread = notice.read_at is None or notice.waits_for_her
    return Line(
        notice=notice,
        kind=kind,
        text=kind.words(notice),
        href=kind.link(notice),
        waits=unread and not over,
        over=over,
    )


def centre(
    viewer: User, *, show: Show, kind: str, page: str | None, now: datetime
) -> Centre:
    """Return a page of the viewer's notices, what waits first. Three queries."""
    mine = Notice.objects.visible_to(viewer).shown(now)
    rows = _shown(mine, show, now)
    if kind:
        rows = rows.filter(kind=kind)
    found = page_of(_sorted(rows, now).select_related("outlet", "bulletin"), page)
    told = mine.order_by().values_list("kind", flat=True).distinct()
    return Centre(
        page=found,
        lines=[line_of(notice, now) for notice in found.rows],
        waiting=waiting_count(viewer, now),
        newest=max((notice.pk for notice in found.rows), default=0),
        kinds=sorted(map(kind_of, told), key=lambda one: str(one.label)),
    )


def waiting_count(viewer: User, now: datetime) -> int:
    """Count what waits for the viewer: the number at the bell. One query."""
    return Notice.objects.visible_to(viewer).waiting(now).count()


def _shown(mine: NoticeQuerySet, show: Show, now: datetime) -> NoticeQuerySet:
    if show is Show.WAITING:
        return mine.waiting(now)
    if show is Show.ASKING:
        return mine.filter(asks=True)
    return mine


def _sorted(rows: NoticeQuerySet, now: datetime) -> NoticeQuerySet:
    """Sort what waits first, of these what is urgent, then the newest."""
    standing = Q(ends_at=None) | Q(ends_at__gt=now)
    waits = standing & (Q(read_at=None) | Q(asks=True, acknowledged_at=None))
    place = Case(
        When(waits & Q(urgent=True), then=Value(0)),
        When(waits, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(place, "-appears_at", "-id")
