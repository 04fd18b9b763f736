"""What pages show of waves: how far they are, what was planned, whose visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Quota,
    Report,
    ReportState,
    Wave,
    WaveState,
    plans_visits,
    reads_plans,
)
from evaluations.mystery.rules.planning import Reason
from evaluations.mystery.selectors.planning import over_budget, wanted_visits
from outlets.places.models import Region
from outlets.places.sight import Sight
from staffing.people.models import User

REASONS: Mapping[str, Promise] = {
    Reason.NOBODY: _("no shopper goes there"),
    Reason.LOCKED_OUT: _("everybody who goes there was or will be there too near"),
    Reason.ALL_COME: _("everybody who may come does, and nobody comes twice"),
    Reason.FULL: _("everybody who may come has as many visits as she takes"),
}
# How many codes of a path name the part of the chain that progress is told by.
DEPTH = 2
# Of the visits that nobody can take so many are listed.
MOST_OPEN = 200


def reads_waves(sight: Sight) -> bool:
    """Tell whether somebody reads waves at all: the office, auditors, agencies."""
    return reads_plans(sight) or bool(sight.agency_ids)


_DONE = Q(state__in=(ReportState.SUBMITTED, ReportState.REVIEWED))


@dataclass(frozen=True, slots=True)
class Progress:
    """Visits of a part of a wave; cancelled ones are not among `visits`."""

    label: str
    visits: int
    begun: int
    done: int
    released: int
    cancelled: int

    @property
    def percent(self) -> int:
        """Of a hundred visits so many are done, rounded down."""
        return 100 * self.done // self.visits if self.visits else 0


_COUNTS = {
    "visits": Count("pk", filter=~Q(state=ReportState.CANCELLED)),
    "begun": Count("pk", filter=Q(state=ReportState.NEW, version__isnull=False)),
    "done": Count("pk", filter=_DONE),
    "released": Count("pk", filter=Q(visit__released_at__isnull=False)),
    "cancelled": Count("pk", filter=Q(state=ReportState.CANCELLED)),
}


def _added_up(label: str, rows: Iterable[Any]) -> Progress:
    kept = list(rows)
    return Progress(label, **{name: sum(row[name] for row in kept) for name in _COUNTS})


@dataclass(frozen=True, slots=True)
class WaveProgress:
    """How far a wave is, as a viewer sees it: in all, by region, by agency."""

    whole: Progress
    regions: Sequence[Progress]
    agencies: Sequence[Progress]


def progress_of(wave: Wave, viewer: User) -> WaveProgress:
    """Count a wave's visits within sight."""
    seen = Report.objects.visible_to(viewer).filter(wave=wave).order_by()
    rows = list(
        seen.values("outlet__region__path", "shopper__agency__name").annotate(**_COUNTS)
    )
    by_part: dict[str, list[Any]] = {}
    by_agency: dict[str, list[Any]] = {}
    for row in rows:
        codes = row["outlet__region__path"].split("/")[:-1][:DEPTH]
        by_part.setdefault("".join(f"{code}/" for code in codes), []).append(row)
        by_agency.setdefault(row["shopper__agency__name"] or "–", []).append(row)
    names = dict(Region.objects.filter(path__in=by_part).values_list("path", "name"))
    return WaveProgress(
        whole=_added_up("", rows),
        regions=[
            _added_up(names.get(path, path), by_part[path]) for path in sorted(by_part)
        ],
        agencies=[_added_up(name, by_agency[name]) for name in sorted(by_agency)],
    )


@dataclass(frozen=True, slots=True)
class WaveRow:
    wave: Wave
    progress: Progress


def rows_of(waves: Sequence[Wave], viewer: User) -> list[WaveRow]:
    """Return waves with their visits within sight counted."""
    seen = Report.objects.visible_to(viewer).filter(wave__in=waves).order_by()
    counted = {row["wave"]: row for row in seen.values("wave").annotate(**_COUNTS)}
    return [
        WaveRow(wave, _added_up("", [counted[wave.pk]] if wave.pk in counted else []))
        for wave in waves
    ]


@dataclass(frozen=True, slots=True)
class Unassigned:
    outlet: str
    visits: int
    reason: Promise


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a plan is expected to tell; half widths in points of 100."""

    wanted: int
    visits: int
    outlets: int
    shoppers: int
    half_width: float
    random_mean: float
    random_least: float
    random_most: float
    random_count: int
    unassigned: Sequence[Unassigned]
    unassigned_more: int

    @property
    def narrower(self) -> float:
        """In percent of what random assignment tells; below 0: wider."""
        if not self.random_mean:
            return 0.0
        return 100 * (1 - self.half_width / self.random_mean)

    @property
    def missing(self) -> int:
        return self.wanted - self.visits

    @property
    def scale(self) -> float:
        """The longest bar."""
        return max(self.random_most, self.half_width)


def expectation_of(wave: Wave) -> Expectation | None:
    """Read what was expected when the wave was planned; None: not planned."""
    if wave.plan is None:
        return None
    told = dict(wave.plan)
    told.pop("planned_at")
    left = told.pop("open")
    return Expectation(
        **told,
        unassigned=[
            Unassigned(one["outlet"], one["visits"], REASONS[one["reason"]])
            for one in left[:MOST_OPEN]
        ],
        unassigned_more=max(len(left) - MOST_OPEN, 0),
    )


@dataclass(frozen=True, slots=True)
class Demand:
    """What the quotas of a wave ask for; `cost` in yuan, None: no fee is known."""

    outlets: int
    visits: int
    cost: Decimal | None
    refusal: str


def demand_of(wave: Wave) -> Demand:
    """Return what planning would have to find shoppers for."""
    wanted = wanted_visits(wave)
    visits = sum(wanted.values())
    return Demand(
        outlets=len(wanted),
        visits=visits,
        cost=None if wave.fee is None else wave.fee * visits,
        refusal=str(over_budget(wave, visits) or ""),
    )


def quotas_of(wave: Wave) -> Sequence[Quota]:
    return list(wave.quotas.select_related("region").order_by("region__path", "id"))


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A planned visit; `shopper` as the viewer may call her."""

    report: Report
    shopper: str
    stage: str
    may_change: bool


def visit_rows(reports: Sequence[Report], viewer: User) -> list[VisitRow]:
    """Return visits as the viewer sees them; reads shopper, outlet and visit."""
    return [
        VisitRow(
            report,
            report.shopper.called(viewer) if report.shopper is not None else "–",
            report.stage,
            _may_change(report, viewer),
        )
        for report in reports
    ]


def _may_change(report: Report, viewer: User) -> bool:
    """Tell whether she gives it to somebody else or cancels it: see `stages`."""
    shopper = report.shopper
    if report.state != ReportState.NEW or report.wave.state == WaveState.CLOSED:
        return False
    if shopper is not None and shopper.user_id == viewer.pk:
        return False
    if plans_visits(viewer.sight):
        return True
    return shopper is not None and shopper.agency_id in viewer.sight.agency_ids
