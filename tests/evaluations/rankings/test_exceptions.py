"""Each list of exceptions names whom it should, and nobody else."""

from datetime import date

import pytest
from django.urls import reverse

from evaluations.ledger.models import EntryKind
from evaluations.rankings.selectors.exceptions import exceptions_of
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


def named(run, code):
    (found,) = [one for one in exceptions_of(run) if one.code == code]
    assert found.count == len(found.rows)
    return [
        (row.standing.employee.number if row.standing else "", row.what)
        for row in found.rows
    ]


def test_a_list_that_is_seen_leads_to_the_next_one_that_waits(client):
    """From the last one it goes on with the first; with none left, to the top."""
    outlet = outlet_in_county()
    held, short, lucky = (worker(outlet) for _ in range(3))
    post_month(held, onsite=(80, 100))
    post(line(held, "red_line", date(2026, 10, 5), kind=EntryKind.HOLD))
    post_month(short, onsite=(80, 100), days=5)
    post_month(lucky, knowledge=100, mystery=100, days=15)
    run = ranked()
    client.force_login(granted_user("operations"))
    page = reverse("rankings:exceptions", args=[run.pk])

    def seen(code):
        lists = client.get(page).context["lists"]
        (then,) = [then for one, _ticked, then in lists if one.code == code]
        address = reverse("rankings:exceptions_seen", args=[run.pk, code])
        return client.post(address, {"note": "", "then": then}).url

    assert [one.code for one in exceptions_of(run) if one.count] == [
        "missing",
        "holds",
        "odd",
    ]
    assert seen("holds") == f"{page}#odd"
    assert seen("odd") == f"{page}#missing"
    assert seen("missing") == page


def test_an_empty_run_has_empty_lists():
    lists = exceptions_of(ranked())
    assert [one.code for one in lists] == [
        "movers",
        "raters",
        "missing",
        "holds",
        "edges",
        "choice",
        "odd",
    ]
    assert not any(one.count or one.rows for one in lists)


def test_holds_missing_days_and_odd_scores():
    outlet = outlet_in_county()
    held, short, lucky = (worker(outlet, number=f"E{n}") for n in (1, 2, 3))
    post_month(held, onsite=(80, 100))
    hold = line(held, "red_line", date(2026, 10, 5), kind=EntryKind.HOLD)
    post(hold)
    post_month(short, onsite=(80, 100), days=5)
    post_month(lucky, knowledge=100, mystery=100, days=15)
    run = ranked()
    assert named(run, "holds") == [("E1", "red line")]
    assert named(run, "missing") == [("E2", "too few checked days")]
    assert named(run, "odd") == [("E3", "100.00 from 17 records")]


def test_outlets_with_a_fifth_of_days_unchecked_come_first_the_worst_before():
    for number, (checked, missing) in enumerate([(5, 2), (8, 1), (0, 1)]):
        person = worker(OutletFactory(code=f"O{number}"), number=f"E{number}")
        post_month(person, onsite=(80, 100), days=checked)
        post(
            *(
                line(person, "missing_check", date(2026, 10, 20 + n))
                for n in range(missing)
            )
        )
    (found,) = [one for one in exceptions_of(ranked()) if one.code == "missing"]
    assert [(row.outlet.code, row.what) for row in found.rows if row.outlet] == [
        ("O2", "1 of 1 rostered day without a check"),
        ("O0", "2 of 7 rostered days without a check"),
    ]


def vars_of(one):
    return {name: getattr(one, name) for name in one.__slots__}


def test_movers_are_those_whose_intervals_do_not_touch():
    outlet = outlet_in_county()
    people = [worker(outlet, number=f"E{n}") for n in range(6)]
    for number, person in enumerate(people):
        good = 950 - 100 * number
        post_month(person, "2026-09", onsite=(good, 1000), callback=(good, 1000))
        moved = 950 if number == 5 else good - 90 * (number == 0) - 50
        post_month(person, "2026-10", onsite=(moved, 1000), callback=(moved, 1000))
    run = ranked("2026-10")
    assert named(run, "movers") == []  # nothing is published before it
    published(ranked("2026-09"))
    found = named(run, "movers")
    assert found[0] == ("E5", "from rank 6 to 1")


def test_prize_lines_within_one_band_and_other_winners():
    outlet = outlet_in_county()
    shares = ((10, 10), (980, 1000), (600, 1000), (550, 1000), (500, 1000))
    for number, onsite in enumerate(shares):
        person = worker(outlet, number=f"E{number}")
        post_month(person, onsite=onsite, callback=onsite)
    run = ranked()
    edges = named(run, "edges")
    assert ("E0", "just above the line") in edges
    assert ("E1", "just below the line") in edges
    assert named(run, "choice") == []
    run.standings.filter(employee__number="E0").update(adjusted_score="90.5")
    assert named(run, "choice") == [("E0", "would not win"), ("E1", "would win")]


def test_raters_far_from_the_others_and_not_linked():
    outlet = outlet_in_county()
    people = [worker(outlet, number=f"E{n}") for n in range(8)]
    hard = worker(outlet, number="E77", name="Judge Hard").uuid.hex
    for number, person in enumerate(people):
        post_month(person, onsite=(80, 100))
        for rater, severity in (("mild", 5), ("even", 0), ("also", 1), (hard, -30)):
            for visit in range(4):
                points = 100 * (70 + severity + (number * 7 + visit * 3) % 5)
                judged = line(person, "daily_rate", date(2026, 10, 1 + visit))
                fields = {"points": points, "out_of": 10_000, "rater": rater}
                post(judged.__class__(**{**vars_of(judged), **fields}))
    alone = worker(outlet, number="E9")
    post_month(alone, onsite=(80, 100))
    judged = line(alone, "daily_rate", date(2026, 10, 1))
    fields = {"points": 7000, "out_of": 10_000, "rater": "alone"}
    post(judged.__class__(**{**vars_of(judged), **fields}))
    said = [
        what for _number, what in named(ranked(scheme="service_star_fair"), "raters")
    ]
    what = "daily check, share of items passed, 2026-10"
    assert f"alone ({what}): not linked with others" in said
    assert any(one.startswith(f"Judge Hard E77 ({what}): -") for one in said)
    assert named(ranked(), "raters") == []  # the written rule corrects nothing
