"""Variance components of real crossed ratings, ours beside lme4's.

    python -m benchmarks.severity [PACK]

PACK is a folder with `NN_ratings.csv.gz` (columns employee_number, rater, score) and
`expected/variance_components.json`; by default the people pack of STARHALL_REAL.
"""

import argparse
import csv
import gzip
import json
from pathlib import Path
from time import perf_counter

import numpy as np

from evaluations.rankings.rules.crossed import Cells, variance_components
from tests.real import REAL


def cells_of(pack: Path) -> Cells:
    """Return the pack's ratings by known raters, added up per person and rater."""
    (file,) = pack.glob("*_ratings.csv.gz")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = [
            (row["employee_number"], row["rater"], float(row["score"]))
            for row in csv.DictReader(lines)
            if row["employee_number"] and row["rater"]
        ]
    people, raters, scores = zip(*rows, strict=True)
    person = np.unique(people, return_inverse=True)[1]
    names, rater = np.unique(raters, return_inverse=True)
    key, inverse = np.unique(person * len(names) + rater, return_inverse=True)
    score = np.array(scores)
    return Cells(
        person=key // len(names),
        rater=key % len(names),
        count=np.bincount(inverse).astype(float),
        total=np.bincount(inverse, score),
        squares=np.bincount(inverse, score**2),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", type=Path, nargs="?", default=REAL / "people")
    pack: Path = parser.parse_args().pack
    cells = cells_of(pack)
    people, raters = cells.person.max() + 1, cells.rater.max() + 1
    print(f"{int(cells.count.sum())} ratings of {people} people by {raters} raters")
    expected = json.loads((pack / "expected" / "variance_components.json").read_text())
    for method in ("REML", "ML"):
        started = perf_counter()
        found = variance_components(cells, reml=method == "REML")
        seconds = perf_counter() - started
        print(f"{method} ({seconds:.1f} s){'ours':>24}{'lme4':>18}{'difference':>14}")
        for label, ours, key in (
            ("between people", found.person, "var_employee"),
            ("between raters", found.rater, "var_rater"),
            ("residual", found.residual, "var_residual"),
            ("intercept", found.intercept, "intercept"),
            ("-2 log likelihood", found.deviance, "minus_2_log_likelihood"),
        ):
            theirs = expected[method][key]
            apart = ours / theirs - 1
            print(f"  {label:20}{ours:18.6f}{theirs:18.6f}{apart:13.5%}")


if __name__ == "__main__":
    main()
