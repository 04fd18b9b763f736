"""A run as a file: all that its hashes are made over, and not one name.

NDJSON. The first line is about the run: its row, the texts `head`, `fits` and
`seal_of`, and the three hashes; `places` says the same of the outlets' run. Then one
line per person in order of the uuid: the texts `input` and `output`; one per outlet in
order of the code: `outlet` (its input) and `output`; one per region: `region`. Texts
are JSON within JSON, so that whoever hashes them need not know how we write a number.
`marks` tell which field of a line was changed, where one was: the hashes only say that
something was. `tools/verify_run` reads such a file.
"""

import json
from collections.abc import Iterator, Mapping
from zlib import crc32

from evaluations.rankings.models import PlaceRun, Run
from evaluations.rankings.rules.places import OutletInput
from evaluations.rankings.rules.scheme import canonical
from evaluations.rankings.services.hashing import (
    fits_line,
    outlet_figures,
    output_line,
    region_figures,
    seal_line,
)
from evaluations.rankings.services.verifying_places import regions_of

FORMAT = 2
CHUNK = 2000
# Of a line, these hold JSON of their own.
TEXTS = frozenset({"head", "fits", "seal_of", "input", "output", "outlet", "region"})


def export_lines(run: Run) -> Iterator[str]:
    """Yield the lines of a computed run's file, each with its line end."""
    made = PlaceRun.objects.select_related("run").filter(run=run).first()
    yield marked_line(
        {
            "format": FORMAT,
            "run": run.pk,
            "state": run.state,
            "published_at": run.published_at and run.published_at.isoformat(),
            "head": run.head,
            "fits": fits_line(run.fits),
            "seal_of": seal_line(run),
            "input_hash": run.input_hash,
            "hash": run.hash,
            "seal": run.seal,
            "places": made and _about_places(made),
        }
    )
    standings = run.standings.order_by("employee_uuid")
    for standing in standings.iterator(chunk_size=CHUNK):
        yield marked_line({"input": standing.input, "output": output_line(standing)})
    if made is not None:
        yield from _place_lines(made)


def _about_places(made: PlaceRun) -> dict[str, object]:
    return {
        "head": made.head,
        "outlets": made.outlets,
        "ranked": made.ranked,
        "input_hash": made.input_hash,
        "hash": made.hash,
    }


def _place_lines(made: PlaceRun) -> Iterator[str]:
    outlets = list(made.standings.select_related("outlet"))
    outlets.sort(key=lambda row: OutletInput.parse(row.input).code)
    for row in outlets:
        yield marked_line(
            {"outlet": row.input, "output": canonical(outlet_figures(row))}
        )
    for region in regions_of(made):
        yield marked_line({"region": canonical(region_figures(region))})


def marked_line(data: dict[str, object]) -> str:
    """Return a line of the file, its end included."""
    marked = {**data, "marks": "".join(map(mark, fields_of(_read(data))))}
    return json.dumps(marked, ensure_ascii=False) + "\n"


def _read(data: Mapping[str, object]) -> dict[str, object]:
    """Return a line with the texts in it read."""
    found: dict[str, object] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found[name] = _read(value)
        elif name in TEXTS and isinstance(value, str):
            found[name] = json.loads(value)
        else:
            found[name] = value
    return found


def fields_of(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield (path, value) of every field, in the order written.

    A list of plain values is one field.
    """
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from fields_of(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list) and any(isinstance(one, dict | list) for one in data):
        for number, value in enumerate(data):
            yield from fields_of(value, f"{path}.{number}")
    else:
        yield path, data


def mark(field: tuple[str, object]) -> str:
    """Return four hexadecimal digits that another value would hardly have."""
    path, value = field
    return f"{crc32(f'{path}={canonical(value)}'.encode()) & 0xFFFF:04x}"
