"""Whatever rules the editor lets through, a second way to compute finds the same."""

import json
from datetime import date
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from evaluations.ledger.periods import Period
from evaluations.rankings.editing import Editor
from evaluations.rankings.models import Run, Scheme, SchemeVersion
from evaluations.rankings.rules.scheme import canonical
from evaluations.rankings.services.exporting import export_lines, marked_line
from evaluations.rankings.services.places import compute_places
from evaluations.rankings.services.verifying import verify_run
from evaluations.rankings.shipped import rules_of
from ranking_proof.command import verify
from ranking_proof.file import parse, sha256
from tests.evaluations.rankings.any_scheme import choices, filled_ledger
from tests.evaluations.rankings.factories import published, ranked

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]
CODE = "any"


def approved(scheme, data, number, valid_from):
    """Return the version that the editor makes of what was sent."""
    version = SchemeVersion(
        scheme=scheme, number=number, valid_from=valid_from, rules={}
    )
    editor = Editor.sent(version, data)
    assert editor.is_valid(), (
        editor.form.errors,
        [rows.errors for rows in editor.rows.values()],
    )
    version.rules = editor.rules()
    version.save()
    return version


def exported(period, sent, seed, people, kept) -> tuple[Run, list[str]]:
    scheme = Scheme.objects.create(code=CODE)
    for number, data in enumerate(sent, start=1):
        first = (
            date(2020, 1, 1) if number == 1 else Period.parse(period).months[-1].first
        )
        note(json.dumps(approved(scheme, data, number, first).rules))
    filled_ledger(seed, Period.parse(period), people)
    if kept and "Q" in period:
        published(ranked(Period.parse(period).months[0].code, CODE))
    run = ranked(period, CODE)
    compute_places(run_id=run.pk, by=None)
    return run, list(export_lines(run))


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    period=st.sampled_from(["2026-10", "2026-10", "2026-Q3", "2025"]),
    sent=st.lists(choices(), min_size=1, max_size=2),
    seed=st.integers(0, 10**6),
    people=st.sampled_from([4, 14]),
    kept=st.booleans(),
)
def test_the_verifier_agrees_whatever_the_scheme_says(period, sent, seed, people, kept):
    with transaction.atomic():
        run, lines = exported(period, sent, seed, people, kept)
        found, notes = verify(parse(lines))
        assert found == []
        assert notes[-1].endswith("checked with the product's rules")
        assert verify_run(run_id=run.pk, with_drift=False).differences == []
        transaction.set_rollback(True)


def leaves(data, path=()):
    """Yield the path and the value of every single value, of lists each of them."""
    if isinstance(data, dict | list) and data:
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in pairs:
            yield from leaves(value, (*path, key))
    else:
        yield path, data


def bent(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "x"


def with_another(text: str, read: dict, path, value) -> str:
    """Return a line of the file with another value at a path."""
    read = json.loads(json.dumps(read))
    inner = read
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return json.dumps(_as_written(json.loads(text), read), ensure_ascii=False)


def _as_written(before, read):
    """Write JSON as text again where the line had it as text."""
    return {
        key: canonical(read[key])
        if isinstance(old, str) and not isinstance(read[key], str)
        else _as_written(old, read[key])
        if isinstance(old, dict)
        else read[key]
        for key, old in before.items()
    }


@pytest.fixture(scope="module")
def file(django_db_setup, django_db_blocker):
    """The lines of a run with everything in it: curves, bonus, variants, outlets."""
    rules = rules_of("service_star_fair-1") | {
        "bonus_limit": 300,
        "deduction_limit": 200,
        "variants": {"supervisor": {"daily": 40, "onsite": 60}},
    }
    rules["least_components"] = 1
    for component in rules["components"]:
        component |= {"least_n": 1, "required": False}
    rules["components"][3]["curve"] = {"kind": "challenge", "base": 80, "challenge": 95}
    rules["components"][3]["load"] = True
    with django_db_blocker.unblock(), transaction.atomic():
        scheme = Scheme.objects.create(code=CODE)
        SchemeVersion.objects.create(
            scheme=scheme, number=1, valid_from=date(2020, 1, 1), rules=rules
        )
        filled_ledger(7, Period.parse("2026-10"), 16)
        run = ranked("2026-10", CODE)
        compute_places(run_id=run.pk, by=None)
        yield list(export_lines(run))
        transaction.set_rollback(True)


@pytest.fixture
def alone(monkeypatch):
    """The standard library alone, as on the machine of who doubts."""
    monkeypatch.setattr("ranking_proof.command.check_by_product", lambda _file: None)


@pytest.mark.usefixtures("alone")
def test_a_changed_value_is_found_and_its_line_and_field_are_named(file):
    random = Random(11)
    whole = parse(file)
    everywhere = [
        (line, path, value)
        for line in whole.lines
        for path, value in leaves(line.read)
        if path != ("marks",) and path != ("format",)
    ]
    assert len(everywhere) > 1500
    for line, path, value in random.sample(everywhere, 150):
        at = line.number - 1
        other = with_another(file[at], line.read, path, bent(value))
        lines = [*file[:at], other, *file[at + 1 :]]
        found, _notes = verify(parse(lines))
        field = ".".join(map(str, path))
        named = [one.field for one in found if one.line == line.number]
        # A list of plain values is one field.
        assert {field, field.rpartition(".")[0]} & set(named), (field, found[:5])


@pytest.mark.usefixtures("alone")
def test_a_changed_mark_is_found_in_its_line(file):
    whole = parse(file)
    for line in Random(3).sample(whole.lines, 8):
        at = line.number - 1
        marks = line.read["marks"]
        digit = "0" if marks[9] != "0" else "1"
        other = {**json.loads(file[at]), "marks": marks[:9] + digit + marks[10:]}
        found, _notes = verify(parse([*file[:at], json.dumps(other), *file[at + 1 :]]))
        assert [one.line for one in found] == [line.number]


@pytest.mark.usefixtures("alone")
def test_a_lost_line_is_found(file):
    for at in (3, len(file) - 1):
        found, _notes = verify(parse([*file[:at], *file[at + 1 :]]))
        assert found
        assert found[0].line == 1


def forged(file, bend):
    """Return the file with a person's output bent, and every hash and mark made new."""
    about, *rest = (json.loads(line) for line in file)
    at = next(n for n, one in enumerate(rest) if _has_daily(one))
    output = json.loads(rest[at]["output"])
    bend(output)
    rest[at]["output"] = canonical(output)
    people = [one for one in rest if "input" in one]
    texts = [about["head"], *(one["input"] for one in people)]
    texts += [*(one["output"] for one in people), about["fits"]]
    about["hash"] = sha256(texts)
    about["seal_of"] = canonical(json.loads(about["seal_of"]) | {"hash": about["hash"]})
    about["seal"] = sha256([about["seal_of"]])
    for one in (about, *rest):
        del one["marks"]
    return at + 2, [marked_line(one) for one in (about, *rest)]


def _has_daily(one):
    output = json.loads(one["output"])
    return output["score"] is not None and output["components"]["daily"] is not None


def plus(*path):
    def bend(output):
        for key in path[:-1]:
            output = output[key]
        output[path[-1]] += 5

    return bend


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "path",
    [
        *(("raw",), ("score",), ("position",), ("tied_position",)),
        *(("adjusted",), ("deviation",), ("ranks", "all")),
        *(("components", "daily", name) for name in ("raw", "n", "weight", "points")),
        ("components", "daily", "adjusted"),
        ("components", "daily", "adjusted_points"),
        ("components", "daily", "reliability"),
    ],
    ids=".".join,
)
def test_a_forger_who_makes_hashes_and_marks_anew_is_found_by_the_figures(file, path):
    assert verify(parse(file))[0] == []
    line, lines = forged(file, plus(*path))
    found, _notes = verify(parse(lines))
    assert any(
        one.line == line and one.field.startswith("output." + path[0]) for one in found
    ), found
