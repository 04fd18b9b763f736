"""Outlets and regions, from the outlets' input and the people of the same file."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .figures import NEAR
from .file import PLACE_LEVELS, Export, Found, Json
from .order import competition, group_of
from .scoring import exactly, half_up

REGION_LEVELS = ("county", "city", "province")


def check_outlets(file: Export) -> Iterator[Found]:
    about = file.about.read.get("places")
    if about is None:
        for line in (*file.outlets, *file.regions):
            yield Found(line.number, "outlet", "stands where none are ranked")
        return
    head, whole = about["head"], file.about.read["head"]
    if head["period"] != whole["period"]:
        said = f"is {head['period']}, not {whole['period']}"
        yield Found(1, "places.head.period", said)
    rules, inputs = head["rules"], [one.read["outlet"] for one in file.outlets]
    codes = [one["code"] for one in inputs]
    for line, before, code in zip(file.outlets[1:], codes, codes[1:], strict=False):
        if not before < code:
            yield Found(line.number, "outlet.code", "is out of order, or there twice")
    parts = [[part_of(one, rule) for rule in rules["parts"]] for one in inputs]
    scores = [score_of(of, exactly(rules["least_weight"])) for of in parts]
    counted = {"outlets": len(codes), "ranked": sum(s is not None for s in scores)}
    for name, number in counted.items():
        if about[name] != number:
            said = f"is {about[name]}, counted are {number}"
            yield Found(1, f"places.{name}", said)
    listed = _listed(file)
    ranks = {
        level: competition(
            scores,
            lambda row, level=level: group_of(inputs[row]["place"], level),  # type: ignore[misc]
        )
        for level in PLACE_LEVELS
    }
    ordered = sorted(range(len(codes)), key=lambda row: _worst_last(scores[row]))
    position = {row: number for number, row in enumerate(ordered, start=1)}
    for row, line in enumerate(file.outlets):
        one, output = inputs[row], line.read["output"]
        people = listed.get(one["code"], [])
        own = sorted(score for score in people if score is not None)
        yield from _equal(line.number, "outlet.people", one["people"], len(people))
        yield from _equal(line.number, "outlet.scores", one["scores"], own)
        in_city = ranks["city"][row]
        computed = {
            "code": one["code"],
            "people": one["people"],
            "position": position[row],
            "score": scores[row],
            "staff": len(one["scores"]),
            "winner": in_city is not None and in_city <= rules["winners"],
            **{f"ranks.{level}": ranks[level][row] for level in PLACE_LEVELS},
        }
        shown = {**output, **{f"ranks.{k}": v for k, v in output["ranks"].items()}}
        for name, figure in computed.items():
            yield from _equal(line.number, f"output.{name}", shown.get(name), figure)
        yield from _shown_parts(line.number, output["parts"], parts[row], scores[row])
        low, high = output["rank_low"], output["rank_high"]
        fine = (
            low is high is None
            if scores[row] is None
            else (
                low is not None and high is not None and 1 <= low <= high <= len(codes)
            )
        )
        if not fine:
            yield Found(line.number, "output.rank_low", f"is {low}, rank_high {high}")
    yield from _check_regions(file, inputs, scores)


def _worst_last(score: int | None) -> int:
    return 1 if score is None else -score


def _equal(line: int, field: str, shown: Any, computed: Any) -> Iterator[Found]:
    if shown != computed or isinstance(shown, bool) != isinstance(computed, bool):
        yield Found(line, field, f"is {shown}, computed {computed}")


def _listed(file: Export) -> dict[str, list[int | None]]:
    """Return the scores of everybody who is listed at an outlet, by its code."""
    found: dict[str, list[int | None]] = {}
    for one in file.people:
        code = one.read["input"]["place"]["outlet"]
        if code is not None:
            found.setdefault(code, []).append(one.read["output"]["score"])
    return found


def part_of(outlet: Json, rule: Json) -> Json:
    """Return one part of an outlet's score; `value` None: it does not apply."""
    way = rule["way"]
    weight, least = exactly(rule["weight"]), rule["least_n"]
    part: Json = {"code": rule["code"], "weight": weight, "value": None, "figure": None}
    if way == "staff":
        n = len(outlet["scores"])
        if n >= least:
            part["value"] = Fraction(sum(outlet["scores"]), 100 * n)
    elif way == "rate":
        # Pools are [entries, n, points, out_of].
        n = outlet["pools"].get(rule["per"], [0, 0, 0, 0])[1]
        if n >= least:
            records = max(0, outlet["pools"].get(rule["component"], [0, 0, 0, 0])[1])
            part["figure"] = Fraction(10_000 * records, n)
            worst = exactly(rule.get("worst", 1))
            part["value"] = max(Fraction(0), 100 - 100 * part["figure"] / worst)
    elif way in ("pooled", "mean"):
        pool = outlet["pools"].get(rule["component"], [0, 0, 0, 0])
        n = pool[0] if way == "mean" else pool[1]
        if n >= least and pool[3] > 0:
            value = Fraction(100 * pool[2], pool[3])
            part["value"] = min(Fraction(100), max(Fraction(0), value))
        else:
            n = max(0, n)
    else:
        raise ValueError(f"way {way} is not known here")
    missing = "too_few" if n else "nothing"
    return part | {"n": n, "missing": None if part["value"] is not None else missing}


def score_of(parts: list[Json], least_weight: Fraction) -> int | None:
    there = [part for part in parts if part["value"] is not None]
    weight = sum((part["weight"] for part in there), Fraction())
    if weight < least_weight or not weight:
        return None
    total = sum((part["weight"] * part["value"] for part in there), Fraction())
    return half_up(100 * total / weight)


def _shown_parts(
    line: int, shown: Json, parts: list[Json], score: int | None
) -> Iterator[Found]:
    total = Fraction(0)
    if score is not None:
        there = (part["weight"] for part in parts if part["value"] is not None)
        total = sum(there, Fraction())
    codes = [part["code"] for part in parts]
    for code in sorted(set(codes) ^ set(shown)):
        yield Found(line, f"output.parts.{code}", "is there or missing, wrongly")
    for part in parts:
        own = shown.get(part["code"], {})
        share: Any = part["weight"] / total if total and part["weight"] else None
        counts = share is not None and part["value"] is not None
        computed: Json = {
            **{name: part[name] for name in ("n", "missing", "value", "figure")},
            "weight": 100 * share if counts and share is not None else None,
            "points": share * part["value"] if counts and share is not None else None,
        }
        for name, exact in computed.items():
            field, given = f"output.parts.{part['code']}.{name}", own.get(name)
            if isinstance(exact, Fraction) and isinstance(given, int | float):
                if abs(Fraction(given) - exact) > NEAR * max(Fraction(1), exact):
                    yield Found(line, field, f"is {given}, computed {float(exact)}")
            else:
                yield from _equal(line, field, given, exact)


def _check_regions(
    file: Export, outlets: list[Json], scores: list[int | None]
) -> Iterator[Found]:
    computed = list(_regions(outlets, scores))
    names = [
        (line.read["region"]["level"], line.read["region"]["code"])
        for line in file.regions
    ]
    wanted = [(one["level"], one["code"]) for one in computed]
    if names != wanted:
        first = file.regions[0].number if file.regions else 1
        yield Found(
            first, "region", "regions are not those above the outlets, in order"
        )
        return
    for line, one in zip(file.regions, computed, strict=True):
        for name, figure in one.items():
            shown = line.read["region"].get(name)
            yield from _equal(line.number, f"region.{name}", shown, figure)


def _regions(outlets: list[Json], scores: list[int | None]) -> Iterator[Json]:
    for level in REGION_LEVELS:
        inside: dict[str, list[int]] = {}
        for row, one in enumerate(outlets):
            if one["place"][level] is not None:
                inside.setdefault(one["place"][level], []).append(row)
        codes = sorted(inside)
        means = [_mean(outlets, scores, inside[code]) for code in codes]
        provinces = [outlets[inside[code][0]]["place"]["province"] for code in codes]
        everywhere = competition(means, lambda _at: "all")
        within = competition(means, lambda at, of=provinces: of[at])  # type: ignore[misc]
        for at, code in enumerate(codes):
            scored = [row for row in inside[code] if scores[row] is not None]
            yield {
                "code": code,
                "level": level,
                "outlets": len(scored),
                "people": sum(outlets[row]["people"] for row in scored),
                "rank": everywhere[at],
                "rank_province": within[at],
                "score": means[at],
            }


def _mean(outlets: list[Json], scores: list[int | None], rows: list[int]) -> int | None:
    total = people = 0
    for row in rows:
        if (score := scores[row]) is not None:
            total += score * outlets[row]["people"]
            people += outlets[row]["people"]
    return half_up(Fraction(total, people)) if people else None
