import json
from decimal import Decimal

import pytest

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, SchemeVersion, Standing
from evaluations.rankings.rules.scheme import Level, canonical
from evaluations.rankings.services.runs import create_run
from evaluations.rankings.services.verification import Difference
from evaluations.rankings.services.verifying import verify_run
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import AssignmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    outlet = outlet_in_county()
    for number, satisfied in ((1, 90), (2, 80), (3, 70)):
        post_month(worker(outlet, number=f"E{number}"), onsite=(satisfied, 100))
    return ranked()


def standing(run, number="E2") -> Standing:
    return run.standings.get(employee__number=number)


def test_verify_run_holds_for_what_was_written(run):
    found = verify_run(run_id=run.pk)
    assert (found.people, found.differences, found.drift) == (3, [], [])


def test_verify_run_holds_for_a_quarter_of_kept_months(run):
    published(run)
    for number, person in enumerate(run.standings.all()):
        post_month(person.employee, "2026-11", onsite=(60 + number, 100), mystery=77)
    quarter = ranked("2026-Q4")
    found = verify_run(run_id=quarter.pk)
    assert (found.people, found.differences, found.drift) == (3, [], [])


def uuid_of(run, number="E2") -> str:
    return str(standing(run, number).employee_uuid)


def bend(value):
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 0.001
    if isinstance(value, str):
        return f"{value}x"
    if value is None:
        return 7
    raise AssertionError(value)


def leaves(data, path=()):
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    else:
        yield path


def bent(data, path):
    """Return a copy of the JSON data with the leaf at `path` bent."""
    copied = json.loads(json.dumps(data))
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = bend(inner[path[-1]])
    return copied


PLAIN_COLUMNS = {
    "raw_score": Decimal("12.34"),
    "adjusted_score": Decimal("12.345678"),
    "adjusted_deviation": Decimal("1.345678"),
    "score": Decimal("12.34"),
    "rank_outlet": 77,
    "rank_county": None,
    "rank_city": 77,
    "rank_province": 77,
    "rank_class": 77,
    "rank_all": 77,
    "rank_low": 77,
    "rank_high": 77,
    "eligible": False,
    "reasons": ["red_line"],
    "components": {},
    "intervals": {},
    "position": 77,
    "tied_position": 1,
    "outlet_class": "D",
    "region": None,
    "county": None,
    "city": None,
    "province": None,
    "outlet": None,
}
# What the columns are called in an output line.
CALLED = {
    "raw_score": "raw",
    "adjusted_score": "adjusted",
    "adjusted_deviation": "deviation",
    **{f"rank_{level}": f"ranks {level}" for level in Level},
}


def test_the_changed_columns_are_all_there_are():
    others = {"id", "run", "employee", "employee_uuid", "input"}
    columns = {field.name for field in Standing._meta.concrete_fields}
    assert columns - others == set(PLAIN_COLUMNS)


@pytest.mark.parametrize("column", PLAIN_COLUMNS)
def test_verify_run_finds_and_locates_one_changed_column(run, column):
    Standing.objects.filter(pk=standing(run).pk).update(
        **{column: PLAIN_COLUMNS[column]}
    )
    found = verify_run(run_id=run.pk, with_drift=False).differences
    about = [one for one in found if one.who]
    assert {one.who for one in about} == {uuid_of(run)}
    name = CALLED.get(column, column)
    assert any(one.what.startswith(name) for one in about)
    assert all(one.stored != one.computed for one in about)


@pytest.mark.parametrize("column", ["components", "intervals"])
def test_verify_run_finds_every_leaf_of_the_json(run, column):
    one = standing(run)
    stored = getattr(one, column)
    for path in leaves(stored):
        Standing.objects.filter(pk=one.pk).update(**{column: bent(stored, path)})
        found = verify_run(run_id=run.pk, with_drift=False).differences
        who = [(of.who, of.what) for of in found if of.who]
        where = " ".join(str(key) for key in (column, *path))
        assert (uuid_of(run), where) in who, where
    Standing.objects.filter(pk=one.pk).update(**{column: stored})
    assert verify_run(run_id=run.pk, with_drift=False).holds


def test_verify_run_locates_a_change_smaller_than_its_tolerance(run):
    one = standing(run)
    moved = one.adjusted_score + Decimal("0.000001")
    Standing.objects.filter(pk=one.pk).update(adjusted_score=moved)
    found = verify_run(run_id=run.pk, with_drift=False).differences
    assert [(of.who, of.what) for of in found] == [
        ("", "the hash over input, output and fits differs"),
        (uuid_of(run), "adjusted"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"people": 7},
        {"ranked": 7},
        {"eligible": 7},
        {"entries_until": 7},
        {"month_runs": {"2026-10": 7}},
        {"input_hash": "0" * 64},
        {"hash": "0" * 64},
        {"seal": "0" * 64},
        {"revision": 7},
        {"period": "2026-11"},
    ],
)
def test_verify_run_finds_a_change_of_the_runs_own_row(run, change):
    Run.objects.filter(pk=run.pk).update(**change)
    said = [str(one) for one in verify_run(run_id=run.pk, with_drift=False).differences]
    assert "the seal over the run's own row differs" in said
    (name,) = change
    if name in ("people", "ranked", "eligible"):
        assert f"{name} is stored as 7, computed as 3" in said
    if name == "period":
        assert 'period is stored as "2026-11", computed as "2026-10"' in said
    if name == "month_runs":
        assert any(line.startswith("month_runs is stored as") for line in said)


def test_verify_run_finds_every_leaf_of_the_fits_and_of_the_head(run):
    fits = run.fits
    for path in leaves(fits):
        Run.objects.filter(pk=run.pk).update(fits=bent(fits, path))
        found = verify_run(run_id=run.pk, with_drift=False).differences
        assert "the hash over input, output and fits differs" in map(str, found)
        where = "fits " + " ".join(str(key) for key in path).replace("  ", " ")
        assert any(
            one.what.startswith("fits ") or "cannot be read" in one.what
            for one in found
        ), where
    head = json.loads(run.head)
    for path in (("period",), ("version",), ("rules", "title")):
        text = canonical(bent(head, path))
        Run.objects.filter(pk=run.pk).update(fits=fits, head=text)
        found = verify_run(run_id=run.pk, with_drift=False).differences
        assert "the hash of the stored input differs" in map(str, found)


def test_verify_run_finds_a_standing_of_somebody_else(run):
    one = standing(run)
    Standing.objects.filter(pk=one.pk).update(employee=worker())
    (found,) = verify_run(run_id=run.pk, with_drift=False).differences
    assert str(found) == f"{one.employee_uuid}: the standing belongs to somebody else"


def test_verify_run_finds_a_changed_input_and_what_follows_from_it(run):
    one = standing(run)
    line = json.loads(one.input)
    line["months"]["2026-10"]["onsite"][0][3] = 10_000
    Standing.objects.filter(pk=one.pk).update(input=canonical(line))
    found = [str(of) for of in verify_run(run_id=run.pk, with_drift=False).differences]
    assert "the hash of the stored input differs" in found
    assert "the hash over input, output and fits differs" in found
    assert f"{uuid_of(run)}: raw is stored as 8800, computed as 9800" in found


def test_verify_run_finds_an_input_that_cannot_be_read(run):
    Standing.objects.filter(pk=standing(run).pk).update(input="{}")
    found = verify_run(run_id=run.pk, with_drift=False)
    assert not found.holds
    assert str(found.differences[-1]).startswith("what is stored cannot be read")


def test_verify_run_finds_a_missing_standing(run):
    standing(run).delete()
    found = [str(of) for of in verify_run(run_id=run.pk, with_drift=False).differences]
    assert "the hash over input, output and fits differs" in found
    assert "people is stored as 3, computed as 2" in found


def test_verify_run_finds_changed_rules(run):
    version = SchemeVersion.objects.get(scheme__code="service_star")
    rules = {**version.rules, "title": "other"}
    SchemeVersion.objects.filter(pk=version.pk).update(rules=rules)
    (found,) = verify_run(run_id=run.pk, with_drift=False).differences
    assert str(found) == "the scheme's version says other rules than the head"


def test_verify_run_lists_drift_apart(run):
    one = standing(run, "E1")
    post_month(one.employee, onsite=(0, 100), knowledge=None, days=0)
    moved = standing(run, "E3").employee
    moved.assignments.update(outlet=OutletFactory(region=RegionFactory()))
    AssignmentFactory()
    found = verify_run(run_id=run.pk)
    assert found.holds
    assert sorted(found.drift) == sorted(
        [
            f"{uuid_of(run, 'E1')}: months changed",
            f"{uuid_of(run, 'E3')}: place changed",
            "1 people would be listed as well",
        ]
    )


def test_verify_run_does_not_hold_for_what_was_never_computed():
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
    assert verify_run(run_id=run.pk).differences == [
        Difference("", "the run was never computed")
    ]
