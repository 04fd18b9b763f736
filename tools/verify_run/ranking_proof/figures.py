"""Everybody's figures computed again and compared with what the file says."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .file import Export, Found, Json
from .order import order_of, ranks_of
from .scoring import EXTRAS, Person, half_up
from .winning import reasons_of

STANDARD = ("daily", "knowledge", "mystery", "onsite", "callback")
# Floats in the file: as near as a float can be to the fraction.
NEAR = Fraction(1, 10**9)


def people_of(file: Export) -> list[Person]:
    head = file.about.read["head"]
    return [Person(head, one.read["input"]) for one in file.people]


def check_figures(file: Export, people: list[Person]) -> Iterator[Found]:
    head = file.about.read["head"]
    rules = head["rules"]
    inputs = [one.read["input"] for one in file.people]
    outputs = [one.read["output"] for one in file.people]
    uuids = [person["uuid"] for person in inputs]
    for line, before, uuid in zip(file.people[1:], uuids, uuids[1:], strict=False):
        if not before < uuid:
            yield Found(line.number, "input.uuid", "is out of order, or there twice")
    months = months_of(head["period"])
    if sorted(head["months"]) != months:
        yield Found(1, "head.months", f"are {sorted(head['months'])}, not {months}")
    raw = [person.score for person in people]
    scores = list(raw)
    if rules["basis"] == "adjusted":
        # The estimate is the file's (see `adjusted`); what follows from it is computed.
        scores = [
            None if score is None else half_up(Fraction(one["adjusted"] or 0, 10_000))
            for score, one in zip(raw, outputs, strict=True)
        ]
    ranks = ranks_of(inputs, scores, rules["least_ranked_in_outlet"])
    order = order_of(rules, inputs, scores, [person.values for person in people])
    for row, (line, person) in enumerate(zip(file.people, people, strict=True)):
        output = line.read["output"]
        reasons = reasons_of(head, person.given, raw[row])
        computed: Json = {
            "uuid": person.given["uuid"],
            "raw": raw[row],
            "score": scores[row],
            "reasons": reasons,
            "eligible": not reasons,
            "position": order[row][0],
            "tied_position": order[row][1],
            **{f"ranks.{level}": rank for level, rank in ranks[row].items()},
        }
        shown = {**output, **{f"ranks.{k}": v for k, v in output["ranks"].items()}}
        for name in (*computed, *(set(shown) - set(computed))):
            if name.startswith("ranks.") or name in computed:
                yield from _same(
                    line.number, f"output.{name}", shown.get(name), computed.get(name)
                )
        for name in ("adjusted", "deviation"):
            if (output[name] is None) != (raw[row] is None):
                said = f"is {output[name]}, while raw is {raw[row]}"
                yield Found(line.number, f"output.{name}", said)
        yield from _parts(line.number, rules, output["components"], person)
        yield from _levels(line.number, output, len(people))


def months_of(period: str) -> list[str]:
    """Return the months of a period, such as 2026-10, 2026-Q3 or 2026."""
    year, _, rest = period.partition("-")
    if not rest:
        numbers = range(1, 13)
    elif rest.startswith("Q"):
        numbers = range(3 * int(rest[1:]) - 2, 3 * int(rest[1:]) + 1)
    else:
        numbers = range(int(rest), int(rest) + 1)
    return [f"{year}-{number:02}" for number in numbers]


def _same(line: int, field: str, shown: Any, computed: Any) -> Iterator[Found]:
    # True is 1 in Python; it is not in the file.
    if shown != computed or isinstance(shown, bool) != isinstance(computed, bool):
        yield Found(line, field, f"is {shown}, computed {computed}")


def _parts(line: int, rules: Json, shown: Json, person: Person) -> Iterator[Found]:
    taken = [code for code in EXTRAS if rules.get(f"{code}_limit", 0)]
    wanted = {*STANDARD, *(one["code"] for one in rules["components"]), *taken}
    for code in sorted(wanted | set(shown)):
        field = f"output.components.{code}"
        part, of = shown.get(code), person.parts.get(code)
        if code not in wanted or code not in shown:
            yield Found(line, field, "is there" if code in shown else "is missing")
        elif part is None or of is None:
            if part is not of:
                yield Found(line, field, f"is {part}, computed {of}")
        else:
            for name in ("raw", "n", "weight", "points", "earned"):
                yield from _near(line, f"{field}.{name}", part.get(name), of.get(name))


def _near(line: int, field: str, shown: Any, exact: Any) -> Iterator[Found]:
    if shown is None or exact is None or isinstance(shown, bool | str | list | dict):
        if shown is not exact:
            yield Found(line, field, f"is {shown}, computed {exact}")
    elif abs(Fraction(shown) - exact) > NEAR * max(1, abs(exact)):
        yield Found(line, field, f"is {shown}, computed {float(exact)}")


def _levels(line: int, output: Json, people: int) -> Iterator[Found]:
    ranked = {level for level, rank in output["ranks"].items() if rank is not None}
    for level in sorted(ranked ^ set(output["intervals"])):
        yield Found(line, f"output.intervals.{level}", "stands where no rank does")
    for level, (low, high, band, chance) in output["intervals"].items():
        sure = chance is None or 0 <= chance <= 1
        if not (1 <= low <= high <= people and 1 <= band <= people and sure):
            said = f"is {output['intervals'][level]}: no ranks, band and chance"
            yield Found(line, f"output.intervals.{level}", said)
