"""Write a chain as a pack of `NN_kind.csv.gz` files with its truth beside them."""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from simulation.chain.outlets import Row
from simulation.chain.rows import COLUMNS, kinds_of
from simulation.chain.truth import as_json, truth_of
from simulation.chain.world import World
from simulation.standards import standard_rows

TRUTH = "truth.json"


def makers(world: World) -> dict[str, Callable[[], Iterator[Row]]]:
    """Return what makes the rows of every kind, in the order of loading."""
    made = {**kinds_of(world), "standards": standard_rows}
    return {kind: made[kind] for kind in COLUMNS}


def write_pack(world: World, folder: Path) -> Iterator[tuple[Path, int]]:
    """Write every kind and the truth; yield each file with its number of rows.

    The same plan writes the same bytes: no file carries a time or a name of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, (kind, rows) in enumerate(makers(world).items(), start=1):
        path = folder / f"{number:02d}_{kind}.csv.gz"
        yield path, _write(path, COLUMNS[kind], rows())
    path = folder / TRUTH
    path.write_text(as_json(truth_of(world)), encoding="utf-8")
    yield path, 1


def _write(
    path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, object]]
) -> int:
    count = 0
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        writer = csv.DictWriter(text, list(columns), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
