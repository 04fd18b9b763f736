"""A computed month as arrays: what a what-if needs to rank everybody again at once.

The matrix holds no names and no rules, only what was measured: values of components
with their records, the adjusted values, what gates and bars look at, the lists that
everybody stands in. It is made once from the stored input of a run.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluations.rankings.rules.adjusting import adjust_month
from evaluations.rankings.rules.column import LARGEST, whole
from evaluations.rankings.rules.columns import MonthColumns
from evaluations.rankings.rules.crossed import Floats, Ints
from evaluations.rankings.rules.fits import Fit
from evaluations.rankings.rules.people import Frame, PersonInput, Place
from evaluations.rankings.rules.ranks import date_order, groups_of, value_order
from evaluations.rankings.rules.scheme import (
    ComponentRule,
    Level,
    Preference,
    SchemeRules,
)
from evaluations.rankings.rules.values import (
    Value,
    component_value,
    entries,
    pooled,
    records,
)

Flags = NDArray[np.bool_]
MATRIX_VERSION = 1
# Whole years of service on the last day of the period, from which a band begins.
TENURE_FROM = (0, 1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One month of a run, a row per person in the order of the canonical input.

    `value` (percent, NaN where nothing was judged) and `count` have a column per code
    of `codes`; `numerator` ÷ `denominator` is the exact value, in `large` by
    (row, column) where it does not fit 62 bits. `order` sorts like the exact value, -1
    where missing. `adjusted` goes by (code, least records): who has fewer is NaN there.
    `measured` gives (points, out_of) in hundredths of what gates look at, `days` the
    entries of the component that days are counted by, by its code. `groups` numbers the
    list of each level, -1 in none; `traits` gives (names, number of each person's name)
    by what effects are told by.
    """

    codes: tuple[str, ...]
    value: Floats
    count: Ints
    numerator: Ints
    denominator: Ints
    large: Mapping[tuple[int, int], tuple[int, int]]
    order: Ints
    adjusted: Mapping[tuple[str, int], Floats]
    days: Mapping[str, Ints]
    bars: Mapping[str, Flags]
    measured: Mapping[str, tuple[Ints, Ints]]
    fewer: Mapping[str, Ints]
    hired: Ints
    duty: Flags
    name: Ints
    groups: Mapping[Level, Ints]
    traits: Mapping[str, tuple[tuple[str, ...], Ints]]
    keys: Ints = field(default_factory=lambda: np.array([], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.duty)

    def with_adjusted(self, code: str, least_n: int, column: Floats) -> "Matrix":
        """Return the matrix with one more adjusted column."""
        return replace(self, adjusted={**self.adjusted, (code, least_n): column})

    def exact(self, row: int, column: int) -> Value:
        number = self.large.get((row, column)) or (
            int(self.numerator[row, column]),
            int(self.denominator[row, column]),
        )
        return Value(*number, int(self.count[row, column]))


def covers(rules: SchemeRules) -> bool:
    """Tell whether a matrix holds all that the rules look at.

    Curves, bonus and deduction, and what goes by the post are not in it.
    """
    curved = any(rule.curve is not None for rule in rules.components)
    return not (curved or rules.extras or rules.variants or rules.posts)


def matrix_of(
    frame: Frame,
    people: Sequence[PersonInput],
    keys: Sequence[int] = (),
    fitted: Mapping[str, Fit] | None = None,
) -> Matrix:
    """Return the matrix of a month; `keys` name the people to the caller.

    `fitted` gives the estimates behind the month's adjusted values, None makes them.

    Raises:
        ValueError: the period is not one month.
    """
    if list(frame.months) != [frame.period.code]:
        raise ValueError("a matrix is of one month")
    rules = frame.rules
    values = [
        [
            component_value(_sums(frame, one, rule.code), rule.measure)
            for rule in rules.components
        ]
        for one in people
    ]
    numbers = _numbers(values, len(rules.components))
    adjusted = {
        (rule.code, rule.least_n): adjusted_column(
            frame, people, rule, (fitted or {}).get(rule.code) if fitted else None
        )
        for rule in rules.components
    }
    codes = sorted({bar.code for one in people for bar in one.bars} | {*rules.bars})
    held = [{bar.code for bar in one.bars if bar.holds(frame.period)} for one in people]
    places = [one.place for one in people]
    return Matrix(
        codes=tuple(rule.code for rule in rules.components),
        **numbers,
        adjusted=adjusted,
        days={
            rules.least_days[0]: _ints(
                entries(one.total(rules.least_days[0])) for one in people
            )
        }
        if rules.least_days
        else {},
        bars={code: np.array([code in own for own in held]) for code in codes},
        measured={code: _measured(people, code) for code in _gated(rules)},
        fewer={
            rule.of: _ints(records(one.total(rule.of)) for one in people)
            for rule in rules.tie_breaks
            if rule.preference is Preference.FEWER
        },
        hired=date_order([one.hired_on for one in people]),
        duty=np.array([one.on_duty for one in people], dtype=bool),
        name=_name_order([one.uuid for one in people]),
        groups=lists_of(places),
        traits=traits_of(people, frame.period.last),
        keys=np.array(keys, dtype=np.int64),
    )


def lists_of(places: Sequence[Place]) -> dict[Level, Ints]:
    """Number the list of each level that everybody stands in; -1 where in none."""
    return {
        Level.OUTLET: groups_of([place.outlet for place in places]),
        Level.COUNTY: groups_of([place.county for place in places]),
        Level.CITY: groups_of([place.city for place in places]),
        Level.PROVINCE: groups_of([place.province for place in places]),
        Level.CLASS: groups_of(
            [
                (place.province, place.outlet_class)
                if place.province and place.outlet_class
                else None
                for place in places
            ]
        ),
        Level.ALL: np.zeros(len(places), dtype=np.int64),
    }


def traits_of(
    people: Sequence[PersonInput], day: date
) -> dict[str, tuple[tuple[str, ...], Ints]]:
    """Return by what effects are told: (names, number of each person's name)."""
    places = [one.place for one in people]
    return {
        "province": _coded([place.province or "" for place in places]),
        "city": _coded([place.city or "" for place in places]),
        "county": _coded([place.county or "" for place in places]),
        "class": _coded([place.outlet_class for place in places]),
        "post": _coded([one.post for one in people]),
        "tenure": _coded([_tenure(one, day) for one in people]),
    }


def adjusted_column(
    frame: Frame,
    people: Sequence[PersonInput],
    rule: ComponentRule,
    fitted: Fit | None = None,
) -> Floats:
    """Return everybody's adjusted value of one component, NaN where it does not count.

    Components are adjusted apart, so the others need not be there.
    """
    alone = replace(
        frame.rules, components=(replace(rule, required=False),), least_components=1
    )
    month = MonthColumns.of(frame.period.code, 0, alone, people)
    given = None if fitted is None else {rule.code: fitted}
    column = np.full(len(people), np.nan)
    done = adjust_month(month, given)
    column[whole(month.rows)] = done.components[rule.code].value
    return column


def _sums(frame: Frame, person: PersonInput, code: str) -> Any:
    return person.months.get(frame.period.code, {}).get(code, ())


def _ints(numbers: Any) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


def _numbers(values: Sequence[Sequence[Value | None]], width: int) -> dict[str, Any]:
    shape = (len(values), width)
    value, count = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    numerator, denominator = (
        np.zeros(shape, dtype=np.int64),
        np.ones(shape, dtype=np.int64),
    )
    large: dict[tuple[int, int], tuple[int, int]] = {}
    for row, own in enumerate(values):
        for column, one in enumerate(own):
            if one is None:
                continue
            value[row, column], count[row, column] = float(one), one.n
            if max(abs(one.numerator), one.denominator) >= LARGEST:
                large[row, column] = one.numerator, one.denominator
            else:
                numerator[row, column] = one.numerator
                denominator[row, column] = one.denominator
    order = [value_order([own[column] for own in values]) for column in range(width)]
    return {
        "value": value,
        "count": count,
        "numerator": numerator,
        "denominator": denominator,
        "large": large,
        "order": np.array(order, dtype=np.int64).reshape(width, len(values)).T,
    }


def _gated(rules: SchemeRules) -> list[str]:
    return sorted(
        {gate.needs for gate in rules.gates}
        | {limit.component for gate in rules.gates for limit in gate.limits}
    )


def _measured(people: Sequence[PersonInput], code: str) -> tuple[Ints, Ints]:
    sums = [pooled(one.total(code)) for one in people]
    return _ints(points for points, _ in sums), _ints(out_of for _, out_of in sums)


def _name_order(names: Sequence[str]) -> Ints:
    order = sorted(range(len(names)), key=names.__getitem__)
    numbers = np.empty(len(names), dtype=np.int64)
    numbers[order] = np.arange(len(names))
    return numbers


def _coded(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    known = sorted(set(names))
    numbers = {name: number for number, name in enumerate(known)}
    return tuple(known), _ints(numbers[name] for name in names)


def _tenure(person: PersonInput, day: date) -> str:
    """Return the band of service as the year it begins with; "" where unknown."""
    if person.hired_on is None:
        return ""
    hired = date.fromisoformat(person.hired_on)
    years = day.year - hired.year - ((day.month, day.day) < (hired.month, hired.day))
    return str(max((start for start in TENURE_FROM if start <= years), default=0))


def packed(matrix: Matrix) -> bytes:
    """Return the matrix as one compressed archive of arrays, without pickles."""
    arrays: dict[str, Any] = {
        name: getattr(matrix, name) for name in (*_PLAIN, "hired", "duty", "name")
    }
    adjusted = list(matrix.adjusted)
    about = {
        "version": MATRIX_VERSION,
        "codes": matrix.codes,
        "large": [[*at, *map(str, of)] for at, of in matrix.large.items()],
        "adjusted": adjusted,
        "traits": {name: names for name, (names, _) in matrix.traits.items()},
    }
    for number, key in enumerate(adjusted):
        arrays[f"adjusted/{number}"] = matrix.adjusted[key]
    for kind in _BY_CODE:
        for code, column in getattr(matrix, kind).items():
            arrays[f"{kind}/{code}"] = column
    for code, (points, out_of) in matrix.measured.items():
        arrays[f"measured/{code}"] = np.stack([points, out_of])
    for name, (_names, numbers) in matrix.traits.items():
        arrays[f"traits/{name}"] = numbers
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)
    return file.getvalue()


def unpacked(data: bytes) -> Matrix:
    """Read a packed matrix.

    Raises:
        ValueError: it was packed by another version.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(str(arrays["about"]))
    if about["version"] != MATRIX_VERSION:
        raise ValueError("packed by another version")

    def named(kind: str) -> dict[str, Any]:
        start = f"{kind}/"
        return {
            name.removeprefix(start): array
            for name, array in arrays.items()
            if name.startswith(start)
        }

    return Matrix(
        codes=tuple(about["codes"]),
        **{name: arrays[name] for name in (*_PLAIN, "hired", "duty", "name")},
        large={
            (row, column): (int(numerator), int(denominator))
            for row, column, numerator, denominator in about["large"]
        },
        adjusted={
            (code, least): arrays[f"adjusted/{number}"]
            for number, (code, least) in enumerate(about["adjusted"])
        },
        days=named("days"),
        bars=named("bars"),
        fewer=named("fewer"),
        measured={code: (of[0], of[1]) for code, of in named("measured").items()},
        groups={Level(level): of for level, of in named("groups").items()},
        traits={
            name: (tuple(names), arrays[f"traits/{name}"])
            for name, names in about["traits"].items()
        },
    )


_PLAIN = ("value", "count", "numerator", "denominator", "order", "keys")
_BY_CODE = ("days", "bars", "fewer", "groups")
