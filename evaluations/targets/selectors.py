"""What the pages of KPIs show: a year of a place, alerts, and targets down the tree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from django.db.models import Q

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import Period
from evaluations.targets.models import (
    KpiDefinition,
    KpiKind,
    KpiValue,
    MonthWeight,
    Target,
)
from evaluations.targets.rules import (
    DECLINES,
    Yearly,
    shortfall,
    successive_declines,
    yearly_score,
)
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer

ROWS_SHOWN = 500
# A median of fewer outlets would give the others' figures away.
LEAST_FOR_MEDIAN = 5


def kpi_names(codes: Iterable[str]) -> dict[str, str]:
    """Return what each KPI is called: by its definition, else as the ledger names it.

    How KPIs are called is no secret; a target may name one that nobody defined.
    """
    wanted = set(codes)
    defined = KpiDefinition.objects.filter(code__in=wanted)
    names = {code: component_label(code) for code in wanted}
    return names | {kpi.code: kpi.name for kpi in defined}


def place_in_sight(viewer: Viewer, code: str) -> Outlet | Region | None:
    """Return the outlet or region of a code, if its records are within reach."""
    reach = viewer.sight.reach(Power.SEE_RECORDS)
    outlets = Outlet.objects.select_related("region").filter(code=code)
    outlet = outlets.filter(reach.outlets()).first()
    if outlet is not None:
        return outlet
    region = Region.objects.filter(code=code).first()
    if region is None:
        return None
    within = reach.everywhere or any(
        region.path.startswith(path) for path in reach.region_paths
    )
    return region if within else None


def _at(place: Outlet | Region) -> Q:
    return Q(outlet=place) if isinstance(place, Outlet) else Q(region=place)


@dataclass(frozen=True, slots=True)
class MonthOfKpi:
    """One month of a KPI's year; `change` is in the figure's unit, None: unknown."""

    month: Period
    value: KpiValue | None
    weight: float | None
    points: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class YearOfKpi:
    """A KPI's year at one place. `declines` counts successive falls to the newest."""

    year: int
    months: tuple[MonthOfKpi, ...]
    result: Yearly
    weighted: bool
    declines: int

    @property
    def alert(self) -> bool:
        return self.declines >= DECLINES

    @property
    def points_shown(self) -> float:
        return float(self.result.points)

    @property
    def weight_shown(self) -> float:
        return float(self.result.weight)


def year_of_kpi(kpi: KpiDefinition, place: Outlet | Region, year: int) -> YearOfKpi:
    """Return the twelve months of a year, in two queries."""
    before = Period.parse(f"{year - 1}-12")
    months = Period.parse(str(year)).months
    rows = KpiValue.objects.filter(_at(place), kpi=kpi).select_related("kpi")
    # Three declines may begin in the year before.
    back = [before, before.previous, before.previous.previous]
    values = {
        v.month: v for v in rows.filter(month__in=[m.code for m in (*back, *months)])
    }
    weights = dict(
        MonthWeight.objects.filter(kpi=kpi, year=year).values_list("month", "weight")
    )
    scores = {
        month.first.month: Fraction(value.score, 100)
        for month in months
        if (value := values.get(month.code)) is not None and value.score is not None
    }
    shares = {month: Fraction(weight, 100) for month, weight in weights.items()}
    figures = [
        values[m.code].figure if m.code in values else None
        for m in (*reversed(back), *months)
    ]
    while figures and figures[-1] is None:
        figures.pop()
    return YearOfKpi(
        year=year,
        months=tuple(_month(m, values, shares) for m in months),
        result=yearly_score(scores, shares),
        weighted=bool(weights),
        declines=successive_declines(figures),
    )


def _month(
    month: Period, values: dict[str, KpiValue], shares: dict[int, Fraction]
) -> MonthOfKpi:
    value, earlier = values.get(month.code), values.get(month.previous.code)
    weight = shares.get(month.first.month)
    points = change = None
    if value is not None and value.score is not None and weight is not None:
        points = float(weight * value.score / 10_000)
    if value is not None and earlier is not None:
        now, then = value.figure, earlier.figure
        change = None if now is None or then is None else float(now - then)
    return MonthOfKpi(
        month, value, None if weight is None else float(weight), points, change
    )


@dataclass(frozen=True, slots=True)
class Alert:
    """A place whose index fell `declines` times in a row, newest value last."""

    place: Outlet | Region
    declines: int
    figures: tuple[float, ...]


def alerts(kpi: KpiDefinition, viewer: Viewer) -> list[Alert]:
    """Return the places in sight whose index has fallen three times in a row.

    Judged up to the newest month that any of them has a value of.
    """
    if kpi.kind != KpiKind.INDEX:
        return []
    seen = KpiValue.objects.visible_to(viewer).filter(kpi=kpi)
    newest = seen.order_by("-ends_on").values_list("month", flat=True).first()
    if newest is None:
        return []
    months = [Period.parse(newest)]
    for _earlier in range(DECLINES):
        months.insert(0, months[0].previous)
    by_place: dict[tuple[int | None, int | None], dict[str, KpiValue]] = defaultdict(
        dict
    )
    rows = seen.filter(month__in=[month.code for month in months])
    for value in rows.select_related("kpi", "outlet", "region"):
        by_place[(value.outlet_id, value.region_id)][value.month] = value
    found = []
    for values in by_place.values():
        figures = [
            values[month.code].figure if month.code in values else None
            for month in months
        ]
        declines = successive_declines(figures)
        place = next(iter(values.values())).place
        if declines >= DECLINES and place is not None:
            shown = tuple(float(figure) for figure in figures if figure is not None)
            found.append(Alert(place, declines, shown))
    return sorted(found, key=lambda one: one.place.code)


@dataclass(frozen=True, slots=True)
class Branch:
    """A place's target beside what its nearest places below were given together.

    All figures in hundredths; None: no target of that step, or nothing below.
    """

    target: Target
    depth: int
    children: int
    base_sum: int | None
    challenge_sum: int | None
    base_short: int
    challenge_short: int

    @property
    def short(self) -> bool:
        return bool(self.base_short or self.challenge_short)

    @property
    def indent(self) -> range:
        return range(self.depth)

    @property
    def base_sum_shown(self) -> float:
        return (self.base_sum or 0) / 100

    @property
    def challenge_sum_shown(self) -> float:
        return (self.challenge_sum or 0) / 100

    @property
    def base_short_shown(self) -> float:
        return self.base_short / 100

    @property
    def challenge_short_shown(self) -> float:
        return self.challenge_short / 100


def decomposition(targets: Sequence[Target], *, adds_up: bool) -> list[Branch]:
    """Return the targets of one KPI and period down the tree, parents first.

    `targets` are those of regions and outlets, their places loaded. A target's
    children are the nearest places below that have one. Where figures do not add up
    (a volume per head) there is no sum and no shortfall.
    """
    paths = {target.pk: _path(target) for target in targets}
    ordered = sorted(targets, key=lambda target: paths[target.pk])
    above: list[Target] = []
    children: dict[int, list[Target]] = defaultdict(list)
    depths: dict[int, int] = {}
    for target in ordered:
        while above and not paths[target.pk].startswith(paths[above[-1].pk]):
            above.pop()
        if above:
            children[above[-1].pk].append(target)
        depths[target.pk] = len(above)
        if target.region_id is not None:
            above.append(target)
    return [
        _branch(target, depths[target.pk], children[target.pk], adds_up=adds_up)
        for target in ordered
    ]


def _path(target: Target) -> str:
    if target.region is not None:
        return target.region.path
    outlet = target.outlet
    return f"{outlet.region.path}\x7f{outlet.code}" if outlet is not None else ""


def _branch(
    target: Target, depth: int, below: Sequence[Target], *, adds_up: bool
) -> Branch:
    base = [child.base for child in below] if adds_up else []
    challenge = [child.challenge for child in below] if adds_up else []
    return Branch(
        target=target,
        depth=depth,
        children=len(below),
        base_sum=sum(one or 0 for one in base) if base else None,
        challenge_sum=sum(one or 0 for one in challenge) if challenge else None,
        base_short=shortfall(target.base, base),
        challenge_short=shortfall(target.challenge, challenge),
    )


def class_median(value: KpiValue) -> float | None:
    """Return the median figure of the outlets of the same class in the same month."""
    if value.outlet is None or not value.outlet.outlet_class:
        return None
    peers = KpiValue.objects.filter(
        kpi=value.kpi_id,
        month=value.month,
        outlet__outlet_class=value.outlet.outlet_class,
    ).select_related("kpi")
    figures = [one.figure for one in peers if one.figure is not None]
    return float(median(figures)) if len(figures) >= LEAST_FOR_MEDIAN else None
