"""The rows of the pages about outlets and regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.urls import reverse

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import PlaceRun, PlaceStanding, RegionStanding, Run
from evaluations.rankings.rules.place_scheme import PartRule, PlaceRules, Way
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.standings import Interval, run_before, touch
from evaluations.rankings.words import part_figure, part_label, part_records
from outlets.exchange.pages import Page, page_of
from outlets.places.sight import Power, Viewer

ENTRIES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One outlet as a line of the list. `change`: places gained since last time.

    `is_chance`: the likely ranks of then and now touch; told of the whole chain only.
    """

    standing: PlaceStanding
    rank: int | None
    change: int | None
    values: tuple[float | None, ...]
    is_chance: bool = False

    @property
    def places_lost(self) -> int:
        return max(0, -(self.change or 0))


@dataclass(frozen=True, slots=True)
class OutletListing:
    rows: list[OutletRow]
    page: Page[PlaceStanding]
    before: Run | None


def outlet_listing(
    places: PlaceRun,
    standings: QuerySet[PlaceStanding],
    viewer: Viewer,
    *,
    level: str,
    asked: str | None,
) -> OutletListing:
    """Return a page of outlets, best first; the queries do not grow with the rows."""
    page = page_of(standings.select_related("outlet"), asked)
    before = run_before(places.run, viewer)
    ids = [row.outlet_id for row in page.rows]
    earlier = ranks_before(before, ids, level)
    intervals = _intervals_before(before, ids) if level == Level.ALL else {}
    codes = [rule.code for rule in PlaceRules.parse(places.scheme.rules).parts]
    return OutletListing(
        rows=[
            OutletRow(
                standing=row,
                rank=getattr(row, f"rank_{level}"),
                change=_change(
                    getattr(row, f"rank_{level}"), earlier.get(row.outlet_id)
                ),
                values=tuple(row.parts.get(code, {}).get("value") for code in codes),
                is_chance=touch(
                    (row.rank_low, row.rank_high),
                    intervals.get(row.outlet_id, (None, None)),
                ),
            )
            for row in page.rows
        ],
        page=page,
        before=before,
    )


def ranks_before(
    before: Run | None, outlet_ids: Sequence[int], level: str
) -> Mapping[int, int | None]:
    if before is None:
        return {}
    earlier = PlaceStanding.objects.filter(
        places__run=before, outlet__in=outlet_ids
    ).order_by()
    return dict(earlier.values_list("outlet", f"rank_{level}"))


def _intervals_before(
    before: Run | None, outlet_ids: Sequence[int]
) -> Mapping[int, Interval]:
    if before is None:
        return {}
    earlier = PlaceStanding.objects.filter(
        places__run=before, outlet__in=outlet_ids
    ).order_by()
    rows = earlier.values_list("outlet", "rank_low", "rank_high")
    return {outlet: (low, high) for outlet, low, high in rows}


def _change(now: int | None, then: int | None) -> int | None:
    return None if now is None or then is None else then - now


def bonus_of(standing: PlaceStanding, viewer: Viewer) -> Decimal | None:
    """Return what the ledger adds to an outlet's month, in points, up to the run.

    It is shown beside the score and moves no rank. None: nothing, out of sight, or a
    period longer than a month.
    """
    run = standing.places.run
    period = run.parsed_period
    if period.kind is not PeriodKind.MONTH:
        return None
    entries = Entry.objects.visible_to(viewer).filter(
        kind=EntryKind.ADJUSTMENT,
        outlet=standing.outlet_id,
        employee=None,
        on__range=(period.first, period.last),
        pk__lte=run.entries_until or 0,
    )
    points = entries.aggregate(points=Sum("points"))["points"]
    return Decimal(points) / 100 if points else None


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of an outlet's score and the way to what stands behind it."""

    rule: PartRule
    label: str
    value: float | None
    figure: str
    records: str
    weight: float | None
    points: float | None
    missing: str | None
    url: str
    entries: tuple[Entry, ...]
    more: bool


def shown_parts(standing: PlaceStanding, viewer: Viewer) -> list[ShownPart]:
    """Return the parts of an outlet's score, with entries where records are in sight.

    One query per part: a scheme has a handful of them.
    """
    run = standing.places.run
    rules = PlaceRules.parse(standing.places.scheme.rules)
    reads = viewer.sight.may(Power.SEE_RECORDS)
    return [_shown(standing, run, rule, viewer, reads=reads) for rule in rules.parts]


def _shown(
    standing: PlaceStanding,
    run: Run,
    rule: PartRule,
    viewer: Viewer,
    *,
    reads: bool,
) -> ShownPart:
    part: dict[str, Any] = standing.parts.get(rule.code, {})
    entries = _entries(standing, run, rule, viewer) if reads else []
    return ShownPart(
        rule=rule,
        label=part_label(rule.code),
        value=part.get("value"),
        figure=part_figure(part.get("figure")),
        records=part_records(rule, part.get("n", 0)),
        weight=part.get("weight"),
        points=part.get("points"),
        missing=part.get("missing"),
        url=_page_of(standing, run, rule) if reads else "",
        entries=tuple(entries[:ENTRIES_SHOWN]),
        more=len(entries) > ENTRIES_SHOWN,
    )


def _entries(
    standing: PlaceStanding, run: Run, rule: PartRule, viewer: Viewer
) -> list[Entry]:
    if rule.way is Way.STAFF:
        return []
    period = run.parsed_period
    entries = (
        Entry.objects.visible_to(viewer)
        .standing()
        .filter(
            kind=EntryKind.SCORE,
            outlet=standing.outlet_id,
            component=rule.component,
            on__range=(period.first, period.last),
            pk__lte=run.entries_until or 0,
        )
        .select_related("employee", "outlet")
        .order_by("-on", "pk")
    )
    return list(entries[: ENTRIES_SHOWN + 1])


def _page_of(standing: PlaceStanding, run: Run, rule: PartRule) -> str:
    """Return the page that lists what stands behind a part; "" where none does."""
    code, last = standing.outlet.code, run.parsed_period.last
    if rule.way is Way.STAFF:
        return f"{reverse('rankings:run', args=[run.pk])}?{urlencode({'place': code})}"
    month = f"{last:%Y-%m}"
    pages = {
        "environment": ("checks:list", {"outlet": code, "month": month}),
        "upheld_complaints": ("complaints:list", {"outlet": code, "month": month}),
        "kpi": ("targets:values", {"place": code}),
    }
    if rule.component in ("waiting", "priority_service"):
        query = urlencode({"day": last})
        return f"{reverse('flow:outlet', args=[code])}?{query}"
    if rule.component not in pages:
        return ""
    name, asked = pages[rule.component]
    return f"{reverse(name)}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class RegionRow:
    standing: RegionStanding
    change: int | None

    @property
    def places_lost(self) -> int:
        return max(0, -(self.change or 0))


def region_rows(
    run: Run, standings: QuerySet[RegionStanding], viewer: Viewer
) -> tuple[list[RegionRow], Run | None]:
    """Return the regions, best first, and the run that they are compared with."""
    before = run_before(run, viewer)
    earlier: dict[int, int | None] = {}
    if before is not None:
        rows = RegionStanding.objects.filter(places__run=before).order_by()
        earlier = dict(rows.values_list("region", "rank"))
    return [
        RegionRow(row, _change(row.rank, earlier.get(row.region_id)))
        for row in standings.select_related("region")
    ], before
