"""An independent checker of the published instances.

Written from the text of the rules alone (schedulingbenchmarks.org), over the file's own
rows; it shares nothing with the product's problem, costs or solver.
"""

from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path


def judged(path: Path, roster: dict[tuple[str, int], str]) -> tuple[int, list[str]]:
    """Return the cost of `{(employee, day): shift}` and the rules it breaks."""
    part: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in path.read_text().split("\n"):
        if line.startswith("SECTION"):
            rows = part.setdefault(line.strip(), [])
        elif line.strip() and line[0] != "#":
            rows.append(line.strip().split(","))
    days = int(part["SECTION_HORIZON"][0][0])
    minutes = {row[0]: int(row[1]) for row in part["SECTION_SHIFTS"]}
    after = {row[0]: set(row[2].split("|")) for row in part["SECTION_SHIFTS"]}
    wrong = []
    for who, limits, most, least, long, short, rest, weekends in part["SECTION_STAFF"]:
        mine = [roster.get((who, day)) for day in range(days)]
        counts = Counter(shift for shift in mine if shift)
        for limit in limits.split("|"):
            code, times = limit.split("=")
            if counts[code] > int(times):
                wrong.append(f"{who} too many {code}")
        worked = sum(minutes[shift] * times for shift, times in counts.items())
        if not int(least) <= worked <= int(most):
            wrong.append(f"{who} {worked} minutes")
        for day, (one, two) in enumerate(pairwise(mine)):
            if one and two in after[one]:
                wrong.append(f"{who} day {day} {one} before {two}")
        runs = [(works, len([*run])) for works, run in groupby(mine, key=bool)]
        wrong += [
            f"{who} works {n} days" for works, n in runs if works and n > int(long)
        ]
        # A run at either end of the horizon may go on outside it.
        for works, n in runs[1:-1]:
            if n < int(short if works else rest):
                wrong.append(f"{who} {'works' if works else 'rests'} only {n} days")
        used = sum(
            any(mine[day : day + 2]) for day in range(5, days, 7) if day + 1 < days
        )
        if used > int(weekends):
            wrong.append(f"{who} {used} weekends")
    for who, *off in part["SECTION_DAYS_OFF"]:
        if any((who, int(day)) in roster for day in off):
            wrong.append(f"{who} works on a day off")
    cost = 0
    for who, day, shift, weight in part["SECTION_SHIFT_ON_REQUESTS"]:
        cost += int(weight) * (roster.get((who, int(day))) != shift)
    for who, day, shift, weight in part["SECTION_SHIFT_OFF_REQUESTS"]:
        cost += int(weight) * (roster.get((who, int(day))) == shift)
    have = Counter((day, shift) for (_who, day), shift in roster.items())
    for day, shift, needed, under, over in part["SECTION_COVER"]:
        beyond = have[int(day), shift] - int(needed)
        cost += int(over) * beyond if beyond > 0 else -int(under) * beyond
    return cost, wrong
