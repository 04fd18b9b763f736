"""Why a score is what it is: parts, months, and the ledger entries behind them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluations.ledger.components import component_label
from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import (
    BONUS,
    DEDUCTION,
    ComponentRule,
    Measure,
    SchemeRules,
)
from evaluations.rankings.rules.values import (
    Sums,
    Value,
    component_value,
    pooled,
    records,
)
from evaluations.rankings.selectors.behind import (
    EntryLine,
    bars_behind,
    entries_behind,
    line_of,
)
from evaluations.rankings.selectors.waterfalls import Row, Steps, steps_of
from evaluations.rankings.words import records_in_words
from outlets.places.sight import Viewer
from staffing.people.models import Post


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component of a score: its value, 0 to 100, and what stands behind it.

    `n` of `least_n` records were there. `complete` is False where the viewer does not
    see every entry that counted. With `extra` it is a bonus or a deduction, its value
    in points as recorded; `limit` is set where the scheme takes no more than that.
    """

    code: str
    label: str
    raw: float | None
    n: int
    least_n: int
    entries: tuple[EntryLine, ...] = ()
    complete: bool = True
    extra: bool = False
    limit: float | None = None

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
    kept score of that month. `steps` add up to it; None without a score. `own_weights`
    names her post where the rules give it weights of its own.
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
    own_weights: str = ""
    post: str = ""

    @property
    def rules(self) -> SchemeRules:
        """The rules of the period as they are for her post."""
        return self.frame.rules.of_post(self.post)

    @property
    def lines(self) -> tuple[tuple[ComponentRow, Row | None], ...]:
        """Every component with its step; None where it adds nothing."""
        of = {step.code: step for step in self._steps}
        return tuple((row, of.get(row.code)) for row in self.rows if not row.extra)

    @property
    def extras(self) -> tuple[tuple[ComponentRow | None, Row], ...]:
        """What came on top, with its entries where they are laid open."""
        of = {row.code: row for row in self.rows}
        return tuple((of.get(step.code), step) for step in self._steps if step.extra)

    @property
    def _steps(self) -> tuple[Row, ...]:
        return self.steps.rows if self.steps else ()


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
    if explained is not None:
        behind = entries_behind(standing, viewer, [explained])
        rules = frame.months[explained.code][1].of_post(person.post)
        sums = person.months.get(explained.code, {})
        rows = _month_rows(rules, sums, behind.by_component)
    else:
        behind = entries_behind(standing, viewer, frame.period.months)
        rows = _period_rows(frame, person, standing.components, behind.by_component)
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
        months=()
        if of_month
        else _months(
            standing.run, frame, months, frame.rules.of_post(person.post).components
        ),
        gates=_gates(frame.rules, person),
        bars=bars_behind(standing, viewer),
        posted_since=behind.posted_since,
        steps=steps_of(standing, frame, months, month),
        own_weights=_post_name(person.post)
        if person.post in frame.rules.variants
        else "",
        post=person.post,
    )


def _post_name(post: str) -> str:
    return str(dict(Post.choices).get(post, post))


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
                entries=tuple(map(line_of, shown)),
                complete=_explains(shown, value, rule.measure),
            )
        )
    for code in rules.extras:
        if groups := sums.get(code, ()):
            rows.append(_extra_row(rules, code, groups, entries.get(code, [])))
    return tuple(rows)


def _extra_row(
    rules: SchemeRules,
    code: str,
    sums: Iterable[Sums],
    shown: Sequence[Entry],
    *,
    limited: bool = True,
) -> ComponentRow:
    """Return bonus or deduction as recorded; only a month is `limited`."""
    groups = list(sums)
    recorded = sum(group.points for group in groups)
    most = rules.bonus_limit if code == BONUS else rules.deduction_limit
    return ComponentRow(
        code=code,
        label=component_label(code),
        raw=recorded / 100,
        n=records(groups),
        least_n=1,
        entries=tuple(map(line_of, shown)),
        complete=sum(entry.points for entry in shown) == recorded,
        extra=True,
        limit=most / 100 if limited and abs(recorded) > most else None,
    )


def _explains(entries: Iterable[Entry], value: Value | None, measure: Measure) -> bool:
    """Tell whether the entries shown make up the value."""
    shown = component_value(
        [Sums(entry.out_of, 1, entry.n, entry.points) for entry in entries], measure
    )
    if shown is None or value is None:
        return shown is value
    return shown.n == value.n and shown.exact == value.exact


def _period_rows(
    frame: Frame,
    person: PersonInput,
    components: Mapping[str, Any],
    entries: Mapping[str, list[Entry]],
) -> tuple[ComponentRow, ...]:
    rules = frame.rules.of_post(person.post)
    rows: list[ComponentRow] = []
    for rule in rules.components:
        part = components.get(rule.code) or {}
        shown = entries.get(rule.code, [])
        rows.append(
            ComponentRow(
                code=rule.code,
                label=component_label(rule.code),
                raw=part.get("raw"),
                n=part.get("n", 0),
                least_n=rule.least_n,
                entries=tuple(map(line_of, shown)),
                complete=all(
                    _explains_month(frame, person, rule.code, month, shown)
                    for month in frame.period.months
                ),
            )
        )
    for code in (BONUS, DEDUCTION):
        if shown := entries.get(code, []):
            rows.append(
                _extra_row(rules, code, person.total(code), shown, limited=False)
            )
    return tuple(rows)


def _explains_month(
    frame: Frame,
    person: PersonInput,
    code: str,
    month: Period,
    entries: Iterable[Entry],
) -> bool:
    """Tell whether the entries shown make up what one month of a period was given."""
    rule = frame.months[month.code][1].of_post(person.post).component(code)
    if rule is None:
        return True
    value = component_value(
        person.months.get(month.code, {}).get(code, ()), rule.measure
    )
    of_month = [entry for entry in entries if month.first <= entry.on <= month.last]
    return _explains(of_month, value, rule.measure)


def _months(
    run: Run,
    frame: Frame,
    months: Mapping[str, MonthResult],
    components: Sequence[ComponentRule],
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
                    for rule in components
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
