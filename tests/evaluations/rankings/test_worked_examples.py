"""The numbers of docs/adjusted-scores.md that no other test computes."""

import numpy as np
import pytest

from evaluations.rankings.rules.crossed import Cells, Effects
from evaluations.rankings.rules.intervals import top_chance
from evaluations.rankings.rules.load import LoadSums, Slope, load_shift
from evaluations.rankings.rules.severity import _corrections
from evaluations.rankings.selectors.adjustments import average_drawn_to
from evaluations.rankings.sentences import drawn_in_words


def test_two_raters_of_one_half_each_give_back_one_and_a_half():
    two = np.array([0, 1])
    cells = Cells(np.array([0, 0]), two, np.ones(2), np.array([80.0, 85]), np.ones(2))
    effects = Effects(
        **{
            name: np.array([-4.0, 1.0]) if name == "rater" else np.ones(2)
            for name in Effects.__dataclass_fields__
        }
    )
    shift, _error = _corrections(cells, effects, 1)
    assert shift.tolist() == [1.5]


def test_seventy_of_pressure_against_forty_five_is_worth_five_points():
    one = [np.array([number]) for number in (2.0, 160.0, 12_800, 140, 9_800, 11_200)]
    shift, _error = load_shift(LoadSums(*one), Slope(-0.2, 0.01, 45.0))
    assert shift == pytest.approx([5.0])


def test_ninety_two_was_drawn_from_ninety_eight_towards_ninety():
    part = {"raw": 98.0, "severity": 0.0, "load": 0.0, "reliability": 0.25}
    average = average_drawn_to(part | {"adjusted": 92.0})
    assert average == 90.0
    assert drawn_in_words(-6.0, average, "3 visits", 0.25) == (
        "drawn down 6.0 points towards the average of 90.0, because so few records "
        "(3 visits) tell little"
    )
    assert average_drawn_to(part | {"adjusted": 98.0, "reliability": 1.0}) is None


def test_the_better_of_two_has_two_chances_in_three():
    two = np.array([82.0, 80.0]), np.array([3.0, 4.0]), np.zeros(2, int)
    assert top_chance(*two, 1)[0] == pytest.approx(0.66, abs=0.02)
