from pathlib import Path

import pytest

from outlets.flow.definitions import DEFINITIONS
from outlets.flow.rules import WAIT_EDGES

METRICS = Path(__file__).resolve().parents[3] / "docs" / "metrics.md"


@pytest.mark.parametrize("code", DEFINITIONS)
def test_pages_and_paper_define_a_figure_alike(code):
    definition = DEFINITIONS[code]
    row = f"| {definition.name} | {definition.text} |"
    assert row in METRICS.read_text(encoding="utf-8")


def test_the_paper_names_the_wait_bins():
    assert " ".join(map(str, WAIT_EDGES)) in METRICS.read_text(encoding="utf-8")
