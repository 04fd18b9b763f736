"""What other rules would have made of a run: who moves, and whom it touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.crossed import Ints
from evaluations.rankings.rules.effects import (
    Effect,
    Movement,
    effects,
    entering,
    leaving,
    movement,
)
from evaluations.rankings.rules.matrix import TENURE_FROM
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.rules.whatif import Outcome
from evaluations.rankings.selectors.matrices import fair_count
from evaluations.rankings.words import Reason, level_name, reasons_in_words
from outlets.places.models import Region
from outlets.places.sight import Viewer
from staffing.people.models import Employee, Gender, Post

# Names shown of each list; the rest is counted.
SHOWN = 50
# Seconds for which the genders of a run's people are held in memory.
REMEMBERED = 600


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who enters or leaves; scores in points, None without one.

    `reasons` say what keeps her out on the side where she does not win.
    """

    standing: Standing
    score_before: float | None
    score_after: float | None
    rank_before: int | None
    rank_after: int | None
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The winners at one level: how many, who comes in, who drops out."""

    level: Level
    name: str
    winners_before: int
    winners_after: int
    enters: Sequence[Moved]
    leaves: Sequence[Moved]
    entering: int
    leaving: int

    @property
    def enters_more(self) -> int:
        return self.entering - len(self.enters)

    @property
    def leaves_more(self) -> int:
        return self.leaving - len(self.leaves)


@dataclass(frozen=True, slots=True)
class EffectTable:
    """The effects by one trait; `rates` where selection rates are compared."""

    title: str
    rows: Sequence[Effect]
    rates: bool = False

    @property
    def widest(self) -> float:
        """The largest share in the table, for the length of bars; never 0."""
        shares = [
            share
            for row in self.rows
            for share in (row.share_before, row.share_after)
            if share is not None
        ]
        return max([*shares, 1.0])


@dataclass(frozen=True, slots=True)
class Trial:
    movement: Movement
    levels: Sequence[LevelChange]
    tables: Sequence[EffectTable]
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Fair:
    """How many people win only by the adjusted order; None while it is not known."""

    count: int | None


def fair_would_choose(run: Run) -> Fair | None:
    """Return how many others the adjusted order of a run would choose.

    None where the question does not arise: the run ranks by adjusted scores already,
    is not computed, or is not of a single month. Takes no query.
    """
    if not run.is_computed or '"basis":"raw"' not in run.head or len(run.period) != 7:
        return None
    return None if run.period[5] == "Q" else Fair(fair_count(run))


class People(Protocol):
    """Who stands in a run, and what effects are told by; see `Matrix`."""

    @property
    def keys(self) -> Ints: ...

    @property
    def traits(self) -> Mapping[str, tuple[tuple[str, ...], Ints]]: ...


class Computed(Protocol):
    """A run as it is compared: see `Kept`."""

    @property
    def matrix(self) -> People | None: ...

    @property
    def outcome(self) -> Outcome | None: ...

    @property
    def beside(self) -> dict[str, Any]: ...


def trial(run: Run, kept: Computed, after: Outcome, viewer: Viewer) -> Trial:
    """Compare a run with what other rules make of it.

    Lists name people that `viewer` may see; figures are of the whole chain, for those
    who see all of it. Takes the same few queries for any number of people.

    Raises:
        ValueError: nothing is kept of the run.
    """
    matrix, before = kept.matrix, kept.outcome
    if matrix is None or before is None:
        raise ValueError("nothing is kept of the run")
    comes, goes = entering(before, after), leaving(before, after)
    rows = [row for of in (comes, goes) for rows in of.values() for row in rows[:SHOWN]]
    standings = _standings(run, matrix, rows, viewer)

    def moved(rows: Ints, level: Level, out: Outcome) -> list[Moved]:
        return [
            _moved(standings[row], row, level, (before, after), out)
            for row in rows[:SHOWN].tolist()
            if row in standings
        ]

    none = np.array([], dtype=np.int64)
    levels = [
        LevelChange(
            level=level,
            name=level_name(level),
            winners_before=_count(before, level),
            winners_after=_count(after, level),
            enters=moved(comes.get(level, none), level, before),
            leaves=moved(goes.get(level, none), level, after),
            entering=len(comes.get(level, none)),
            leaving=len(goes.get(level, none)),
        )
        for level in Level
        if level in before.winners or level in after.winners
    ]
    return Trial(
        movement=movement(before, after),
        levels=levels,
        tables=_tables(run, kept, matrix, before, after),
        entering=len(np.unique(np.concatenate([none, *comes.values()]))),
        leaving=len(np.unique(np.concatenate([none, *goes.values()]))),
    )


def _count(outcome: Outcome, level: Level) -> int:
    return int(outcome.winners[level].sum()) if level in outcome.winners else 0


def _standings(
    run: Run, matrix: People, rows: Sequence[int], viewer: Viewer
) -> dict[int, Standing]:
    row_of = {int(matrix.keys[row]): int(row) for row in rows}
    seen = (
        Standing.objects.visible_to(viewer)
        .filter(run=run, employee__in=row_of)
        .select_related("employee", "outlet")
        .only("run_id", "employee__name", "employee__number", "outlet__name")
    )
    return {row_of[one.employee_id]: one for one in seen}


def _moved(
    standing: Standing,
    row: int,
    level: Level,
    outcomes: tuple[Outcome, Outcome],
    out: Outcome,
) -> Moved:
    before, after = outcomes
    reasons = [code for code, flags in out.reasons.items() if flags[row]]
    return Moved(
        standing,
        _points(before, row),
        _points(after, row),
        int(before.ranks[level][row]) or None,
        int(after.ranks[level][row]) or None,
        reasons_in_words(reasons),
    )


def _points(outcome: Outcome, row: int) -> float | None:
    score = int(outcome.score[row])
    return None if score == NOBODY else score / 100


def _tables(
    run: Run, kept: Computed, matrix: People, before: Outcome, after: Outcome
) -> list[EffectTable]:
    names, group = _genders(run, kept, matrix)
    where, place_names = _places(matrix)
    tables = [
        EffectTable(_("Region"), effects(before, after, place_names, where)),
        _named_table(matrix, "class", _("Outlet class"), {}, before, after),
        EffectTable(_("Gender"), effects(before, after, names, group), rates=True),
        _named_table(matrix, "tenure", _("Years of service"), _bands(), before, after),
        _named_table(
            matrix,
            "post",
            _("Post"),
            {k: str(v) for k, v in Post.choices},
            before,
            after,
        ),
    ]
    return [table for table in tables if table.rows]


def _named_table(
    matrix: People,
    trait: str,
    title: str,
    words: Mapping[str, str],
    before: Outcome,
    after: Outcome,
) -> EffectTable:
    """Return the effects by a trait, its groups in the order of `words`."""
    codes, group = matrix.traits[trait]
    places = {code: number for number, code in enumerate(words)}
    order = sorted(codes, key=lambda code: (places.get(code, len(places)), code))
    numbers = {code: number for number, code in enumerate(order)}
    renumbered = np.array([numbers[code] for code in codes], dtype=np.int64)[group]
    names = [words.get(code, code) or _("unknown") for code in order]
    return EffectTable(title, effects(before, after, names, renumbered))


def _bands() -> dict[str, str]:
    """Return the words for bands of service, by the year they begin with."""
    words = {}
    for low, high in zip(TENURE_FROM, TENURE_FROM[1:], strict=False):
        words[str(low)] = (
            _("%(low)d to %(high)d") % {"low": low, "high": high}
            if low
            else ngettext("less than %(n)d year", "less than %(n)d years", high)
            % {"n": high}
        )
    words[str(TENURE_FROM[-1])] = _("%(n)d or more") % {"n": TENURE_FROM[-1]}
    return words


def _places(matrix: People) -> tuple[Ints, list[str]]:
    """Return the widest level of regions that tells people apart, with its names."""
    for level in ("province", "city", "county"):
        codes, group = matrix.traits[level]
        if len([code for code in codes if code]) > 1:
            break
    regions: Any = Region.objects.filter(code__in=codes)  # statistics of the chain
    known = dict(regions.values_list("code", "name"))
    return group, [known.get(code, code) or _("unknown") for code in codes]


def _genders(run: Run, kept: Computed, matrix: People) -> tuple[list[str], Ints]:
    """Return names of genders and everybody's number; read from the registry.

    They are in no input of a run: held in memory for some minutes and nowhere else.
    """
    codes = ["", *Gender.values]
    held = kept.beside.get("genders")
    if held is None or monotonic() - held[0] > REMEMBERED:
        people = Employee.objects.filter(standings__run=run)  # statistics of the chain
        numbers = {code: number for number, code in enumerate(codes)}
        of = {
            key: numbers[gender] for key, gender in people.values_list("pk", "gender")
        }
        group = np.array(
            [of.get(key, 0) for key in matrix.keys.tolist()], dtype=np.int64
        )
        held = kept.beside["genders"] = monotonic(), group
    return [_("unknown"), *(str(label) for label in Gender.labels)], held[1]
