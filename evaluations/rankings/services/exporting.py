"""A run as a file: all that its hashes are made over, and not one name.

NDJSON. The first line is about the run: its row, the texts `head`, `fits` and
`seal_of`, and the three hashes. Every further line is one person's, in order of the
uuid: the texts `input` and `output`. Texts are JSON within JSON, so that whoever hashes
them need not know how we write a number. `tools/verify_run.py` reads such a file.
"""

import json
from collections.abc import Iterator

from evaluations.rankings.models import Run
from evaluations.rankings.services.hashing import fits_line, output_line, seal_line

FORMAT = 1
CHUNK = 2000


def export_lines(run: Run) -> Iterator[str]:
    """Yield the lines of a computed run's file, each with its line end."""
    yield _line(
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
        }
    )
    standings = run.standings.order_by("employee_uuid")
    for standing in standings.iterator(chunk_size=CHUNK):
        yield _line({"input": standing.input, "output": output_line(standing)})


def _line(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
