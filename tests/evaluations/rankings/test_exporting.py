"""An exported run proves itself, to a script that shares no line with the product."""

import gzip
import json
import subprocess
import sys
import zipapp
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evaluations.ledger.periods import Period
from evaluations.rankings.services.exporting import export_lines
from evaluations.rankings.services.places import compute_places
from evaluations.rankings.services.runs import create_run
from ranking_proof.command import main
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "verify_run"


def everybody(month="2026-10"):
    """Post a month with ties, gaps, gates, bars, and somebody without a score."""
    outlets = [outlet_in_county(), outlet_in_county()]
    people = [worker(outlets[n % 2], number=f"E{n}") for n in range(9)]
    for number, person in enumerate(people[:8]):
        post_month(
            person,
            month,
            days=20 if number % 3 else 10,
            compliant=10 + number % 2,
            knowledge=None if number == 3 else 81.37,
            mystery=77.77 if number % 2 else None,
            onsite=(70 + number % 3, 90),
            callback=(5, 6) if number % 4 else None,
        )
    post_bar(people[1])
    return people


def written(run, path: Path) -> Path:
    call_command("export_run", run.pk, "--out", str(path), stdout=StringIO())
    return path


@pytest.mark.parametrize("scheme", ["service_star", "service_star_fair", "onsite"])
def test_the_script_finds_the_same_figures(tmp_path, capsys, scheme):
    everybody()
    run = ranked(scheme=scheme)
    compute_places(run_id=run.pk, by=None)
    assert main([str(written(run, tmp_path / "run.ndjson.gz"))]) == 0
    said = capsys.readouterr().out
    assert (
        f"verify_run {run.pk}: holds, 9 people, 0 differences, hash {run.hash}" in said
    )
    assert "checked with the product's rules" in said
    assert "outlets and regions: 2 and 6 computed" in said


def test_the_script_finds_the_same_quarter_and_year(tmp_path, capsys):
    everybody("2026-10")
    published(ranked("2026-10"))
    everybody_again = [one.employee for one in ranked("2026-10").standings.all()]
    for number, person in enumerate(everybody_again):
        if number % 2:
            post_month(person, "2026-11", onsite=(61 + number, 90), mystery=70)
    for period in ("2026-Q4", "2026"):
        run = ranked(period)
        path = written(run, tmp_path / f"{period}.ndjson")
        assert main([str(path)]) == 0, capsys.readouterr().out
    assert run.ranked == 0  # nine ranked months are a long way


def test_the_script_runs_alone_and_says_what_it_did_not_check(tmp_path):
    everybody()
    run = ranked(scheme="service_star_fair")
    compute_places(run_id=run.pk, by=None)
    path = written(run, tmp_path / "run.ndjson.gz")
    script = tmp_path / "verify_run.pyz"
    zipapp.create_archive(SCRIPT, script)
    # Isolated and without installed packages: nothing but the standard library.
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    first, adjusted, outlets, rest = said.stdout.splitlines()
    assert (
        first == f"verify_run {run.pk}: holds, 9 people, 0 differences, hash {run.hash}"
    )
    assert adjusted.startswith("adjusted figures: ")
    assert outlets.startswith("outlets and regions: 2 and 6 computed, hash ")
    assert "NOT CHECKED" in rest


def test_a_file_of_the_first_format_is_still_read(tmp_path, capsys):
    everybody()
    run = ranked()
    lines = [json.loads(line) for line in export_lines(run)]
    for line in lines:
        del line["marks"]
    lines[0]["format"] = 1
    del lines[0]["places"]
    path = tmp_path / "run.ndjson"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert main([str(path)]) == 0
    assert "none in the file" in capsys.readouterr().out


def test_the_export_names_nobody(tmp_path):
    person = worker(outlet_in_county(), number="E777", name="Zhao Kexin")
    post_month(person, onsite=(80, 100))
    text = "".join(export_lines(ranked()))
    assert "Zhao" not in text
    assert "E777" not in text
    assert str(person.uuid) in text


def test_the_same_run_makes_the_same_file(tmp_path):
    everybody()
    run = ranked()
    one, other = (written(run, tmp_path / name) for name in ("a.gz", "b.gz"))
    assert one.read_bytes() == other.read_bytes()
    assert gzip.decompress(one.read_bytes()).decode() == "".join(export_lines(run))


def test_the_script_says_what_it_cannot_read(tmp_path, capsys):
    path = tmp_path / "run.ndjson"
    path.write_text("{}\n")
    assert main([str(path)]) == 2
    assert "line 1: format" in capsys.readouterr().err
    everybody()
    lines = list(export_lines(ranked()))
    path.write_text("".join([*lines[:3], lines[3][:-9], *lines[4:]]))
    assert main([str(path)]) == 2
    assert "line 4: not JSON" in capsys.readouterr().err
    assert main([str(tmp_path / "none")]) == 2
    assert main([]) == 2


def test_export_run_refuses_what_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="there is no run 77"):
        call_command("export_run", 77, "--out", str(tmp_path / "x"))
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
    with pytest.raises(CommandError, match="is not computed"):
        call_command("export_run", run.pk, "--out", str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()
