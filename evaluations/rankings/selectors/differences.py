"""What changed since the last period, part by part, and whether it is chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from evaluations.ledger.components import component_label
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.change import Change, change_between, is_chance
from evaluations.rankings.rules.gaps import is_counted
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import Basis, SchemeRules
from evaluations.rankings.rules.waterfall import Waterfall
from evaluations.rankings.selectors.standings import run_before
from evaluations.rankings.selectors.waterfalls import both_waterfalls
from evaluations.rankings.sentences import (
    Tally,
    cause_in_words,
    chance_in_words,
    change_in_words,
    difference_in_words,
    extras_in_words,
)
from outlets.places.sight import Viewer


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What one component achieved then and now, and the points it made of it."""

    label: str
    before: str
    now: str
    value: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class ChangeSince:
    """The change since `before`; `rest` is rounding, bonus and deduction.

    `within_chance` is None where either score has no adjusted figure.
    """

    before: Standing
    difference: float
    rows: tuple[EffectRow, ...]
    rest: float
    within_chance: bool | None
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it as one sentence."""
        return change_in_words(self.sentences)


def change_since(standing: Standing, viewer: Viewer) -> ChangeSince | None:
    """Return the change since the published ranking of the period before.

    By the score that makes the rank where both have it taken apart, else by the score
    as written. None where there is no earlier score in the viewer's sight.
    """
    if standing.score is None:
        return None
    earlier = run_before(standing.run, viewer)
    if earlier is None:
        return None
    before = (
        Standing.objects.visible_to(viewer)
        .filter(run=earlier, employee=standing.employee_id)
        .exclude(score=None)
        .select_related("run")
        .first()
    )
    if before is None:
        return None
    frame = Frame.parse(standing.run.head)
    falls = _comparable(before, standing)
    if falls is None:
        return None
    change = change_between(*falls)
    within = _within_chance(before, standing)
    shown = _Achieved(frame.rules, before.components, standing.components)
    return ChangeSince(
        before=before,
        difference=float(change.difference),
        rows=tuple(
            EffectRow(
                label=component_label(one.code),
                before=shown.before(one.code),
                now=shown.now(one.code),
                value=float(one.value),
                weight=float(one.weight),
                points=float(one.points),
            )
            for one in change.effects
        ),
        rest=float(change.rounding + change.extras),
        within_chance=within,
        sentences=_sentences(change, falls, shown, before, within),
    )


def _comparable(before: Standing, now: Standing) -> tuple[Waterfall, Waterfall] | None:
    """Return both scores taken apart, of the same kind."""
    raws: list[Waterfall | None] = []
    fairs: list[Waterfall | None] = []
    basis = Basis.RAW
    for standing in (before, now):
        frame = Frame.parse(standing.run.head)
        months = months_of(frame, [PersonInput.parse(standing.input)])[0]
        raw, fair = both_waterfalls(standing, frame, months)
        raws.append(raw)
        fairs.append(fair)
        basis = frame.rules.basis
    chosen = fairs if basis is Basis.ADJUSTED and None not in fairs else raws
    old, new = chosen
    return None if old is None or new is None else (old, new)


def _within_chance(before: Standing, now: Standing) -> bool | None:
    figures = (
        before.adjusted_score,
        before.adjusted_deviation,
        now.adjusted_score,
        now.adjusted_deviation,
    )
    if None in figures:
        return None
    old, old_deviation, new, new_deviation = (float(one or 0) for one in figures)
    return is_chance(new - old, old_deviation, new_deviation)


@dataclass(frozen=True, slots=True)
class _Achieved:
    """What components came to, in words; "" where they did not count."""

    rules: SchemeRules
    then: Mapping[str, Any]
    today: Mapping[str, Any]

    def before(self, code: str) -> str:
        return str(self._tally(code, self.then) or "")

    def now(self, code: str) -> str:
        return str(self._tally(code, self.today) or "")

    def both(self, code: str) -> str:
        """Return both at once; "" where they are no counts."""
        then, today = self._tally(code, self.then), self._tally(code, self.today)
        return today.instead_of(then) if then and today else ""

    def _tally(self, code: str, components: Mapping[str, Any]) -> Tally | None:
        part, rule = components.get(code), self.rules.component(code)
        if not part or part.get("points") is None:
            return None
        counted = rule is not None and is_counted(code, rule.measure)
        return Tally(code, part["raw"], part["n"], counted)


def _sentences(
    change: Change,
    falls: tuple[Waterfall, Waterfall],
    shown: _Achieved,
    before: Standing,
    within: bool | None,
) -> tuple[str, ...]:
    difference = float(change.difference)
    found = [difference_in_words(difference, before.run.parsed_period)]
    first = change.leading[0] if change.leading else None
    if change.extras * change.difference > 0 and (
        first is None or abs(change.extras) > abs(first.points)
    ):
        then, now = (sum(float(one.points) for one in of.extras) for of in falls)
        found.append(
            cause_in_words(
                gettext("bonus and deduction"),
                float(change.extras / change.difference),
                extras_in_words(now),
                extras_in_words(then),
            )
        )
    elif first is not None:
        found.append(
            cause_in_words(
                component_label(first.code),
                float(first.points / change.difference),
                shown.now(first.code),
                shown.before(first.code),
                shown.both(first.code),
            )
        )
    if difference:
        found.append(chance_in_words(within))
    return tuple(found)
