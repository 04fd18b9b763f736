"""Corrections for severe and lenient raters, and refusals where nothing links them."""

import numpy as np
import pytest

from evaluations.rankings.rules.crossed import Cells
from evaluations.rankings.rules.severity import (
    NOT_CONNECTED,
    ONE_RATER,
    severity,
)
from tests.evaluations.rankings.test_rules_crossed import cells_of


def crossed(severities, people=40, visits=12, seed=5, noise=6.0):
    """Every person meets raters at random; returns (truth, cells)."""
    stream = np.random.RandomState(seed)
    truth = 80 + 5 * stream.standard_normal(people)
    person = np.repeat(np.arange(people), visits)
    rater = stream.randint(0, len(severities), people * visits)
    effect = np.array(severities)[rater]
    value = truth[person] + effect + noise * stream.standard_normal(len(person))
    return truth, cells_of(person, rater, value)


def means(cells: Cells):
    size = cells.person.max() + 1
    return np.bincount(cells.person, cells.total, size) / np.bincount(
        cells.person, cells.count, size
    )


def test_severity_is_found_and_taken_off():
    truth, cells = crossed([-10.0, 0.0, 10.0, 4.0, -4.0])
    found = severity(cells)
    assert (found.reason == "").all()
    centred = found.raters - found.raters.mean()
    assert centred == pytest.approx([-10, 0, 10, 4, -4], abs=2.0)
    raw = np.abs(means(cells) - truth - (means(cells) - truth).mean())
    corrected = means(cells) + found.shift
    left = np.abs(corrected - truth - (corrected - truth).mean())
    assert left.mean() < 0.7 * raw.mean()


def test_equal_raters_shift_nobody_by_more_than_chance():
    _truth, cells = crossed([0.0] * 5)
    assert np.abs(severity(cells).shift).max() < 0.6


def test_one_rater_alone_corrects_nobody():
    _truth, cells = crossed([7.0])
    found = severity(cells)
    assert set(found.reason) == {ONE_RATER}
    assert (found.shift == 0).all()
    assert (found.error == 0).all()
    assert found.variances is None


def test_raters_who_share_nobody_are_not_compared():
    person = [0, 0, 1, 1, 2, 2, 3, 3]
    rater = [0, 0, 0, 0, 1, 1, 1, 1]
    found = severity(cells_of(person, rater, [90, 91, 92, 93, 50, 51, 52, 53]))
    assert set(found.reason) == {NOT_CONNECTED}
    assert (found.shift == 0).all()
    assert np.isnan(found.raters).all()


def test_who_is_outside_the_connected_part_keeps_her_value_and_is_told():
    _truth, cells = crossed([-10.0, 0.0, 10.0], people=20)
    lonely = Cells(
        person=np.append(cells.person, 20),
        rater=np.append(cells.rater, 3),
        count=np.append(cells.count, 4.0),
        total=np.append(cells.total, 200.0),
        squares=np.append(cells.squares, 10_050.0),
    )
    found = severity(lonely)
    assert found.reason[20] == NOT_CONNECTED
    assert found.shift[20] == 0.0
    assert np.isnan(found.raters[3])
    assert (found.reason[:20] == "").all()
    assert found.shift[:20] == pytest.approx(severity(cells).shift, abs=1e-6)


def test_variances_of_a_frozen_run_give_the_same_corrections():
    _truth, cells = crossed([-10.0, 0.0, 10.0])
    first = severity(cells)
    again = severity(cells, fitted=first.variances)
    assert again.shift == pytest.approx(first.shift, abs=1e-12)


def test_corrections_do_not_depend_on_the_order_of_the_cells():
    _truth, cells = crossed([-10.0, 0.0, 10.0])
    turned = Cells(
        *(
            array[::-1].copy()
            for array in (
                cells.person,
                cells.rater,
                cells.count,
                cells.total,
                cells.squares,
            )
        )
    )
    assert severity(turned).shift == pytest.approx(severity(cells).shift, abs=1e-5)
