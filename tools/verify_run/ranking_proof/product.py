"""What only the product can tell: estimates, raters' severity, intervals and chances.

Not a second way to compute: the product's own rules, which need NumPy and SciPy, are
run on the file. Where they cannot be imported that is said, and nothing is compared.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from .file import Export, Found, Json

PARTS = ("adjusted", "adjusted_points", "reliability", "severity", "load", "notes")
# Estimates are made again by searching, which stops a little elsewhere.
FITS = 1e-3


def check_by_product(file: Export) -> list[Found] | None:
    """Return what the product's rules find otherwise; None: they are not here."""
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    try:
        from evaluations.rankings.rules.fits import fits_parsed, fits_stored
        from evaluations.rankings.rules.people import Frame
        from evaluations.rankings.rules.place_scheme import PlaceRules
        from evaluations.rankings.rules.places import rank_places
        from evaluations.rankings.rules.ranking import rank_people
    except ImportError:
        return None
    finally:
        sys.path.pop()
    about = file.about
    lines = [one.texts["input"] for one in file.people]
    frame = Frame.parse(about.texts["head"])
    ranking = rank_people(frame, lines, fitted=fits_parsed(about.read["fits"]))
    found: list[Found] = []
    for one, result in zip(file.people, ranking.results, strict=True):
        found += _of_person(one.number, one.read["output"], json.loads(result.line()))
    again = json.loads(json.dumps(fits_stored(rank_people(frame, lines).fits)))
    found += _unlike(about.read["fits"], again, "fits")
    if about.read.get("places"):
        rules = PlaceRules.parse(about.read["places"]["head"]["rules"])
        places = rank_places(rules, [one.texts["outlet"] for one in file.outlets])
        for one, outlet in zip(file.outlets, places.outlets, strict=True):
            output = one.read["output"]
            for name, bound in (("rank_low", outlet.low), ("rank_high", outlet.high)):
                if output[name] != bound:
                    said = f"is {output[name]}, not {bound}"
                    found.append(Found(one.number, f"output.{name}", said))
    return found


def _of_person(line: int, output: Json, again: Json) -> Iterator[Found]:
    for name in ("adjusted", "deviation"):
        one, other = output[name], again[name]
        if (one is None) != (other is None) or abs((one or 0) - (other or 0)) > 1:
            yield Found(line, f"output.{name}", f"is {one}, not {other}")
    for level in sorted({*output["intervals"], *again["intervals"]}):
        one, other = output["intervals"].get(level), again["intervals"].get(level)
        if one != other:
            yield Found(line, f"output.intervals.{level}", f"is {one}, not {other}")
    for code, part in output["components"].items():
        for name in PARTS:
            one = (part or {}).get(name)
            other = (again["components"].get(code) or {}).get(name)
            if one != other and not _near(one, other, 1.5e-6):
                field = f"output.components.{code}.{name}"
                yield Found(line, field, f"is {one}, not {other}")


def _unlike(one: object, other: object, path: str) -> Iterator[Found]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _unlike(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for mine, theirs in zip(one, other, strict=True):
            yield from _unlike(mine, theirs, path)
    elif one != other and not _near(one, other, FITS):
        yield Found(1, path, f"is {one}, not {other}")


def _near(one: object, other: object, reach: float) -> bool:
    if isinstance(one, bool) or not isinstance(one, int | float):
        return False
    if not isinstance(other, int | float):
        return False
    return abs(one - other) <= reach * max(1, abs(one), abs(other))
