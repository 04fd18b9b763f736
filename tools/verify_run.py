"""Verify an exported ranking without the product and without a database.

    python3 verify_run.py RUN.ndjson[.gz]

A second way to compute: written from the rules as docs/scoring-default.md states them,
with fractions and the standard library alone; it shares no line with the product. It
checks the hashes, and from every person's input her raw score, the parts of it, whether
she may win and why not, the ranks at all levels, and the order among equals. Adjusted
scores come from a statistical estimate: they are compared only where the product's own
rules can be imported (run it from a checkout); else the last line says that they were
not. Exit 0: it holds; 1: it does not; 2: it cannot be read.
"""

import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cmp_to_key
from math import floor
from pathlib import Path
from typing import Any

Json = dict[str, Any]
MOST_LINES = 50
STANDARD = ("daily", "knowledge", "mystery", "onsite", "callback")
LEVELS = ("outlet", "county", "city", "province", "class", "all")
ADJUSTED_PARTS = ("adjusted", "reliability", "severity", "load", "notes")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        about, people = read(Path(arguments[0]))
        found = [*check_hashes(about, people), *check_figures(about, people)]
        adjusted, differences = check_adjusted(about, people)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"verify_run: the file cannot be read: {error!r}\n")
        return 2
    found += differences
    for line in found[:MOST_LINES]:
        sys.stdout.write(f"differs: {line}\n")
    if len(found) > MOST_LINES:
        sys.stdout.write(f"… and {len(found) - MOST_LINES} more\n")
    sys.stdout.write(
        f"verify_run {about['run']}: {'DIFFERS' if found else 'holds'}, "
        f"{len(people)} people, {len(found)} differences, hash {about['hash']}\n"
        f"adjusted figures: {adjusted}\n"
    )
    return 1 if found else 0


def read(path: Path) -> tuple[Json, list[Json]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        about, *people = [json.loads(line) for line in file]
    if about["format"] != 1:
        raise ValueError(f"format {about['format']} is not known here")
    return about, people


def sha256(lines: list[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def check_hashes(about: Json, people: list[Json]) -> Iterator[str]:
    inputs = [about["head"], *(one["input"] for one in people)]
    if sha256(inputs) != about["input_hash"]:
        yield "the hash of the input is not that of the lines"
    rest = [*(one["output"] for one in people), about["fits"]]
    if sha256(inputs + rest) != about["hash"]:
        yield "the hash is not that of input, output and fits"
    if sha256([about["seal_of"]]) != about["seal"]:
        yield "the seal is not that of the run's row"
    seal, head = json.loads(about["seal_of"]), json.loads(about["head"])
    for name in ("hash", "input_hash"):
        if seal[name] != about[name]:
            yield f"{name} is not the one that was sealed"
    for name in ("period", "scheme", "version"):
        if seal[name] != head[name]:
            yield f"{name} of the run is not that of the head"
    outputs = [json.loads(one["output"]) for one in people]
    counted = {
        "people": len(outputs),
        "ranked": sum(one["score"] is not None for one in outputs),
        "eligible": sum(one["eligible"] is True for one in outputs),
    }
    for name, number in counted.items():
        if seal[name] != number:
            yield f"{name} is stored as {seal[name]}, counted as {number}"


# --- Values, parts, scores --------------------------------------------------------


def value_of(sums: list[list[int]], measure: str) -> tuple[Fraction, int] | None:
    """Return (value from 0 to 100, n) of a component, None where nothing was judged.

    `sums` are groups of [out_of, entries, n, points, squares].
    """
    judged = [one for one in sums if one[0] > 0]
    if measure == "pooled":
        out_of = sum(one[0] * one[1] for one in judged)
        if out_of <= 0:
            return None
        points = sum(one[3] for one in judged)
        return Fraction(100 * points, out_of), sum(one[2] for one in judged)
    entries = sum(one[1] for one in judged)
    if entries <= 0:
        return None
    total = sum((Fraction(100 * one[3], one[0]) for one in judged), Fraction())
    return total / entries, entries


def weight_of(component: Json) -> Fraction:
    return Fraction(str(component["weight"]))


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


class Month:
    """One month of one person by the rules of that month."""

    def __init__(self, sums: Json, rules: Json) -> None:
        self.values: dict[str, tuple[Fraction, int]] = {}
        for rule in rules["components"]:
            value = value_of(sums.get(rule["code"], []), rule["measure"])
            if value is not None and value[1] >= rule["least_n"]:
                self.values[rule["code"]] = value
        rules_here = [r for r in rules["components"] if r["code"] in self.values]
        needed = {r["code"] for r in rules["components"] if r["required"]}
        self.weights: dict[str, Fraction] = {}
        self.score: int | None = None
        if len(rules_here) >= rules["least_components"] and needed <= set(self.values):
            total = sum((weight_of(rule) for rule in rules_here), Fraction())
            for rule in rules_here:
                self.weights[rule["code"]] = weight_of(rule) / total
            parts = (self.weights[c] * self.values[c][0] for c in self.weights)
            exact = sum(parts, Fraction())
            self.score = half_up(exact * 100)


def scored(head: Json, person: Json) -> tuple[int | None, Json, Json]:
    """Return (score in hundredths, parts, exact values) of the whole period."""
    months = {
        code: Month(person["months"][code], head["months"][code]["rules"])
        for code in sorted(head["months"])
        if code in person["months"]
    }
    if len(head["months"]) == 1:
        counting = list(months.values())
        score = counting[0].score if counting else None
        ranked = score is not None
    else:
        counting = [month for month in months.values() if month.score is not None]
        kind = "quarter" if len(head["months"]) == 3 else "year"
        ranked = len(counting) >= head["rules"]["least_months"][kind]
        scores = [month.score for month in counting if month.score is not None]
        score = half_up(Fraction(sum(scores), len(scores))) if ranked else None
    parts: Json = {}
    values: dict[str, Fraction] = {}
    for code in dict.fromkeys(code for month in counting for code in month.values):
        having = [month.values[code] for month in counting if code in month.values]
        values[code] = sum((value for value, _n in having), Fraction()) / len(having)
        weights = [month.weights.get(code, Fraction(0)) for month in counting]
        points = [
            month.weights[code] * month.values[code][0]
            for month in counting
            if code in month.weights
        ]
        parts[code] = {
            "raw": values[code],
            "n": sum(n for _value, n in having),
            "weight": 100 * sum(weights) / len(counting) if ranked else None,
            "points": sum(points) / len(counting) if ranked else None,
        }
    return score, parts, values


# --- Who may win ------------------------------------------------------------------


def pooled(person: Json, component: str) -> tuple[int, int, int, int]:
    """Return (points, out_of, entries, n) of a component over the period."""
    groups = [
        group
        for month in person["months"].values()
        for group in month.get(component, [])
    ]
    return (
        sum(one[3] for one in groups if one[0] > 0),
        sum(one[0] * one[1] for one in groups),
        sum(one[1] for one in groups),
        sum(one[2] for one in groups),
    )


def last_day(months: list[str]) -> str:
    year, month = map(int, max(months).split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).isoformat()


def reasons_of(head: Json, person: Json, score: int | None) -> list[str]:
    rules, found = head["rules"], []
    monthly = len(head["months"]) == 1
    if score is None:
        found.append("too_few_components" if monthly else "too_few_months")
    days = rules["least_days"]
    if monthly and days and pooled(person, days["component"])[2] < days["n"]:
        found.append("too_few_days")
    last, barred = last_day(list(head["months"])), set()
    for code, scope, on, lifted_on in person["bars"]:
        open_bar = on <= last and (lifted_on is None or lifted_on > last)
        if scope == head["period"] if scope else open_bar:
            barred.add(code)
    found += [code for code in rules["bars"] if code in barred]
    for gate in rules["gates"]:
        if pooled(person, gate["needs"])[1] <= 0:
            continue
        for limit in gate["limits"]:
            points, out_of, *_rest = pooled(person, limit["component"])
            if out_of > 0 and Fraction(100 * points, out_of) < Fraction(
                str(limit["least"])
            ):
                found.append(gate["code"])
                break
    if not person["duty"]:
        found.append("not_on_duty")
    return found


# --- Ranks and order --------------------------------------------------------------


def group_of(person: Json, level: str) -> Any:
    place = person["place"]
    if level == "all":
        return "all"
    if level == "class":
        both = (place["province"], place["class"])
        return both if all(both) else None
    return place[level]


def ranks_of(
    people: list[Json], scores: list[int | None], least_in_outlet: int
) -> list[dict[str, int | None]]:
    ranks: list[dict[str, int | None]] = [dict.fromkeys(LEVELS) for _one in people]
    for level in LEVELS:
        groups: dict[Any, list[int]] = defaultdict(list)
        for row, person in enumerate(people):
            group = group_of(person, level)
            if group is not None and scores[row] is not None:
                groups[group].append(row)
        for rows in groups.values():
            if level == "outlet" and len(rows) < least_in_outlet:
                continue
            better: dict[int | None, int] = {}
            ordered = sorted(rows, key=lambda row: -(scores[row] or 0))
            for number, row in enumerate(ordered):
                ranks[row][level] = better.setdefault(scores[row], number) + 1
    return ranks


def order_of(
    rules: Json, people: list[Json], scores: list[int | None], values: list[Json]
) -> list[tuple[int, int]]:
    """Return everybody's (position, position shared with her equals)."""

    def compared(one: int, other: int) -> int:
        pairs = [[-1 if scores[row] is None else scores[row] for row in (other, one)]]
        for rule in rules["tie_breaks"]:
            preference, _, of = rule.partition(" ")
            if preference == "higher":
                pair = [values[row].get(of, Fraction(-1)) for row in (other, one)]
            elif preference == "fewer":
                pair = [pooled(people[row], of)[3] for row in (one, other)]
            else:
                pair = [people[row]["hired"] or "9999" for row in (one, other)]
            pairs.append(pair)
        left: Any
        right: Any
        for left, right in pairs:
            if left != right:
                return -1 if left < right else 1
        return 0

    by_uuid = sorted(range(len(people)), key=lambda row: people[row]["uuid"])
    ordered = sorted(by_uuid, key=cmp_to_key(compared))
    found = [(0, 0)] * len(people)
    shared = 0
    for number, row in enumerate(ordered, start=1):
        if number == 1 or compared(ordered[number - 2], row):
            shared = number
        found[row] = (number, shared)
    return found


def check_figures(about: Json, people: list[Json]) -> Iterator[str]:
    head = json.loads(about["head"])
    rules = head["rules"]
    inputs = [json.loads(one["input"]) for one in people]
    outputs = [json.loads(one["output"]) for one in people]
    uuids = [person["uuid"] for person in inputs]
    if uuids != sorted(set(uuids)):
        yield "the people are not in order, or somebody is there twice"
    found = [scored(head, person) for person in inputs]
    raw = [score for score, _parts, _values in found]
    scores: list[int | None] = list(raw)
    if rules["basis"] == "adjusted":
        # The estimate is taken from the file; what follows from it is computed.
        scores = [
            None
            if one["adjusted"] is None
            else half_up(Fraction(one["adjusted"], 10_000))
            for one in outputs
        ]
    ranks = ranks_of(inputs, scores, rules["least_ranked_in_outlet"])
    order = order_of(rules, inputs, scores, [values for _s, _p, values in found])
    for row, (person, output) in enumerate(zip(inputs, outputs, strict=True)):
        reasons = reasons_of(head, person, raw[row])
        computed = {
            "uuid": person["uuid"],
            "raw": raw[row],
            "score": scores[row],
            "ranks": ranks[row],
            "reasons": reasons,
            "eligible": not reasons,
            "position": order[row][0],
            "tied_position": order[row][1],
        }
        for name, figure in computed.items():
            if output[name] != figure:
                yield f"{person['uuid']}: {name} is {output[name]}, computed {figure}"
        if (output["adjusted"] is None) != (raw[row] is None):
            yield f"{person['uuid']}: an adjusted score stands where no raw one does"
        yield from check_parts(
            person["uuid"], head, output["components"], found[row][1]
        )
        yield from check_levels(person["uuid"], output)


def check_parts(uuid: str, head: Json, shown: Json, parts: Json) -> Iterator[str]:
    codes = [rule["code"] for rule in head["rules"]["components"]]
    wanted = set(STANDARD) | set(codes)
    if set(shown) != wanted:
        yield f"{uuid}: components are {sorted(shown)}, computed {sorted(wanted)}"
    for code in sorted(wanted & set(shown)):
        part, of = shown[code], parts.get(code)
        if (part is None) != (of is None):
            yield f"{uuid}: components {code} is {part}, computed {of}"
            continue
        for name, exact in (of or {}).items():
            same = (
                part[name] == exact
                if exact is None or name == "n"
                # Floats in the file: as near as a float can be to the fraction.
                else part[name] is not None
                and abs(Fraction(part[name]) - exact) <= Fraction(1, 10**9)
            )
            if not same:
                yield f"{uuid}: components {code} {name} is {part[name]}, not {exact}"


def check_levels(uuid: str, output: Json) -> Iterator[str]:
    ranked = {level for level, rank in output["ranks"].items() if rank is not None}
    if set(output["intervals"]) != ranked:
        yield f"{uuid}: intervals stand at other levels than ranks"
    for level, (low, high, *_rest) in output["intervals"].items():
        if not 1 <= low <= high:
            yield f"{uuid}: intervals {level} is {low} to {high}"


# --- Adjusted figures, by the product's own rules ----------------------------------


def check_adjusted(about: Json, people: list[Json]) -> tuple[str, list[str]]:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    try:
        from evaluations.rankings.rules.adjusting import fits_parsed
        from evaluations.rankings.rules.people import Frame
        from evaluations.rankings.rules.ranking import rank_people
    except ImportError:
        return "NOT CHECKED (the product's rules cannot be imported here)", []
    ranking = rank_people(
        Frame.parse(about["head"]),
        [one["input"] for one in people],
        fitted=fits_parsed(json.loads(about["fits"])),
    )
    found = []
    for one, result in zip(people, ranking.results, strict=True):
        output, again = json.loads(one["output"]), json.loads(result.line())
        for name in ("adjusted", "deviation"):
            if (output[name] is None) != (again[name] is None) or (
                abs((output[name] or 0) - (again[name] or 0)) > 1
            ):
                found.append(f"{result.uuid}: {name} {output[name]}, not {again[name]}")
        if output["intervals"] != again["intervals"]:
            found.append(f"{result.uuid}: intervals {output['intervals']}")
        found += _parts_beside(result.uuid, output["components"], again["components"])
    return "checked with the product's rules, to one millionth of a point", found


def _parts_beside(uuid: str, shown: Json, again: Json) -> Iterator[str]:
    for code, part in shown.items():
        other = again.get(code) or {}
        for name in ADJUSTED_PARTS:
            one, two = (part or {}).get(name), other.get(name)
            near = (
                isinstance(one, int | float)
                and isinstance(two, int | float)
                and abs(one - two) <= 1.5e-6
            )
            if one != two and not near:
                yield f"{uuid}: components {code} {name} {one}, not {two}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
