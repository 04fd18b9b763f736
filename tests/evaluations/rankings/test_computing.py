import dataclasses
import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.ledger import sources
from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.models import (
    Run,
    RunStep,
    Scheme,
    SchemeVersion,
    Standing,
)
from evaluations.rankings.services import computing
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.runs import create_run
from evaluations.rankings.shipped import ship
from outlets.exchange.errors import DomainError
from tests.evaluations.rankings.factories import (
    SOURCE,
    line,
    outlet_in_county,
    post,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, EmployeeFactory

pytestmark = pytest.mark.django_db


def of(run: Run, employee) -> Standing:
    return run.standings.get(employee=employee)


def test_compute_run_writes_what_it_found():
    outlet = outlet_in_county()
    ann, bob, cem = (worker(outlet) for _ in range(3))
    post_month(ann, compliant=19, mystery=96, onsite=(90, 100), callback=(10, 10))
    post_month(bob, onsite=(80, 100))
    post_month(cem, onsite=(70, 100), days=14)

    run = ranked()

    assert (run.step, run.failed, run.state) == ("done", False, "draft")
    assert (run.people, run.ranked, run.eligible) == (3, 3, 2)
    first = of(run, ann)
    # 15 × 95 + 10 × 90 + 25 × 96 + 25 × 90 + 25 × 100 = 94.75
    assert (first.score, first.raw_score) == (Decimal("94.75"), Decimal("94.75"))
    assert first.components["daily"] == {
        "raw": 95.0,
        "adjusted": 95.0,
        "adjusted_points": 14.25,
        "n": 20,
        "weight": 15.0,
        "points": 14.25,
        "reliability": 1.0,
        "severity": 0.0,
        "load": 0.0,
        "notes": [],
    }
    assert first.ranks == {
        "outlet": 1,
        "county": 1,
        "city": 1,
        "province": 1,
        "class": 1,
        "all": 1,
    }
    assert (first.outlet, first.region) == (outlet, outlet.region)
    assert (first.county, first.city) == (outlet.region, outlet.region.parent)
    assert first.province == outlet.region.parent.parent
    assert first.rank_low <= first.rank_all <= first.rank_high
    assert of(run, bob).components["mystery"] is None
    last = of(run, cem)
    assert (last.eligible, last.reasons, last.rank_all) == (False, ["too_few_days"], 3)


def test_compute_run_hashes_head_input_and_output_and_no_name():
    person = worker(name="Ann Nowhere-Else")
    post_month(person, onsite=(80, 100))
    run = ranked()
    standing = of(run, person)
    text = f"{run.head}\n{standing.input}\n"
    assert run.input_hash == hashlib.sha256(text.encode()).hexdigest()
    assert run.hash != run.input_hash
    assert person.name not in text
    assert person.number not in text
    person.name = "erased"
    person.save()
    assert (ranked().hash, ranked().input_hash) == (run.hash, run.input_hash)


def test_corrected_entries_count_as_corrected():
    person = worker()
    lines = post_month(person, onsite=(80, 100), days=15)
    wrong = lines[-1]
    moved = line(
        person,
        "onsite",
        date(2026, 11, 2),
        source_id=wrong.source_id,
        points=9_000,
        out_of=10_000,
        n=100,
    )
    post(moved, reason="another month")
    october = of(ranked(), person)
    assert october.components["onsite"] is None
    assert '"onsite"' not in october.input
    onsite = of(ranked("2026-11", "onsite"), person)
    assert onsite.score == 90


def test_a_corrected_test_counts_once():
    person = worker()
    post_month(person, onsite=(80, 100))  # a test with 90
    second = line(person, "knowledge", date(2026, 10, 8), points=5_000, out_of=10_000)
    post(second)
    post(dataclasses.replace(second, points=7_000), reason="read wrongly")
    knowledge = of(ranked(), person).components["knowledge"]
    assert (knowledge["raw"], knowledge["n"]) == (80.0, 2)


def test_visits_of_different_totals_weigh_alike():
    person = worker()
    post_month(person, onsite=(80, 100))
    day = date(2026, 10, 3)
    post(
        line(person, "mystery", day, points=4_000, out_of=5_000),
        line(person, "mystery", day, points=9_000, out_of=9_000),
    )
    assert of(ranked(), person).components["mystery"]["raw"] == 90.0


def test_only_scores_of_the_period_count():
    person = worker()
    post_month(person, onsite=(80, 100))
    post_month(person, "2026-11", onsite=(10, 100))
    post(
        line(
            person,
            "onsite",
            date(2026, 10, 3),
            kind=EntryKind.ADJUSTMENT,
            points=500,
            out_of=500,
        ),
    )
    assert of(ranked(), person).components["onsite"]["raw"] == 80.0


def test_people_are_those_assigned_or_judged_in_the_period():
    outlet = OutletFactory()
    stayed, judged = worker(outlet), EmployeeFactory()
    before, after, nobody = EmployeeFactory(), EmployeeFactory(), EmployeeFactory()
    AssignmentFactory(employee=before, outlet=outlet, ends_on=date(2026, 9, 30))
    AssignmentFactory(employee=after, outlet=outlet, starts_on=date(2026, 11, 1))
    post(line(judged, "daily_rate", date(2026, 10, 3)))
    run = ranked()
    listed = set(run.standings.values_list("employee", flat=True))
    assert listed == {stayed.pk, judged.pk}
    assert nobody.pk not in listed
    assert of(run, judged).outlet is None
    assert of(run, judged).reasons == [
        "too_few_components",
        "too_few_days",
        "not_on_duty",
    ]


def test_people_are_listed_where_they_were_on_the_last_day():
    first, second = OutletFactory(), OutletFactory()
    moved, gone = EmployeeFactory(), EmployeeFactory(left_on=date(2026, 10, 12))
    AssignmentFactory(employee=moved, outlet=first, ends_on=date(2026, 10, 30))
    AssignmentFactory(employee=moved, outlet=second, starts_on=date(2026, 10, 31))
    AssignmentFactory(employee=gone, outlet=first)
    for person in (moved, gone):
        post_month(person, onsite=(80, 100))
    late = EmployeeFactory()
    AssignmentFactory(employee=late, outlet=second, ends_on=date(2026, 9, 1))
    post(line(late, "onsite", date(2026, 10, 3), points=100, out_of=100))
    run = ranked()
    assert (of(run, moved).outlet, of(run, moved).eligible) == (second, True)
    assert (of(run, gone).outlet, of(run, gone).reasons) == (first, ["not_on_duty"])
    assert of(run, late).outlet == second


def test_areas_are_kept_beside_the_levels_above_them():
    outlet = outlet_in_county()
    area = type(outlet.region).objects.create(
        code="AREA", name="North", level="area", parent=outlet.region.parent
    )
    person = worker(OutletFactory(region=area))
    standing = of(ranked(), person)
    assert (standing.region, standing.county) == (area, None)
    assert standing.city == outlet.region.parent
    assert standing.rank_county is None


def test_bars_and_lifts_reach_the_standing():
    barred, lifted, cleared = worker(), worker(), worker()
    for person in (barred, lifted, cleared):
        post_month(person, onsite=(80, 100))
        post_bar(person, on=date(2026, 1, 5))
    post(line(lifted, "red_line", date(2026, 10, 31), kind=EntryKind.LIFT))
    post_bar(barred, "attitude_complaint", scope="2026-10")
    post_bar(barred, "wrong_transaction", scope="2026-09")
    mistaken = post_bar(cleared, "attitude_complaint", scope="2026-10")
    post(withdrawn=[mistaken.source_id])
    run = ranked()
    assert of(run, barred).reasons == ["attitude_complaint", "red_line"]
    assert of(run, lifted).reasons == []
    assert of(run, cleared).reasons == ["red_line"]
    assert [of(run, p).rank_all for p in (barred, lifted, cleared)] == [1, 1, 1]
    assert of(ranked("2026-09"), lifted).reasons[-1] == "red_line"


def test_open_cases_change_no_figure_but_stand_in_the_input():
    person = worker()
    post_month(person, onsite=(80, 100))
    before = of(ranked(), person)
    post(line(person, "attitude_complaint", date(2026, 10, 5), kind=EntryKind.HOLD))
    after = of(ranked(), person)
    assert (after.score, after.eligible, after.reasons) == (before.score, True, [])
    assert '"holds":["attitude_complaint"]' in after.input


def test_quarter_keeps_the_months_that_were_published():
    person, other = worker(), worker()
    july = post_month(person, "2026-07", onsite=(80, 100))
    post_month(person, "2026-08", onsite=(60, 100))
    post_month(other, "2026-07", onsite=(50, 100))
    kept = published(ranked("2026-07"))
    changed = july[-1]
    post(
        line(
            person,
            "onsite",
            changed.on,
            source_id=changed.source_id,
            points=0,
            out_of=10_000,
            n=100,
        ),
        reason="too late",
    )
    quarter = ranked("2026-Q3")
    assert quarter.month_runs == {"2026-07": kept.pk}
    # 15 × 100 + 10 × 90 + 25 × 80 = 88.00 and 78.00 with 60, over 50.
    assert of(quarter, person).score == Decimal("83.00")
    assert of(ranked("2026-07"), person).score == Decimal("48.00")
    assert of(quarter, other).reasons == ["too_few_months"]
    assert of(quarter, other).score is None


def test_quarter_takes_the_newest_published_revision():
    person = worker()
    for month in ("2026-07", "2026-08"):
        post_month(person, month, onsite=(80, 100))
    published(ranked("2026-07"))
    post(line(person, "mystery", date(2026, 7, 9), points=10_000, out_of=10_000))
    second = published(ranked("2026-07"))
    assert second.revision == 2
    quarter = ranked("2026-Q3")
    assert quarter.month_runs == {"2026-07": second.pk}
    assert of(quarter, person).score == Decimal("90.00")  # 92.00 and 88.00


def test_quarter_lists_who_was_only_in_a_published_month():
    gone = EmployeeFactory()
    stay = AssignmentFactory(employee=gone)
    published(ranked("2026-07"))
    stay.delete()
    assert of(ranked("2026-Q3"), gone).reasons == ["too_few_months", "not_on_duty"]


def test_months_are_scored_by_the_rules_in_force_when_they_began():
    person = worker()
    for month in ("2026-07", "2026-08", "2026-09"):
        post_month(person, month, onsite=(80, 100))
    first = SchemeVersion.objects.get(scheme__code="service_star")
    rules = {**first.rules, "least_days": {"component": "daily", "n": 21}}
    second = SchemeVersion.objects.create(
        scheme=first.scheme, number=2, valid_from=date(2026, 8, 15), rules=rules
    )
    assert of(ranked("2026-07"), person).reasons == []
    assert of(ranked("2026-08"), person).reasons == []
    september = ranked("2026-09")
    assert september.scheme_version == second
    assert of(september, person).reasons == ["too_few_days"]
    quarter = ranked("2026-Q3")
    assert quarter.scheme_version == first
    assert '"2026-09":{"rules"' in quarter.head
    assert (
        SchemeVersion.objects.for_period("service_star", Period.parse("1999-01"))
        == first
    )


def test_compute_run_settles_the_ledger_first(monkeypatch):
    person = worker()

    def settle(until):
        assert until == date(2026, 10, 31)
        post_month(person, onsite=(80, 100))
        return 1

    source = sources.Source(SOURCE, "tests", settle, str)
    monkeypatch.setitem(sources._sources, SOURCE, source)
    assert of(ranked(), person).score == Decimal("88.00")


def test_compute_run_twice_changes_nothing():
    post_month(worker(), onsite=(80, 100))
    run = ranked()
    again = compute_run(run_id=run.pk)
    assert again.hash == run.hash
    assert run.standings.count() == 1


def test_compute_run_keeps_a_failure_and_may_be_tried_again(monkeypatch):
    post_month(worker(), onsite=(80, 100))
    run = create_run(period=Period.parse("2026-10"), scheme="service_star", by=None)

    def broken(*args):
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patch:
        patch.setattr(computing.bulk, "insert_ready", broken)
        with pytest.raises(RuntimeError):
            compute_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.failed, run.step, run.people) == (True, RunStep.WRITING, 0)
    assert "RuntimeError" in run.message
    assert "secret" not in run.message
    assert not run.standings.exists()
    assert compute_run(run_id=run.pk).failed is False
    assert run.standings.count() == 1


def test_compute_run_keeps_the_words_of_a_refusal(monkeypatch):
    class Refused(DomainError):
        code, message = "refused", "The ledger is being rebuilt."

    def refuse(until):
        raise Refused

    run = create_run(period=Period.parse("2026-10"), scheme="service_star", by=None)
    monkeypatch.setattr(computing, "settle", refuse)
    with pytest.raises(Refused):
        compute_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.failed, run.message) == (True, "The ledger is being rebuilt.")


def test_the_number_of_queries_does_not_grow_with_people():
    outlet = outlet_in_county()

    def queries() -> int:
        run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
        with CaptureQueriesContext(connection) as seen:
            compute_run(run_id=run.pk)
        assert run.standings.exists()
        return len(seen)

    def hire() -> None:
        person = worker(outlet)
        post_month(person, onsite=(80, 100))
        post_bar(person, scope="2026-10")

    hire()
    with_one = queries()
    for _ in range(19):
        hire()
    assert queries() == with_one


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_while_no_transaction_is_open(monkeypatch):
    for code in ("service_star", "onsite"):
        ship(Scheme.objects, SchemeVersion.objects, code, 1)
    post_month(worker(), onsite=(80, 100))
    seen: list[tuple[str, bool]] = []
    report = computing._report

    def watched(run, step, **figures):
        seen.append((step, connection.in_atomic_block))
        report(run, step, **figures)

    monkeypatch.setattr(computing, "_report", watched)
    assert ranked().is_computed
    assert {step for step, _inside in seen} == {
        RunStep.SETTLING,
        RunStep.READING,
        RunStep.SCORING,
        RunStep.WRITING,
    }
    assert not any(inside for _step, inside in seen)
