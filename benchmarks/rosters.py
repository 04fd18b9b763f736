"""The generator's core on published shift-scheduling instances.

    python -m benchmarks.rosters [--seconds 600] [--only 1 2 4 6 8 14] [FILE …]

Reads the text format of schedulingbenchmarks.org (Curtois & Qu, 2014) and solves each
with the product's solver. Prints the cost, the bound, the gap, the seconds, and the
floor: the best published cost, where `best_known.csv` beside the file has one.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

from staffing.rosters.planning.costs import breaches
from staffing.rosters.planning.problem import (
    Cover,
    NoTimeError,
    Person,
    Problem,
    Shift,
    Wish,
)
from staffing.rosters.planning.solving import solve
from tests.real import DATA

FOLDER = DATA / "rosters"
PUBLISHED = (1, 2, 4, 6, 8, 14)
WEEK = 7
SATURDAY = 5


def sections(text: str) -> dict[str, list[list[str]]]:
    """Return the rows of each section, cut at commas, comments left out."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    name = ""
    for line in text.splitlines():
        if line.startswith("SECTION_"):
            name = line.strip().removeprefix("SECTION_")
        elif line.strip() and not line.startswith("#"):
            found[name].append([cell.strip() for cell in line.strip().split(",")])
    return found


def read(path: Path) -> Problem:
    """Read an instance; each starts on a Monday."""
    rows = sections(path.read_text())
    days = int(rows["HORIZON"][0][0])
    shifts = [
        Shift(code, int(minutes), frozenset(filter(None, after.split("|"))))
        for code, minutes, after in rows["SHIFTS"]
    ]
    off = {key: frozenset(map(int, at)) for key, *at in rows["DAYS_OFF"]}
    people = [_person(row, off) for row in rows["STAFF"]]
    index = {person.key: n for n, person in enumerate(people)}
    wishes = [
        Wish(index[key], int(day), shift, wanted, int(weight))
        for section, wanted in (("ON", True), ("OFF", False))
        for key, day, shift, weight in rows[f"SHIFT_{section}_REQUESTS"]
    ]
    covers = [
        Cover(((int(day), shift),), int(needed), int(under), int(over))
        for day, shift, needed, under, over in rows["COVER"]
    ]
    weekends = [
        (saturday, saturday + 1) for saturday in range(SATURDAY, days - 1, WEEK)
    ]
    return Problem(days, shifts, people, covers, wishes, weekends)


def _person(row: list[str], off: dict[str, frozenset[int]]) -> Person:
    key, most_of, most, least, most_run, least_run, least_rest, weekends = row
    return Person(
        key=key,
        least_minutes=int(least),
        most_minutes=int(most),
        most_of={
            code: int(times)
            for code, times in (one.split("=") for one in most_of.split("|"))
        },
        least_run=int(least_run),
        most_run=int(most_run),
        least_rest=int(least_rest),
        most_weekends=int(weekends),
        off=off.get(key, frozenset()),
    )


def best_known(folder: Path) -> dict[str, int]:
    """Return the best published costs by instance."""
    path = folder / "best_known.csv"
    if not path.exists():
        return {}
    with path.open() as file:
        return {
            row["instance"]: int(row["published_best_cost"])
            for row in csv.DictReader(file)
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--only", type=int, nargs="*", default=PUBLISHED)
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    files = options.files or [FOLDER / f"Instance{n}.txt" for n in options.only]
    out = sys.stdout
    out.write("instance      cost   bound    gap  published  ratio  seconds\n")
    for path in files:
        problem = read(path)
        floor = best_known(path.parent).get(path.stem)
        try:
            plan = solve(problem, seconds=options.seconds)
        except NoTimeError as error:
            out.write(f"{path.stem:12} {error}\n")
            continue
        wrong = breaches(problem, plan.cells)
        ratio = f"{plan.cost / floor:.3f}" if floor else "-"
        out.write(
            f"{path.stem:10} {plan.cost:7} {plan.bound:7} {plan.gap:6.1%} "
            f"{floor or '-':>10} {ratio:>6} {plan.seconds:8.0f}"
            f"{f'  BREAKS {len(wrong)} RULES' if wrong else ''}\n"
        )
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
