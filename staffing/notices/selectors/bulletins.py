"""Announcements, and who has read and understood them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from outlets.exchange.pages import Page, page_of
from outlets.places.models import Outlet, OutletQuerySet, Region
from outlets.places.sight import Power
from staffing.notices.models import Bulletin, Notice, NoticeQuerySet, reading_reach
from staffing.people.models import Post, User

# More outlets than these are chosen by their region.
OUTLETS_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """People told, who have read it, and who have acknowledged it."""

    told: int = 0
    read: int = 0
    acknowledged: int = 0

    @property
    def missing(self) -> int:
        return self.told - self.acknowledged

    @property
    def percent(self) -> int:
        """Acknowledged of those told, from 0 to 100, never 100 while one is missing."""
        return self.acknowledged * 100 // self.told if self.told else 0


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """An announcement with its tally as far as the viewer sees people."""

    bulletin: Bulletin
    tally: Tally
    late: bool


def _within(viewer: User) -> NoticeQuerySet:
    """Return the notices of announcements to people within the viewer's reach."""
    reach = reading_reach(viewer)
    return Notice.objects.filter(reach.outlets("outlet__"), bulletin__isnull=False)


def _tallies(rows: NoticeQuerySet, by: str) -> dict[int, Tally]:
    """Count what became of notices by the id of their announcement or outlet."""
    found = (
        rows.order_by()
        .values_list(by)
        .annotate(Count("pk"), Count("read_at"), Count("acknowledged_at"))
    )
    return {key: Tally(*counts) for key, *counts in found}


def bulletin_lines(viewer: User, page: Page[Bulletin]) -> list[BulletinLine]:
    """Return the announcements of a page with their tallies. One query."""
    keys = [bulletin.pk for bulletin in page.rows]
    rows = _within(viewer).filter(bulletin__in=keys)
    tallies = _tallies(rows, "bulletin")
    return [
        _line(one, tallies.get(one.pk, Tally()), timezone.localdate())
        for one in page.rows
    ]


def _line(bulletin: Bulletin, tally: Tally, today: date) -> BulletinLine:
    due = bulletin.due_on
    late = bulletin.asks and due is not None and due < today and tally.missing > 0
    return BulletinLine(bulletin, tally, late and bulletin.withdrawn_at is None)


@dataclass(frozen=True, slots=True)
class OutletTally:
    outlet: Outlet
    tally: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """Who has acknowledged an announcement, as far as the viewer sees people.

    Outlets where most are missing first; `people` is a page of notices with their
    employees, who is missing first.
    """

    line: BulletinLine
    outlets: list[OutletTally]
    people: Page[Notice]
    posts: list[str]


def report(viewer: User, bulletin: Bulletin, page: str | None) -> Report:
    """Return the report of one announcement. Three queries."""
    rows = _within(viewer).filter(bulletin=bulletin)
    tallies = _tallies(rows, "outlet")
    outlets = Outlet.objects.in_bulk(list(tallies))
    told = [OutletTally(outlets[pk], tally) for pk, tally in tallies.items()]
    told.sort(key=lambda one: (-one.tally.missing, one.outlet.code))
    whole = Tally(
        told=sum(one.tally.told for one in told),
        read=sum(one.tally.read for one in told),
        acknowledged=sum(one.tally.acknowledged for one in told),
    )
    people = rows.select_related("employee", "outlet").order_by(
        F("acknowledged_at").desc(nulls_first=True),
        F("read_at").desc(nulls_first=True),
        "outlet__code",
        "employee__number",
    )
    return Report(
        line=_line(bulletin, whole, timezone.localdate()),
        outlets=told,
        people=page_of(people, page),
        posts=[str(Post(post).label) for post in bulletin.posts if post in Post.values],
    )


def regions_to_tell(viewer: User) -> QuerySet[Region]:
    """Return the regions all of whose outlets lie within her reach."""
    reach = viewer.sight.reach(Power.ANNOUNCE)
    if reach.everywhere:
        return Region.objects.all()
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(path__startswith=path)
    return Region.objects.filter(within)


def outlets_to_tell(viewer: User) -> OutletQuerySet:
    """Return the outlets she may name one by one; none where they are too many."""
    outlets = Outlet.objects.visible_to(viewer, Power.ANNOUNCE)
    many = outlets.order_by()[: OUTLETS_OFFERED + 1].count() > OUTLETS_OFFERED
    return outlets.none() if many else outlets.select_related("region")


def places_named(bulletin: Bulletin, outlets: Sequence[Outlet]) -> str:
    """Return the names of its places; "" for the whole chain."""
    if outlets:
        return ", ".join(outlet.name for outlet in outlets)
    return bulletin.region.name if bulletin.region is not None else ""
