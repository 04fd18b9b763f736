"""What is in the file: its lines, the texts in them, the three hashes, the marks."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]
FORMATS = (1, 2)
# Texts of a line that hold JSON of their own.
TEXTS = ("head", "fits", "seal_of", "input", "output", "outlet", "region")
PLACE_LEVELS = ("county", "city", "province", "class", "all")


class Unreadable(Exception):
    """The file is none of ours, or a line of it is broken."""


class Found(NamedTuple):
    """Something that does not hold: in which line (from 1), which field, and what."""

    line: int
    field: str
    said: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field} {self.said}"


class Line(NamedTuple):
    """One line: its number in the file, its texts as they are, and as they read."""

    number: int
    texts: Json
    read: Json


class Export(NamedTuple):
    """A whole file. `about` is the first line."""

    about: Line
    people: list[Line]
    outlets: list[Line]
    regions: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [self.about, *self.people, *self.outlets, *self.regions]


def read(path: Path) -> Export:
    """Read a file.

    Raises:
        Unreadable: with the line and the field that cannot be read.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            return parse(file)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error


def parse(texts: Iterable[str]) -> Export:
    """Read the lines of a file.

    Raises:
        Unreadable: with the line and the field that cannot be read.
    """
    lines = [_line(number, text) for number, text in enumerate(texts, start=1)]
    if not lines or lines[0].texts.get("format") not in FORMATS:
        raise Unreadable("line 1: format is not one that is known here")
    for name in ("head", "fits", "seal_of", "input_hash", "hash", "seal"):
        if not isinstance(lines[0].texts.get(name), str):
            raise Unreadable(f"line 1: {name} is not a text")
    kinds: dict[str, list[Line]] = {"input": [], "outlet": [], "region": []}
    for line in lines[1:]:
        kind = next((name for name in kinds if name in line.read), None)
        if kind is None or (kind != "region" and "output" not in line.read):
            raise Unreadable(f"line {line.number}: of no person, outlet or region")
        kinds[kind].append(line)
    return Export(lines[0], *kinds.values())


def _line(number: int, text: str) -> Line:
    try:
        texts = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"line {number}: not JSON: {error}") from error
    if not isinstance(texts, dict):
        raise Unreadable(f"line {number}: not an object")
    return Line(number, texts, _read(texts, f"line {number}: "))


def _read(texts: Json, where: str) -> Json:
    found: Json = {}
    for name, value in texts.items():
        if isinstance(value, dict):
            found[name] = _read(value, f"{where}{name}.")
        elif name in TEXTS and isinstance(value, str):
            try:
                found[name] = json.loads(value)
            except ValueError as error:
                raise Unreadable(f"{where}{name} is not JSON: {error}") from error
        else:
            found[name] = value
    return found


# --- Hashes: that nothing was changed ---------------------------------------------


def sha256(lines: list[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def check_hashes(file: Export) -> Iterator[Found]:
    about = file.about.texts
    inputs = [about["head"], *(one.texts["input"] for one in file.people)]
    if sha256(inputs) != about["input_hash"]:
        yield Found(1, "input_hash", "is not that of the head and the people's input")
    rest = [*(one.texts["output"] for one in file.people), about["fits"]]
    if sha256(inputs + rest) != about["hash"]:
        yield Found(1, "hash", "is not that of input, output and fits")
    if sha256([about["seal_of"]]) != about["seal"]:
        yield Found(1, "seal", "is not that of the run's row")
    seal, head = file.about.read["seal_of"], file.about.read["head"]
    for name in ("hash", "input_hash"):
        if seal[name] != about[name]:
            yield Found(1, name, "is not the one that was sealed")
    for name in ("period", "scheme", "version"):
        if seal[name] != head[name]:
            yield Found(1, f"seal_of.{name}", f"is {seal[name]}, not {head[name]}")
    outputs = [one.read["output"] for one in file.people]
    counted = {
        "people": len(outputs),
        "ranked": sum(one["score"] is not None for one in outputs),
        "eligible": sum(one["eligible"] is True for one in outputs),
    }
    for name, number in counted.items():
        if seal[name] != number:
            said = f"is {seal[name]}, counted are {number}"
            yield Found(1, f"seal_of.{name}", said)
    if about.get("places"):
        yield from _check_place_hashes(file)


def _check_place_hashes(file: Export) -> Iterator[Found]:
    about = file.about.texts["places"]
    lines = [about["head"], *(one.texts["outlet"] for one in file.outlets)]
    if sha256(lines) != about["input_hash"]:
        yield Found(1, "places.input_hash", "is not that of the outlets' input")
    for one in file.outlets:
        said = one.read["output"]
        ranks = {level: said["ranks"][level] for level in PLACE_LEVELS}
        lines.append(
            _plain({"code": said["code"], "ranks": ranks, "score": said["score"]})
        )
    lines += [one.texts["region"] for one in file.regions]
    if sha256(lines) != about["hash"]:
        yield Found(1, "places.hash", "is not that of the outlets' input and output")


def _plain(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- Marks: where something was changed -------------------------------------------


def check_marks(file: Export) -> Iterator[Found]:
    """Find the fields that are not what they were when the file was written.

    Marks prove nothing, for anybody can make them; they only tell where to look.
    """
    for line in file.lines:
        marks = line.texts.get("marks")
        if marks is None and file.about.texts["format"] == 1:
            continue
        fields = list(fields_of({k: v for k, v in line.read.items() if k != "marks"}))
        if not isinstance(marks, str) or len(marks) != 4 * len(fields):
            yield Found(line.number, "marks", "are not as many as there are fields")
            continue
        for at, (path, value) in enumerate(fields):
            mark = zlib.crc32(f"{path}={_plain(value)}".encode()) & 0xFFFF
            if marks[4 * at : 4 * at + 4] != f"{mark:04x}":
                said = f"is {_plain(value)}; it or its mark was changed"
                yield Found(line.number, path, said)


def fields_of(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field by its path; a list of plain values is one field."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        inner = list(data.items())
    elif isinstance(data, list) and any(isinstance(one, list | dict) for one in data):
        inner = list(enumerate(data))
    if not inner:
        yield path, data
    for key, value in inner:
        yield from fields_of(value, f"{path}.{key}" if path else str(key))
