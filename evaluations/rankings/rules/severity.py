"""What raters' severity adds to people's values, and where nothing can be said of it.

A person's mean is corrected by the predicted effects of her raters under the additive
model of `crossed`, as Zewotir (2012), "Multiple raters: the effect of rater severity",
proposes with crossed random effects. Raters can be compared only where people link
them: within one connected part of the graph of people and raters. The part with most
people is corrected; everybody else keeps her value, with the reason said.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from evaluations.rankings.rules.crossed import (
    Cells,
    Effects,
    Floats,
    Ints,
    VarianceComponents,
    effects,
    variance_components,
)

# Why somebody's value is not corrected.
NOT_CONNECTED = "raters_not_connected"
ONE_RATER = "one_rater"
TOO_LITTLE = "raters_too_little_evidence"
NO_RATER = "no_rater_known"


@dataclass(frozen=True, slots=True)
class Severity:
    """Corrections in points, parallel to the people of the cells.

    `shift` is what a person's mean gains (positive: her raters were hard), `error` the
    variance that the correction brings with it. `reason` is empty for who is corrected,
    else one of this module's codes; then `shift` and `error` are 0. `raters` holds
    the effect of each rater, NaN where nothing can be said of her; `variances` is None
    where nobody is corrected.
    """

    shift: Floats
    error: Floats
    reason: NDArray[np.str_]
    raters: Floats
    rater_error: Floats
    variances: VarianceComponents | None


def severity(cells: Cells, fitted: VarianceComponents | None = None) -> Severity:
    """Return everybody's correction for the severity of who judged her.

    `fitted` gives variances that were estimated before (a frozen run's); None
    estimates them from the connected part.
    """
    people, raters = int(cells.person.max()) + 1, int(cells.rater.max()) + 1
    found = Severity(
        shift=np.zeros(people),
        error=np.zeros(people),
        reason=np.full(people, NOT_CONNECTED, dtype="<U32"),
        raters=np.full(raters, np.nan),
        rater_error=np.full(raters, np.nan),
        variances=None,
    )
    in_part = _largest_part(cells, people, raters)
    part, who, by = _part(cells, in_part)
    if len(by) < 2:
        found.reason[:] = ONE_RATER if raters < 2 else NOT_CONNECTED
        return found
    try:
        variances = fitted or variance_components(part)
        predicted = effects(part, variances)
    except ValueError:
        found.reason[who] = TOO_LITTLE
        return found
    found.raters[by] = predicted.rater
    found.rater_error[by] = predicted.rater_error
    shift, error = _corrections(part, predicted, len(who))
    found.shift[who], found.error[who], found.reason[who] = shift, error, ""
    return Severity(
        found.shift,
        found.error,
        found.reason,
        found.raters,
        found.rater_error,
        variances,
    )


def _largest_part(cells: Cells, people: int, raters: int) -> NDArray[np.bool_]:
    """Tell which cells belong to the connected part with most people."""
    size = people + raters
    graph = sparse.coo_array(
        (np.ones(len(cells.person)), (cells.person, cells.rater + people)),
        shape=(size, size),
    )
    _count, label = connected_components(graph, directed=False)
    of_people = np.bincount(label[:people])
    return label[cells.person] == int(of_people.argmax())


def _part(cells: Cells, chosen: NDArray[np.bool_]) -> tuple[Cells, Ints, Ints]:
    """Return the chosen cells renumbered, and the old numbers of people and raters."""
    who, person = np.unique(cells.person[chosen], return_inverse=True)
    by, rater = np.unique(cells.rater[chosen], return_inverse=True)
    part = Cells(
        person=person,
        rater=rater,
        count=cells.count[chosen],
        total=cells.total[chosen],
        squares=cells.squares[chosen],
    )
    return part, who, by


def _corrections(part: Cells, predicted: Effects, people: int) -> tuple[Floats, Floats]:
    """Return minus the mean effect of each person's raters, and its error variance.

    Errors of different raters are taken as independent.
    """
    counts = np.bincount(part.person, part.count, people)
    share = part.count / counts[part.person]
    effect: Floats = share * predicted.rater[part.rater]
    spread: Floats = share**2 * predicted.rater_error[part.rater]
    shift: Floats = -np.bincount(part.person, effect, people).astype(np.float64)
    error: Floats = np.bincount(part.person, spread, people).astype(np.float64)
    return shift, error
