"""Which outlets rose and fell since the last period, and what made them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from evaluations.ledger.components import component_label
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.change import Change, change_between, is_chance
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.scheme import Basis
from evaluations.rankings.rules.waterfall import ADJUSTED_POINTS, Step, Waterfall
from evaluations.rankings.sentences import chance_in_words, difference_in_words
from outlets.places.models import Outlet
from outlets.places.sight import Viewer

# Fewer people with a score make no mean to compare outlets by.
LEAST_PEOPLE = 3
SHOWN = 40
PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean score of an outlet's `people` and its standard deviation, in points."""

    people: int
    score: float
    deviation: float | None
    place: int


@dataclass(frozen=True, slots=True)
class Mover:
    """One person of an outlet; ranks are those of the whole chain, None: none then."""

    standing: Standing
    rank: int
    before: int | None

    @property
    def lost(self) -> int:
        """Places lost, below 0 where gained; 0 where there is nothing to compare."""
        return 0 if self.before is None else self.rank - self.before


@dataclass(frozen=True, slots=True)
class Effect:
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class OutletMove:
    """An outlet then and now; `lost` places below 0 where it rose."""

    outlet: Outlet
    now: Mean
    before: Mean
    within_chance: bool | None
    effects: tuple[Effect, ...] = ()
    sentences: tuple[str, ...] = ()
    people: tuple[Mover, ...] = ()
    joined: int = 0
    gone: int = 0

    @property
    def lost(self) -> int:
        return self.now.place - self.before.place

    @property
    def rose(self) -> int:
        return -self.lost

    @property
    def difference(self) -> float:
        return self.now.score - self.before.score


@dataclass(frozen=True, slots=True)
class Moves:
    """The outlets shown, exceptions first; `outlets` had a mean this time."""

    rows: tuple[OutletMove, ...]
    found: int
    outlets: int
    before: Run


def moves(run: Run, before: Run, viewer: Viewer, *, within: Q, shown: str) -> Moves:
    """Return how the outlets in sight moved; the queries do not grow.

    `within` narrows outlets to a place; `shown` is "" (all), "fell", "rose" or
    "beyond" (more than chance). An outlet's place is that of its mean score among all
    outlets with enough people.
    """
    now, then = _means(run), _means(before)
    seen = (
        Outlet.objects.visible_to(viewer)
        .filter(within)
        .in_bulk([pk for pk in now if pk in then])
    )
    rows = [
        OutletMove(outlet, now[pk], then[pk], _within_chance(then[pk], now[pk]))
        for pk, outlet in seen.items()
    ]
    wanted = [row for row in rows if _fits(row, shown)]
    wanted.sort(key=lambda row: (bool(row.within_chance), -row.lost, row.outlet.code))
    opened = _opened(run, before, wanted[:SHOWN], viewer)
    return Moves(tuple(opened), len(wanted), len(now), before)


def _fits(row: OutletMove, shown: str) -> bool:
    return {
        "fell": row.lost > 0,
        "rose": row.lost < 0,
        "beyond": row.within_chance is False,
    }.get(shown, True)


def _means(run: Run) -> dict[int, Mean]:
    """Return the mean of every outlet with enough people; ties share a place."""
    rows = (
        run.standings.exclude(score=None)
        .exclude(outlet=None)
        .order_by()
        .values_list("outlet")
        .annotate(
            people=Count("pk"),
            mean=Avg("score"),
            known=Count("adjusted_deviation"),
            variance=Sum(
                F("adjusted_deviation") * F("adjusted_deviation"),
                output_field=FloatField(),
            ),
        )
        .filter(people__gte=LEAST_PEOPLE)
    )
    found: dict[int, Mean] = {}
    place, last = 0, None
    for number, (pk, people, mean, known, variance) in enumerate(
        sorted(rows, key=lambda row: (-row[2], row[0])), start=1
    ):
        score = round(float(mean), 6)
        if score != last:
            place, last = number, score
        deviation = sqrt(float(variance)) / people if known == people else None
        found[pk] = Mean(people, score, deviation, place)
    return found


def _within_chance(before: Mean, now: Mean) -> bool | None:
    if before.deviation is None or now.deviation is None:
        return None
    return is_chance(now.score - before.score, before.deviation, now.deviation)


def _opened(
    run: Run, before: Run, rows: Sequence[OutletMove], viewer: Viewer
) -> Iterable[OutletMove]:
    pks = [row.outlet.pk for row in rows]
    now = _falls(run, pks, {row.outlet.pk: row.now for row in rows})
    then = _falls(before, pks, {row.outlet.pk: row.before for row in rows})
    people = _people(run, before, pks, viewer)
    for row in rows:
        change = change_between(then[row.outlet.pk], now[row.outlet.pk])
        movers, gone = people[row.outlet.pk]
        yield OutletMove(
            outlet=row.outlet,
            now=row.now,
            before=row.before,
            within_chance=row.within_chance,
            effects=_effects(change, then[row.outlet.pk], now[row.outlet.pk]),
            sentences=_sentences(change, row, before),
            people=tuple(sorted(movers, key=lambda one: -abs(one.lost))[:PEOPLE]),
            joined=sum(one.before is None for one in movers),
            gone=gone,
        )


def _effects(change: Change, before: Waterfall, now: Waterfall) -> tuple[Effect, ...]:
    """Return what each part made of the difference, the worst first."""
    points = {one.code: one.points for one in change.effects}
    for falls, sign in ((now, 1), (before, -1)):
        for step in falls.extras:
            points[step.code] = points.get(step.code, Fraction()) + sign * step.points
    return tuple(
        Effect(component_label(code), float(of))
        for code, of in sorted(points.items(), key=lambda one: one[1])
    )


def _falls(
    run: Run, outlets: Sequence[int], means: dict[int, Mean]
) -> dict[int, Waterfall]:
    """Return the steps to the mean score of each outlet, by the run's own rules.

    Bonus and deduction are extras; where no score could fall below 0, what that gave
    back is part of the rounding.
    """
    rules = Frame.parse(run.head).rules
    key = ADJUSTED_POINTS if rules.basis is Basis.ADJUSTED else "points"
    codes = [rule.code for rule in rules.components]
    sums: dict[str, Any] = {}
    for number, code in enumerate(codes):
        part = KeyTextTransform(code, "components")
        for name, of in (("points", key), ("weight", "weight")):
            sums[f"{name}_{number}"] = Sum(
                Cast(KeyTextTransform(of, part), FloatField())
            )
    for code in rules.extras:
        points = KeyTextTransform("points", KeyTextTransform(code, "components"))
        sums[f"extra_{code}"] = Sum(Cast(points, FloatField()))
    rows: Any = (
        run.standings.filter(outlet__in=outlets)
        .exclude(score=None)
        .order_by()
        .values("outlet")
        .annotate(**sums)
    )
    found: dict[int, Waterfall] = {}
    for row in rows:
        mean = means[row["outlet"]]
        steps = tuple(
            Step(
                code=code,
                points=Fraction(row[f"points_{number}"] or 0) / mean.people,
                weight=Fraction(row[f"weight_{number}"]) / mean.people,
            )
            for number, code in enumerate(codes)
            if row[f"weight_{number}"]
        )
        extras = tuple(
            Step(code, Fraction(row[f"extra_{code}"]) / mean.people, Fraction())
            for code in rules.extras
            if row[f"extra_{code}"]
        )
        score = Fraction(mean.score)
        left = score - sum((step.points for step in (*steps, *extras)), Fraction())
        found[row["outlet"]] = Waterfall(steps, extras, left, score)
    return found


def _people(
    run: Run, before: Run, outlets: Sequence[int], viewer: Viewer
) -> dict[int, tuple[list[Mover], int]]:
    """Return, by outlet, who has a rank now, and how many had one there and do not."""
    seen = Standing.objects.visible_to(viewer)
    now = seen.filter(run=run, outlet__in=outlets).exclude(rank_all=None)
    rows = list(now.select_related("employee").defer("input").order_by("position"))
    there = seen.filter(run=before).exclude(rank_all=None)
    ranks = dict(
        there.filter(employee__in=[row.employee_id for row in rows]).values_list(
            "employee", "rank_all"
        )
    )
    here = {(row.employee_id, row.outlet_id) for row in rows}
    gone: dict[int, int] = defaultdict(int)
    for employee, outlet in there.filter(outlet__in=outlets).values_list(
        "employee", "outlet"
    ):
        if outlet is not None:
            gone[outlet] += (employee, outlet) not in here
    movers: dict[int, list[Mover]] = defaultdict(list)
    for row in rows:
        if row.outlet_id is not None and row.rank_all is not None:
            movers[row.outlet_id].append(
                Mover(row, row.rank_all, ranks.get(row.employee_id))
            )
    return {pk: (movers[pk], gone[pk]) for pk in outlets}


def _sentences(change: Change, row: OutletMove, before: Run) -> tuple[str, ...]:
    difference = round(float(change.difference), 2)
    found = [difference_in_words(difference, before.parsed_period)]
    if difference:
        found.append(chance_in_words(row.within_chance))
    return tuple(found)
