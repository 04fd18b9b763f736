import json

import pytest

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, SchemeVersion, Standing
from evaluations.rankings.services.runs import create_run
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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"score": 12, "raw_score": 12},
            "E2: score is stored as 1200, computed as 8800",
        ),
        ({"raw_score": 12}, "E2: score and raw_score differ"),
        ({"rank_all": 1}, "E2: ranks is stored as"),
        ({"rank_outlet": None}, "E2: ranks is stored as"),
        ({"eligible": False}, "E2: eligible is stored as false"),
        ({"reasons": ["red_line"]}, 'E2: reasons is stored as ["red_line"]'),
        ({"components": {}}, "E2: components is stored as {}"),
        ({"position": 77}, "E2: position is stored as 77"),
        ({"tied_position": 1}, "E2: tied_position is stored as 1"),
        ({"rank_low": 1}, "E2: adjusted figures are stored"),
        ({"outlet_class": "D"}, "E2: outlet class differs"),
        ({"county": None}, "E2: county differs"),
    ],
)
def test_verify_run_finds_one_changed_value(run, change, said):
    run.standings.filter(pk=standing(run).pk).update(**change)
    found = verify_run(run_id=run.pk, with_drift=False)
    assert len(found.differences) == 1
    assert found.differences[0].startswith(said)


def test_verify_run_finds_a_standing_moved_elsewhere(run):
    one = standing(run)
    Standing.objects.filter(pk=one.pk).update(outlet=OutletFactory())
    assert verify_run(run_id=run.pk).differences == [
        "E2: outlet differs from the stored input"
    ]
    Standing.objects.filter(pk=one.pk).update(outlet=one.outlet, employee=worker())
    assert (
        verify_run(run_id=run.pk, with_drift=False)
        .differences[0]
        .endswith("the standing belongs to somebody else")
    )


def test_verify_run_finds_a_changed_input_and_what_follows_from_it(run):
    one = standing(run)
    line = json.loads(one.input)
    line["months"]["2026-10"]["onsite"][0][3] = 10_000
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    Standing.objects.filter(pk=one.pk).update(input=text)
    found = verify_run(run_id=run.pk, with_drift=False).differences
    assert "the hash of the stored input differs" in found
    assert "the hash over input and output differs" in found
    assert any("score is stored as 8800, computed as 9800" in line for line in found)


def test_verify_run_finds_an_input_that_cannot_be_read(run):
    Standing.objects.filter(pk=standing(run).pk).update(input="{}")
    found = verify_run(run_id=run.pk, with_drift=False)
    assert not found.holds
    assert found.differences[-1].startswith("the stored input cannot be read")


def test_verify_run_finds_a_missing_standing(run):
    standing(run).delete()
    found = verify_run(run_id=run.pk, with_drift=False).differences
    assert "the hash over input and output differs" in found
    assert "people, ranked, eligible are (2, 2, 2), the run says (3, 3, 3)" in found


def test_verify_run_finds_changed_rules_and_hashes(run):
    version = SchemeVersion.objects.get(scheme__code="service_star")
    rules = {**version.rules, "title": "other"}
    SchemeVersion.objects.filter(pk=version.pk).update(rules=rules)
    Run.objects.filter(pk=run.pk).update(hash="0" * 64)
    assert verify_run(run_id=run.pk, with_drift=False).differences == [
        "the scheme's version says other rules than the head",
        "the hash over input and output differs",
    ]


def test_verify_run_lists_drift_apart(run):
    one = standing(run, "E1")
    post_month(one.employee, onsite=(0, 100), knowledge=None, days=0)
    moved = standing(run, "E3").employee
    moved.assignments.update(outlet=OutletFactory(region=RegionFactory()))
    AssignmentFactory()
    found = verify_run(run_id=run.pk)
    assert found.holds
    assert found.drift == [
        "E1: months changed",
        "E3: place changed",
        "1 people would be listed as well",
    ]


def test_verify_run_does_not_hold_for_what_was_never_computed():
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
    assert verify_run(run_id=run.pk).differences == ["the run was never computed"]
