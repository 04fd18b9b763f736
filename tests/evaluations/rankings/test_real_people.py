"""The pack of real ratings, ranked by on-site satisfaction alone."""

import csv
import json
from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command

from evaluations.rankings.models import Run, Standing
from tests.real import real_pack

pytestmark = [
    pytest.mark.real,
    pytest.mark.django_db,
]


def test_ranks_by_share_are_those_of_the_pack(tmp_path, capsys):
    pack = real_pack("people")
    for path in sorted(pack.glob("*.csv.gz")):
        call_command("ingest", path.name[3:].split(".")[0], str(path))
    capsys.readouterr()
    out = tmp_path / "standings.ndjson"

    call_command("rank", "2026-10", scheme="onsite", out=str(out))

    run = Run.objects.get()
    with (pack / "expected" / "employees.csv").open(encoding="utf-8") as file:
        expected = {row["employee_number"]: row for row in csv.DictReader(file)}
    people = len(expected)
    printed = capsys.readouterr().out.splitlines()[-1]
    assert (
        printed == f"run {run.pk}: {people} people, {people} ranked, {people} eligible"
    )
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == people
    for row in rows:
        wanted = expected[row["employee_number"]]
        assert row["raw_score"] == float(wanted["satisfied_percent"])
        assert row["components"]["onsite"]["n"] == int(wanted["n"])
    ranks = {row["employee_number"]: row["rank"] for row in rows}
    shares = {
        number: Fraction(int(row["satisfied"]), int(row["n"]))
        for number, row in expected.items()
    }
    rounded = {row["satisfied_percent"] for row in expected.values()}
    if len(rounded) == len(set(shares.values())):  # no two shares round to one
        assert ranks == {k: int(row["rank_share"]) for k, row in expected.items()}
    scores = sorted(Decimal(row["satisfied_percent"]) for row in expected.values())
    for number, row in expected.items():
        better = len(scores) - bisect_right(scores, Decimal(row["satisfied_percent"]))
        assert ranks[number] == better + 1


def test_the_same_run_twice_has_the_same_hash():
    for path in sorted(real_pack("people").glob("*.csv.gz")):
        call_command("ingest", path.name[3:].split(".")[0], str(path))
    call_command("rank", "2026-10", scheme="onsite")
    call_command("rank", "2026-10", scheme="onsite")
    first, second = Run.objects.order_by("pk")
    assert (first.hash, first.input_hash) == (second.hash, second.input_hash)
    call_command("verify_run", first.pk)
    Standing.objects.filter(run=first, position=700).update(rank_all=1)
    with pytest.raises(SystemExit) as exit_info:
        call_command("verify_run", first.pk)
    assert exit_info.value.code == 1
