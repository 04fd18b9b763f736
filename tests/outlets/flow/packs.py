"""Real packs: how they are loaded, and how figures are compared."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from django.db import transaction

from outlets.exchange.importer import Report, load
from outlets.exchange.kinds import registered
from outlets.exchange.readers import open_rows
from tests.real import REAL, real_pack


def load_file(path: Path, *, most: int | None = None) -> Report:
    """Load one file of a pack, or its heading and `most` rows."""
    kind = path.name.split("_", 1)[1].split(".", 1)[0]
    with open_rows(path) as rows:
        return load(registered()[kind](), islice(rows, most and most + 1))


@contextmanager
def loaded(name: str, blocker) -> Iterator[dict[str, Report]]:
    """Hold a pack in the database for a whole module, and leave nothing behind."""
    folder = real_pack(name)
    with blocker.unblock(), transaction.atomic():
        yield {path.name: load_file(path) for path in sorted(folder.glob("*.csv.gz"))}
        transaction.set_rollback(True)


def expected(pack: str, table: str) -> list[dict[str, str]]:
    with (REAL / pack / "expected" / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def same(value: float | None, text: str) -> bool:
    """Tell whether a figure is the one published with six decimals."""
    if value is None or text == "":
        return value is None and text == ""
    return float(value) == pytest.approx(float(text), rel=1e-5, abs=1e-6)
