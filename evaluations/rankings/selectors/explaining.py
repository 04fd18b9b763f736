"""Why a score is what it is: parts, months, and the ledger entries behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from evaluations.ledger.components import component_label
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.ledger.sources import registered
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import Measure, SchemeRules
from evaluations.rankings.rules.values import (
    Sums,
    Value,
    component_value,
    pooled,
    records,
)
from evaluations.rankings.selectors.waterfalls import Row, Steps, steps_of
from evaluations.rankings.words import records_in_words
from outlets.places.sight import Viewer


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry that counted, and the page of the record that it came from."""

    entry: Entry
    source_label: str
    source_url: str


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component of a score: its value, 0 to 100, and what stands behind it.

    `n` of `least_n` records were there. `complete` is False where the viewer does not
    see every entry that counted.
    """

    code: str
    label: str
    raw: float | None
    n: int
    least_n: int
    entries: tuple[EntryLine, ...] = ()
    complete: bool = True

    @property
    def records(self) -> str:
        return records_in_words(self.code, self.n) if self.n else ""

    @property
    def short(self) -> bool:
        """Tell whether there is something, but too little of it to count."""
        return self.raw is not None and self.n < self.least_n


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a longer period; `run_id` is the published run it was kept from."""

    period: Period
    score: float | None
    run_id: int | None
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class GateRow:
    """One share that a gate asks for; `share` is None where nothing was measured."""

    label: str
    share: float | None
    least: float
    met: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One person's score in all its parts.

    `month` is set where one month of a longer period is explained; then `score` is the
    kept score of that month. `steps` add up to it; None without a score.
    """

    standing: Standing
    frame: Frame
    month: Period | None
    score: float | None
    rows: tuple[ComponentRow, ...]
    months: tuple[MonthRow, ...]
    gates: tuple[GateRow, ...]
    bars: tuple[EntryLine, ...]
    posted_since: int
    steps: Steps | None = None

    @property
    def lines(self) -> tuple[tuple[ComponentRow, Row | None], ...]:
        """Every component with its step; None where it adds nothing."""
        steps = self.steps.rows if self.steps else ()
        of = {step.code: step for step in steps}
        return tuple((row, of.get(row.code)) for row in self.rows)

    @property
    def opened(self) -> bool:
        """Tell whether the entries of one month are laid open."""
        return self.month is not None or not self.months


@dataclass(slots=True)
class EntriesBehind:
    """The entries that counted, by component, and how many were posted since."""

    by_component: Mapping[str, list[Entry]] = field(default_factory=dict)
    posted_since: int = 0


def explain(
    standing: Standing, viewer: Viewer, month: Period | None = None
) -> Explanation:
    """Return the parts of a standing's score, or of one `month` of a longer period.

    Raises:
        ValueError: `month` is no month of the standing's period.
    """
    frame = Frame.parse(standing.run.head)
    person = PersonInput.parse(standing.input)
    months = months_of(frame, [person])[0]
    of_month = frame.period.kind is PeriodKind.MONTH
    if month is not None and (of_month or month.code not in frame.months):
        raise ValueError(f"{month} is no month of {frame.period}")
    explained = frame.period if of_month else month
    behind = EntriesBehind()
    if explained is not None:
        behind = entries_behind(standing, viewer, [explained])
        _version, rules = frame.months[explained.code]
        sums = person.months.get(explained.code, {})
        rows = _month_rows(rules, sums, behind.by_component)
    else:
        rows = _period_rows(frame.rules, standing.components)
    if month is None:
        score = None if standing.score is None else float(standing.score)
    else:
        kept = months[month.code].score if month.code in months else None
        score = None if kept is None else kept / 100
    return Explanation(
        standing=standing,
        frame=frame,
        month=month,
        score=score,
        rows=rows,
        months=() if of_month else _months(standing.run, frame, months),
        gates=_gates(frame.rules, person),
        bars=_bars(standing, viewer),
        posted_since=behind.posted_since,
        steps=steps_of(standing, frame, months, month),
    )


def entries_behind(
    standing: Standing, viewer: Viewer, months: Iterable[Period]
) -> EntriesBehind:
    """Return the entries that a run counted for somebody and the viewer may see."""
    run = standing.run
    frame = Frame.parse(run.head)
    until = _read_until(run)
    seen, later = Q(pk__in=()), Q(pk__in=())
    components: set[str] = set()
    for month in months:
        days = Q(on__range=(month.first, month.last))
        newest = until[month.code]
        seen |= days & Q(pk__lte=newest)
        later |= days & Q(pk__gt=newest)
        components |= {*frame.months[month.code][1].read_components}
    own = Entry.objects.visible_to(viewer).filter(
        employee=standing.employee_id,
        kind=EntryKind.SCORE,
        component__in=sorted(components),
    )
    by_component: dict[str, list[Entry]] = defaultdict(list)
    found = own.filter(seen, reverses=None).select_related(
        "employee", "outlet", "reversal"
    )
    for entry in found.order_by("on", "pk"):
        newest = until[Period.month_of(entry.on).code]
        reversal = getattr(entry, "reversal", None)
        if reversal is None or reversal.pk > newest:
            by_component[entry.component].append(entry)
    return EntriesBehind(by_component, own.filter(later).count())


def _read_until(run: Run) -> dict[str, int]:
    """Return, by month code, the newest ledger entry that was read for it."""
    own = run.entries_until or 0
    kept = Run.objects.in_bulk(run.month_runs.values()) if run.month_runs else {}
    months = {month.code: own for month in run.parsed_period.months}
    for code, pk in run.month_runs.items():
        months[code] = kept[pk].entries_until or 0
    return months


def _month_rows(
    rules: SchemeRules,
    sums: Mapping[str, tuple[Sums, ...]],
    entries: Mapping[str, list[Entry]],
) -> tuple[ComponentRow, ...]:
    rows: list[ComponentRow] = []
    for rule in rules.components:
        value = component_value(sums.get(rule.code, ()), rule.measure)
        shown = entries.get(rule.code, [])
        rows.append(
            ComponentRow(
                code=rule.code,
                label=component_label(rule.code),
                raw=None if value is None else float(value),
                n=0 if value is None else value.n,
                least_n=rule.least_n,
                entries=tuple(map(_line, shown)),
                complete=_explains(shown, value, rule.measure),
            )
        )
    return tuple(rows)


def _explains(entries: Iterable[Entry], value: Value | None, measure: Measure) -> bool:
    """Tell whether the entries shown make up the value."""
    shown = component_value(
        [Sums(entry.out_of, 1, entry.n, entry.points) for entry in entries], measure
    )
    if shown is None or value is None:
        return shown is value
    return shown.n == value.n and shown.exact == value.exact


def _period_rows(
    rules: SchemeRules, components: Mapping[str, Any]
) -> tuple[ComponentRow, ...]:
    rows: list[ComponentRow] = []
    for rule in rules.components:
        part = components.get(rule.code) or {}
        rows.append(
            ComponentRow(
                code=rule.code,
                label=component_label(rule.code),
                raw=part.get("raw"),
                n=part.get("n", 0),
                least_n=rule.least_n,
            )
        )
    return tuple(rows)


def _months(
    run: Run, frame: Frame, months: Mapping[str, MonthResult]
) -> tuple[MonthRow, ...]:
    rows: list[MonthRow] = []
    for period in frame.period.months:
        result = months.get(period.code)
        values = result.values if result else {}
        rows.append(
            MonthRow(
                period=period,
                score=(
                    None
                    if result is None or result.score is None
                    else result.score / 100
                ),
                run_id=run.month_runs.get(period.code),
                values=tuple(
                    float(values[rule.code]) if rule.code in values else None
                    for rule in frame.rules.components
                ),
            )
        )
    return tuple(rows)


def _gates(rules: SchemeRules, person: PersonInput) -> tuple[GateRow, ...]:
    rows: list[GateRow] = []
    for gate in rules.gates:
        if records(person.total(gate.needs)) <= 0:
            continue
        for limit in gate.limits:
            points, out_of = pooled(person.total(limit.component))
            rows.append(
                GateRow(
                    label=component_label(limit.component),
                    share=100 * points / out_of if out_of > 0 else None,
                    least=float(limit.least),
                    met=out_of <= 0 or 100 * points >= limit.least * out_of,
                )
            )
    return tuple(rows)


def _bars(standing: Standing, viewer: Viewer) -> tuple[EntryLine, ...]:
    """Return the bars behind the standing's reasons."""
    if not standing.reasons:
        return ()
    period = standing.run.parsed_period
    bars = Entry.objects.visible_to(viewer).filter(
        Q(scope=period.code) | Q(scope="", on__lte=period.last),
        employee=standing.employee_id,
        kind=EntryKind.BAR,
        component__in=standing.reasons,
        reverses=None,
        pk__lte=standing.run.entries_until or 0,
    )
    return tuple(
        map(_line, bars.select_related("employee", "outlet").order_by("on", "pk"))
    )


def _line(entry: Entry) -> EntryLine:
    source = registered().get(entry.source)
    return EntryLine(
        entry=entry,
        source_label=str(source.label) if source else entry.source,
        source_url=source.link(entry.source_id) if source else "",
    )
