"""A frozen run is the same on another machine and in another database.

`carried/` holds one run as `export_run --fixture` wrote it on SQLite, and the same run
as PostgreSQL wrote it after reading that file. Whatever database the tests run on reads
both, so that the way there and the way back are walked.
"""

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from evaluations.rankings.models import Run
from evaluations.rankings.services.carrying import fixture_of
from evaluations.rankings.services.verifying import verify_run

pytestmark = pytest.mark.django_db
CARRIED = Path(__file__).with_name("carried")
FILES = [CARRIED / "sqlite.jsonl.gz", CARRIED / "postgresql.jsonl.gz"]


def rows(text: str):
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_carried_run_verifies_with_the_same_hash(path):
    call_command("loaddata", str(path), stdout=StringIO())
    quarter = Run.objects.get(period="2026-Q4")
    assert quarter.hash == (CARRIED / "hash.txt").read_text().strip()
    assert quarter.places.hash == (CARRIED / "outlets-hash.txt").read_text().strip()
    assert Run.objects.count() == 3
    for run in Run.objects.all():
        found = verify_run(run_id=run.pk, with_drift=False)
        assert (found.people, found.outlets, found.differences) == (9, 2, [])
        assert found.places_hash == run.places.hash
    again = rows("".join(fixture_of(quarter)))
    assert again == rows(gzip.decompress(path.read_bytes()).decode())


def test_sign_ins_do_not_travel():
    kept = rows(gzip.decompress(FILES[0].read_bytes()).decode())
    assert {row["model"] for row in kept} == {
        "places.region",
        "places.outlet",
        "people.employee",
        "rankings.scheme",
        "rankings.schemeversion",
        "rankings.run",
        "rankings.standing",
        "rankings.placescheme",
        "rankings.placerun",
        "rankings.placestanding",
        "rankings.regionstanding",
    }
    runs = [row["fields"] for row in kept if row["model"] == "rankings.run"]
    assert {run["created_by"] for run in runs} == {None}
