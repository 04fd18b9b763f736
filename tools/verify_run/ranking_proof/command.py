"""The command: what was checked, what differs and where, what was not checked."""

import sys
from collections.abc import Iterable
from pathlib import Path

from .adjusted import check_adjusted
from .figures import check_figures, people_of
from .file import Export, Found, Unreadable, check_hashes, check_marks, read
from .outlets import check_outlets
from .product import check_by_product

MOST_LINES = 50
USAGE = """Verify an exported ranking without the product and without a database.

    python3 tools/verify_run RUN.ndjson[.gz]

Exit 0: it holds; 1: it does not; 2: it cannot be read.
"""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(USAGE)
        return 2
    try:
        file = read(Path(arguments[0]))
    except Unreadable as error:
        sys.stderr.write(f"verify_run: {error}\n")
        return 2
    found, notes = verify(file)
    for one in found[:MOST_LINES]:
        sys.stdout.write(f"differs: {one}{_whose(file, one)}\n")
    if len(found) > MOST_LINES:
        sys.stdout.write(f"… and {len(found) - MOST_LINES} more\n")
    about = file.about.texts
    sys.stdout.write(
        f"verify_run {about.get('run')}: {'DIFFERS' if found else 'holds'}, "
        f"{len(file.people)} people, {len(found)} differences, hash {about['hash']}\n"
    )
    for note in notes:
        sys.stdout.write(f"{note}\n")
    return 1 if found else 0


def verify(file: Export) -> tuple[list[Found], list[str]]:
    """Return what differs, by line, and what was checked and what was not."""
    found = [*check_marks(file)]
    notes = []
    try:
        found += check_hashes(file)
        people = people_of(file)
        found += check_figures(file, people)
        adjusted = check_adjusted(file, people)
        found += adjusted.found
        found += check_outlets(file)
        done = adjusted.done
        notes.append(
            f"adjusted figures: {done['own']} computed from the input and the "
            f"estimates, {done['taken']} with the raters' severity as the file says, "
            f"{done['left']} not checked"
        )
        notes.append(_outlets(file))
        more = check_by_product(file)
        found += more or []
        notes.append(
            "estimates, raters' severity, intervals, bands and chances: "
            + (
                "NOT CHECKED (the product's rules cannot be imported here)"
                if more is None
                else "checked with the product's rules"
            )
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        said = f"cannot be computed any further: {error!r}"
        found.append(Found(1, "the file", said))
    return _once(found), notes


def _once(found: Iterable[Found]) -> list[Found]:
    """Return the first of what was found of a field, in the order of the file."""
    first: dict[tuple[int, str], Found] = {}
    for one in found:
        first.setdefault((one.line, one.field), one)
    return sorted(first.values(), key=lambda one: one.line)


def _outlets(file: Export) -> str:
    if not file.about.texts.get("places"):
        return "outlets and regions: none in the file"
    return (
        f"outlets and regions: {len(file.outlets)} and {len(file.regions)} computed, "
        f"hash {file.about.texts['places']['hash']}"
    )


def _whose(file: Export, one: Found) -> str:
    """Return whose line it is, in brackets."""
    line = next((line for line in file.lines if line.number == one.line), None)
    read = line.read if line is not None else {}
    for name, key in (("input", "uuid"), ("outlet", "code"), ("region", "code")):
        inner = read.get(name)
        if isinstance(inner, dict) and inner.get(key):
            return f" ({inner[key]})"
    return ""
