from datetime import date

import pytest

from evaluations.ledger.models import Entry
from outlets.exchange.kinds import registered
from simulation.chain.plan import Plan
from simulation.chain.rows import COLUMNS
from simulation.loading import AnotherChain, RefusedRows, load_chain, load_kind
from simulation.models import Simulation
from simulation.truth import NoSimulation, truth
from staffing.people.models import Employee

PLAN = Plan(outlets=2, months=1, seed=3, until=date(2026, 10, 9), ticket_days=3)


def counts(said: list[str]) -> dict[str, str]:
    """Return what was said about each kind, without the seconds it took."""
    reports = (line.split(" (")[0] for line in said if line.startswith("ingest"))
    return {report.split()[1].rstrip(":"): report for report in reports}


@pytest.mark.parametrize("kind", sorted(COLUMNS.keys() & registered().keys()))
def test_columns_are_those_that_the_kind_reads(kind):
    known = {column.name for column in registered()[kind].columns}
    assert set(COLUMNS[kind]) <= known


@pytest.mark.django_db
def test_load_chain_is_taken_whole_and_changes_nothing_the_second_time():
    said: list[str] = []
    simulation = load_chain(PLAN, say=said.append)
    first = counts(said)
    assert first.keys() == COLUMNS.keys() & registered().keys()
    assert all(report.endswith("0 unchanged, 0 rejected") for kind, report in
               first.items() if kind != "standards")  # fmt: skip
    assert first["standards"].endswith("68 unchanged, 0 rejected")
    entries = Entry.objects.count()
    assert entries
    assert simulation.complete
    assert truth()["employees"].keys() == set(
        Employee.objects.values_list("number", flat=True)
    )

    said.clear()
    load_chain(PLAN, say=said.append)
    for report in counts(said).values():
        assert "0 created, 0 updated" in report
        assert report.endswith("0 rejected")
    assert Entry.objects.count() == entries
    assert Simulation.objects.count() == 1


@pytest.mark.django_db
def test_load_chain_refuses_a_second_chain():
    held = Simulation.objects.create(
        seed=9, outlets=1, months=1, until=date(2026, 10, 9), ticket_days=1
    )
    with pytest.raises(AnotherChain, match="seed 9"):
        load_chain(PLAN, say=[].append)
    assert list(Simulation.objects.all()) == [held]
    assert not Employee.objects.exists()


@pytest.mark.django_db
def test_load_kind_says_why_a_row_is_refused_and_keeps_nothing():
    rows = iter(
        [
            {"number": "X1", "name": "One", "post": "clerk"},
            {"number": "X2", "name": "Two", "post": "pilot"},
        ]
    )
    with pytest.raises(RefusedRows, match="pilot"):
        load_kind("employees", rows)
    assert not Employee.objects.exists()


@pytest.mark.django_db
def test_truth_says_where_there_is_none():
    with pytest.raises(NoSimulation):
        truth()
