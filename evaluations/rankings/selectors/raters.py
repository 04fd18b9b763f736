"""Raters who judge far from the others, or whom nothing links with them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from evaluations.ledger.components import component_label
from evaluations.rankings.models import Run
from evaluations.rankings.rules.crossed import Cells
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.severity import severity
from staffing.people.models import Employee

CHUNK = 2000
# Standard errors from which a rater is called hard or mild.
FAR_OFF = 2.0
# What is shown of a key that is nobody's on the staff: enough to tell two apart.
KEY_SHOWN = 8


class _Far(NamedTuple):
    """One rater of a component in a month; `effect` in points, None: not linked."""

    key: str
    component: str
    month: str
    effect: float | None


def far_raters(run: Run, frame: Frame) -> list[str]:
    """Return what is said of each rater far from the others, by component and month.

    Who is on the staff is named. System read over everybody: only who ranks everybody
    asks for it.
    """
    components = sorted(
        {code for _v, r in frame.months.values() for code in r.rated_components}
    )
    if not components:
        return []
    lines = run.standings.order_by("employee_uuid").values_list("input", flat=True)
    people = [PersonInput.parse(line) for line in lines.iterator(chunk_size=CHUNK)]
    found = [
        one
        for component in components
        for month in sorted(frame.months)
        for one in _far(people, component, month)
    ]
    names = _names({one.key for one in found})
    return [_said(one, names) for one in found]


def _far(people: Sequence[PersonInput], component: str, month: str) -> Iterator[_Far]:
    keys: list[tuple[int, str]] = []
    numbers: list[tuple[float, float, float]] = []
    for row, person in enumerate(people):
        evidence = person.evidence.get(month)
        for one in evidence.raters.get(component, ()) if evidence else ():
            if one.out_of > 0 and one.rater and one.entries > 0:
                keys.append((row, one.rater))
                points = 100 * one.points / one.out_of
                squares = 10_000 * one.squares / one.out_of**2
                numbers.append((float(one.entries), points, squares))
    if not keys:
        return
    _rows, who = np.unique([key[0] for key in keys], return_inverse=True)
    raters, rater = np.unique([key[1] for key in keys], return_inverse=True)
    of = severity(Cells(who, rater, *np.array(numbers).T))
    for number, name in enumerate(raters.tolist()):
        effect = float(of.raters[number])
        if np.isnan(effect):
            yield _Far(name, component, month, None)
        elif abs(effect) > FAR_OFF * float(of.rater_error[number]) ** 0.5:
            yield _Far(name, component, month, effect)


def _names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names behind keys that are somebody's on the staff."""
    uuids = [uuid for key in keys if (uuid := _uuid(key)) is not None]
    staff = Employee.objects.filter(uuid__in=uuids)  # of the whole chain
    return {
        uuid.hex: f"{name} {number}"
        for uuid, name, number in staff.values_list("uuid", "name", "number")
    }


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(hex=key)
    except ValueError:
        return None


def _said(one: _Far, names: Mapping[str, str]) -> str:
    about = {
        "rater": names.get(one.key) or one.key[:KEY_SHOWN],
        "component": component_label(one.component),
        "month": one.month,
    }
    if one.effect is None:
        return _("%(rater)s (%(component)s, %(month)s): not linked with others") % about
    said = {**about, "effect": f"{one.effect:+.2f}"}
    return _("%(rater)s (%(component)s, %(month)s): %(effect)s points") % said
