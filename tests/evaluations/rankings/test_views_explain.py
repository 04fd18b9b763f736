"""The page that explains one person's score."""

from datetime import date

import pytest
from django.utils.html import escape

from evaluations.ledger import sources
from evaluations.ledger.models import Entry, EntryKind
from tests.evaluations.rankings.factories import (
    SOURCE,
    line,
    post,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import page, text_of
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


def test_explain_adds_up_and_leads_to_every_entry(client, operations, team):
    first = team[0]
    run = ranked()
    response = page(client, "explain", run.pk, first.number)
    explanation = response.context["explanation"]
    assert explanation.score == 93.0
    steps = explanation.steps
    assert [(step.code, step.raw) for step in steps.rows] == [
        ("daily", 30.0),
        ("knowledge", 18.0),
        ("onsite", 45.0),
    ]
    assert (steps.scores[0], steps.rounding[0]) == (93.0, 0.0)
    rows = {row.code: row for row in explanation.rows}
    assert (len(rows["daily"].entries), rows["daily"].records) == (20, "20 days")
    assert rows["mystery"].raw is None
    text = text_of(response)
    for entry in Entry.objects.filter(employee=first):
        assert escape(entry.get_absolute_url()) in text


def test_explain_links_each_entry_to_its_record(client, operations, team, monkeypatch):
    source = sources.Source(
        SOURCE, "made for tests", lambda until: 0, lambda pk: f"/records/{pk}/"
    )
    monkeypatch.setitem(sources._sources, SOURCE, source)
    text = text_of(page(client, "explain", ranked().pk, team[0].number))
    for entry in Entry.objects.filter(employee=team[0]):
        assert f'href="/records/{entry.source_id}/"' in text


def test_explain_names_what_is_there_but_too_little(client, operations, outlet):
    person = worker(outlet)
    post_month(person, onsite=(9, 9), mystery=80)
    response = page(client, "explain", ranked().pk, person.number)
    onsite = next(r for r in response.context["explanation"].rows if r.code == "onsite")
    assert (onsite.raw, onsite.n, onsite.short) == (100.0, 9, True)
    assert dict(response.context["explanation"].lines)[onsite] is None
    assert "counts from 10" in text_of(response)


def test_explain_shows_what_counted_then_and_says_what_came_since(
    client, operations, team
):
    first = team[0]
    run = ranked()
    before = page(client, "explain", run.pk, first.number).context["explanation"]
    visit = line(first, "mystery", date(2026, 10, 9), points=100, out_of=10_000)
    knowledge = Entry.objects.get(employee=first, component="knowledge")
    post(visit)
    post(withdrawn=[knowledge.source_id])
    response = page(client, "explain", run.pk, first.number)
    after = response.context["explanation"]
    assert after.rows == before.rows
    assert all(row.complete for row in after.rows)
    assert after.posted_since == 2
    assert "2 entries were posted after" in text_of(response)


def test_explain_shows_gates_and_bars(client, operations, outlet):
    person = worker(outlet)
    post_month(person, onsite=(80, 100))
    day = date(2026, 10, 9)
    post(
        line(person, "sms_reply", day, points=1000, out_of=10_000, n=100),
        line(person, "sms_satisfaction", day, points=1000, out_of=1000, n=10),
    )
    post_bar(person, "attitude_complaint", scope="2026-10")
    response = page(client, "explain", ranked().pk, person.number)
    gates = response.context["explanation"].gates
    assert [(gate.share, gate.met) for gate in gates] == [(10.0, False), (100.0, True)]
    bar = Entry.objects.get(kind=EntryKind.BAR)
    text = text_of(response)
    assert escape(bar.get_absolute_url()) in text
    assert "Upheld attitude complaint" in text


def test_explain_of_a_quarter_opens_to_its_entries_and_its_months(
    client, operations, team
):
    first = team[0]
    post_month(first, "2026-11", onsite=(60, 100))
    kept = published(ranked())
    run = ranked("2026-Q4")
    response = page(client, "explain", run.pk, first.number)
    months = response.context["explanation"].months
    assert [(m.period.code, m.score, m.run_id) for m in months] == [
        ("2026-10", 93.0, kept.pk),
        ("2026-11", 78.0, None),
        ("2026-12", None, None),
    ]
    whole = response.context["explanation"].rows
    assert [(row.code, len(row.entries), row.complete) for row in whole] == [
        ("daily", 40, True),
        ("knowledge", 2, True),
        ("mystery", 0, True),
        ("onsite", 2, True),
        ("callback", 0, True),
    ]
    assert 'href="#part-onsite"' in text_of(response)
    assert 'id="part-onsite"' in text_of(response)
    opened = page(client, "explain", run.pk, first.number, month="2026-11")
    assert opened.context["explanation"].score == 78.0
    assert len(opened.context["explanation"].rows[0].entries) == 20
    page(client, "explain", run.pk, first.number, month="2026-09", status=404)
    page(client, "explain", run.pk, first.number, month="soon", status=404)
    page(client, "explain", kept.pk, first.number, month="2026-10", status=404)


def test_explain_hides_what_was_judged_at_a_foreign_outlet(client, outlet):
    person = worker(OutletFactory())
    post_month(person, onsite=(80, 100))
    person.assignments.update(ends_on=date(2026, 10, 20))
    AssignmentFactory(employee=person, outlet=outlet, starts_on=date(2026, 10, 21))
    run = ranked()
    client.force_login(staff_user("store_manager", outlet))
    response = page(client, "explain", run.pk, person.number)
    rows = response.context["explanation"].rows
    assert [(len(row.entries), row.complete) for row in rows[:1]] == [(0, False)]
    assert "an outlet that you do not see" in text_of(response)
    quarter = page(client, "explain", ranked("2026-Q4").pk, person.number)
    rows = quarter.context["explanation"].rows
    assert [(len(row.entries), row.complete) for row in rows[:1]] == [(0, False)]


def test_explain_is_for_those_who_see_records_there(client, outlet, team):
    run = ranked()
    client.force_login(staff_user("store_manager", outlet))
    page(client, "explain", run.pk, "E1")
    client.force_login(staff_user("store_manager"))
    page(client, "explain", run.pk, "E1", status=404)
    client.force_login(granted_user("agency"))
    page(client, "explain", run.pk, "E1", status=404)
