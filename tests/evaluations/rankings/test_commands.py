import json

import pytest
from django.core.management import CommandError, call_command

from evaluations.rankings.models import Run
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_bar,
    post_month,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Six at one outlet of a county, one alone at another."""
    outlet = outlet_in_county(code="O1")
    people = [worker(outlet, number=f"E{number}") for number in range(1, 7)]
    for person, satisfied in zip(people, (90, 80, 80, 70, 60), strict=False):
        post_month(person, onsite=(satisfied, 100))
    lonely = worker(OutletFactory(code="O2", region=outlet.region), number="E7")
    post_month(lonely, onsite=(95, 100))
    return people


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_rank_prints_one_line_and_writes_the_fields_of_the_api(
    people, tmp_path, capsys
):
    out = tmp_path / "standings.ndjson"
    call_command("rank", "2026-10", out=str(out))
    run = Run.objects.get()
    said = capsys.readouterr().out
    assert said == f"run {run.pk}: 7 people, 6 ranked, 6 eligible\n"
    assert (run.scheme.code, run.state) == ("service_star", "draft")
    rows = rows_of(out)
    assert [row["rank"] for row in rows] == [1, 2, 3, 3, 5, 6, None]
    assert rows[0] == {
        "period": "2026-10",
        "employee_number": "E7",
        "name": rows[0]["name"],
        "outlet_code": "O2",
        "raw_score": 95.5,
        "adjusted_score": 95.5,
        "score": 95.5,
        "ranks": {
            "outlet": None,
            "county": 1,
            "city": 1,
            "province": 1,
            "class": None,
            "all": 1,
        },
        "rank": 1,
        "rank_low": 1,
        "rank_high": 2,
        "eligible": True,
        "reasons": [],
        "components": {
            "daily": {
                "raw": 100.0,
                "adjusted": 100.0,
                "n": 20,
                "weight": 30.0,
                "points": 30.0,
            },
            "knowledge": {
                "raw": 90.0,
                "adjusted": 90.0,
                "n": 1,
                "weight": 20.0,
                "points": 18.0,
            },
            "mystery": None,
            "onsite": {
                "raw": 95.0,
                "adjusted": 95.0,
                "n": 100,
                "weight": 50.0,
                "points": 47.5,
            },
            "callback": None,
        },
    }


def test_rank_by_another_scheme(people, capsys):
    call_command("rank", "2026-10", scheme="onsite")
    assert Run.objects.get().scheme.code == "onsite"


@pytest.mark.parametrize(
    ("period", "scheme", "said"),
    [
        ("2026-13", "onsite", "is no period such as 2026-10, 2026-Q3 or 2026"),
        ("last", "onsite", "is no period"),
        ("2026-10", "magic", "There is no scheme “magic”. Known: onsite, service_star"),
    ],
)
def test_rank_refuses_what_it_does_not_know(period, scheme, said):
    with pytest.raises(CommandError, match=said):
        call_command("rank", period, scheme=scheme)
    assert not Run.objects.exists()


def test_rank_says_when_the_file_cannot_be_written(people, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("rank", "2026-10", out=str(tmp_path / "no" / "where"))


def test_winners_by_quota_from_the_newest_run(people, tmp_path, capsys):
    ranked()
    post_bar(people[0], "attitude_complaint", scope="2026-10")
    newest = ranked()
    out = tmp_path / "winners.ndjson"
    call_command("winners", "2026-10", out=str(out))
    said = capsys.readouterr().out
    assert said == f"winners 2026-10: 5 winners from run {newest.pk}\n"
    # E1 keeps her place in the list; E2 and E3 are equal to the last and share.
    county = people[0].assignments.get().outlet.region.code
    found = {
        (row["level"], row["place_code"], row["employee_number"], row["rank"])
        for row in rows_of(out)
    }
    assert found == {
        ("outlet", "O1", "E2", 2),
        ("outlet", "O1", "E3", 2),
        ("county", county, "E7", 1),
        ("county", county, "E2", 3),
        ("county", county, "E3", 3),
    }
    assert {row["title"] for row in rows_of(out)} == {"service_star"}
    assert all(row["place"] == row["place_code"] for row in rows_of(out))


def test_winners_without_a_file_are_printed(people, capsys):
    ranked("2026-10", "onsite")
    call_command("winners", "2026-10")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["level"] == "outlet"
    assert rows[0]["employee_number"] == "E1"


def test_winners_of_longer_periods(people, capsys):
    for person in people[:6]:
        for month in range(1, 10):
            post_month(person, f"2026-{month:02}", onsite=(80, 100), mystery=50)
    post_month(people[1], "2026-09", callback=(10, 10), knowledge=None, days=0)

    def winners(period):
        ranked(period)
        call_command("winners", period)
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [(row["level"], row["employee_number"]) for row in rows]

    quarter = winners("2026-Q3")
    assert quarter[0] == ("outlet", "E2")
    assert quarter[1] == ("city", "E2")
    assert {level for level, _number in winners("2026")} == {"province"}


@pytest.mark.parametrize("period", ["2026-10", "nonsense"])
def test_winners_need_a_ranking(period):
    with pytest.raises(CommandError):
        call_command("winners", period)


def test_verify_run_says_whether_it_holds(people, capsys):
    run = ranked()
    call_command("verify_run", run.pk)
    assert f"verify_run {run.pk}: holds, 7 people, 0 differences, 0 drifted" in (
        capsys.readouterr().out
    )
    run.standings.filter(position=1).update(rank_all=2)
    with pytest.raises(SystemExit) as left:
        call_command("verify_run", run.pk)
    assert left.value.code == 1
    said = capsys.readouterr().out
    uuid = run.standings.get(position=1).employee_uuid
    assert f"differs: {uuid}: ranks all is stored as 2, computed as 1" in said
    assert "DIFFERS" in said


def test_verify_run_of_nothing_exits_with_two():
    with pytest.raises(CommandError) as raised:
        call_command("verify_run", 99)
    assert raised.value.returncode == 2
