"""An exported run proves itself, to a script that shares no line with the product."""

import gzip
import json
from io import StringIO
from itertools import count
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evaluations.ledger.periods import Period
from evaluations.rankings.services.exporting import export_lines
from evaluations.rankings.services.runs import create_run
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tools import verify_run as alone

pytestmark = pytest.mark.django_db


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
    assert alone.main([str(written(run, tmp_path / "run.ndjson.gz"))]) == 0
    said = capsys.readouterr().out
    assert (
        f"verify_run {run.pk}: holds, 9 people, 0 differences, hash {run.hash}" in said
    )
    assert "checked with the product's rules" in said


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
        assert alone.main([str(path)]) == 0, capsys.readouterr().out
    assert run.ranked == 0  # nine ranked months are a long way


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


def _leaves(data, path=()):
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list) and data:
        for number, value in enumerate(data):
            yield from _leaves(value, (*path, number))
    else:
        yield path, data


def _bent(text, path, value):
    data = json.loads(text)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    inner[path[-1]] = value + 1 if number else [value, 1]
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_the_script_finds_every_value_that_is_changed():
    everybody()
    about, *people = map(json.loads, export_lines(ranked()))
    assert [
        *alone.check_hashes(about, people),
        *alone.check_figures(about, people),
    ] == []
    tried = count()
    for name in ("head", "fits", "seal_of"):
        for path, value in _leaves(json.loads(about[name])):
            changed = {**about, name: _bent(about[name], path, value)}
            assert list(alone.check_hashes(changed, people)), (name, path)
            next(tried)
    for name in ("input", "output"):
        for path, value in _leaves(json.loads(people[2][name])):
            text = _bent(people[2][name], path, value)
            changed = [*people[:2], {**people[2], name: text}, *people[3:]]
            assert list(alone.check_hashes(about, changed)), (name, path)
            next(tried)
    for name in ("hash", "input_hash", "seal"):
        assert list(alone.check_hashes({**about, name: "0" * 64}, people))
    assert next(tried) > 100


def test_the_script_finds_a_figure_even_where_the_hashes_were_made_again(capsys):
    everybody()
    about, *people = map(json.loads, export_lines(ranked()))
    output = json.loads(people[2]["output"])
    for name in ("raw", "score", "position", "tied_position", "eligible"):
        forged = json.dumps({**output, name: 1 if output[name] != 1 else 2})
        changed = [*people[:2], {**people[2], "output": forged}, *people[3:]]
        found = list(alone.check_figures(about, changed))
        assert any(f"{output['uuid']}: {name} is" in said for said in found)


def test_the_script_says_what_it_cannot_read(tmp_path, capsys):
    path = tmp_path / "run.ndjson"
    path.write_text("{}\n")
    assert alone.main([str(path)]) == 2
    assert alone.main([str(tmp_path / "none")]) == 2
    assert alone.main([]) == 2


def test_export_run_refuses_what_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="there is no run 77"):
        call_command("export_run", 77, "--out", str(tmp_path / "x"))
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
    with pytest.raises(CommandError, match="is not computed"):
        call_command("export_run", run.pk, "--out", str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()
