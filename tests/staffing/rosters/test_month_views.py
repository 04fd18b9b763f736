"""The pages of the month: what comes in, what is refused, who sees what."""

import csv
import io
import json
from datetime import date

import pytest
from django.urls import reverse

from staffing.rosters.models import (
    JobState,
    PlannedDay,
    Publication,
    Roster,
    RosterDay,
    Search,
)
from staffing.rosters.services.months import publish
from staffing.rosters.services.publishing import run_publication
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user
from tests.staffing.rosters.factories import FIRST, make_team, shift

pytestmark = pytest.mark.django_db
MONTH = "2026-11"


@pytest.fixture
def team():
    return make_team()


def url(name, team, *more):
    return reverse(f"rosters:{name}", args=[team.outlet.code, MONTH, *more])


def send(client, team, cells, version=0, **more):
    return client.post(
        url("cells", team),
        json.dumps({"version": version, "cells": cells, **more}),
        content_type="application/json",
    )


def cell(person, day, code, **more):
    return {"person": person.pk, "on": f"2026-11-{day:02d}", "code": code, **more}


def test_the_grid_shows_people_days_marks_and_what_is_missing(client, team):
    team.paint({team.people[0]: "EN"})
    client.force_login(team.manager)
    page = client.get(url("month", team))
    text = page.content.decode()
    assert page.context["may_plan"]
    assert page.context["may_publish"]
    assert [row.person.name for row in page.context["grid"].rows] == [
        "Manager",
        "Clerk 1",
        "Clerk 2",
    ]
    assert text.count('class="roster-cell') == 90
    assert "Clerk 1, 1 Nov 2026, Early shift" in text
    assert "How many are needed is known once customer flow has been recorded." in text


def test_painted_cells_are_saved_and_the_answer_says_what_they_make(client, team):
    person = team.people[0]
    client.force_login(team.manager)
    answer = send(client, team, [cell(person, 1, "NIGHT"), cell(person, 2, "EARLY")])
    said = answer.json()
    assert (answer.status_code, said["version"]) == (200, 1)
    assert said["rows"][str(person.pk)] == {
        "hours": 15.0,
        "early": 1,
        "night": 1,
        "weekends": 1,
        "problems": [],
    }
    assert said["cells"] == {
        f"{person.pk}:2026-11-02": {
            "level": "rule",
            "problems": ["Less than 11 hours of rest since the shift before."],
        }
    }


def test_a_second_editor_is_told_and_nothing_is_written_over(client, team):
    person = team.people[0]
    supervisor = staff_user("supervisor", team.outlet, number="S1", name="Second")
    client.force_login(supervisor)
    assert send(client, team, [cell(person, 1, "MID")]).status_code == 200
    client.force_login(team.manager)
    answer = send(client, team, [cell(person, 1, "EARLY")])
    assert answer.status_code == 409
    assert answer.json()["code"] == "roster_changed_meanwhile"
    assert answer.json()["error"].startswith("Second saved this roster at ")
    assert PlannedDay.objects.get().shift.code == "MID"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"version": 0}',
        b'{"version": 0, "cells": []}',
        b'{"version": "0", "cells": [{}]}',
        b'{"version": 0, "cells": [{"person": "1", "on": "2026-11-01", "code": ""}]}',
        b'{"version": 0, "cells": [{"person": 1, "on": "1 Nov", "code": ""}]}',
        b'{"version": 0, "cells": [{"person": 1, "on": "2026-11-01", "code": 7}]}',
        b'{"version": -1, "cells": [{"person": 1, "on": "2026-11-01", "code": ""}]}',
        b'{"version":0,"cells":[{"person":1,"on":"2026-11-01","code":"","locked":2}]}',
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(client, team, body):
    client.force_login(team.manager)
    answer = client.post(url("cells", team), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("This could not be read.")


def test_an_unknown_shift_is_named(client, team):
    client.force_login(team.manager)
    answer = send(client, team, [cell(team.people[0], 1, "TEA")])
    assert answer.status_code == 422
    assert "“TEA” is no shift of this outlet." in answer.json()["error"]


def test_a_draft_is_seen_by_who_plans_only(client, team):
    team.paint({team.people[0]: "E"})
    auditor = granted_user("auditor")
    client.force_login(auditor)
    page = client.get(url("month", team))
    assert "This month is not published yet" in page.content.decode()
    assert client.get(url("file", team, "csv")).status_code == 404
    assert client.get(url("day", team)).status_code == 404
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    page = client.get(url("month", team))
    assert "Clerk 1" in page.content.decode()
    assert 'data-save="' not in page.content.decode()
    assert client.get(url("day", team)).status_code == 200


def test_the_file_of_a_month_is_the_one_that_an_import_reads(client, team):
    team.paint({team.people[0]: "Eo"})
    client.force_login(team.manager)
    answer = client.get(url("file", team, "csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    number, code = team.people[0].number, team.outlet.code
    assert list(csv.reader(io.StringIO(text))) == [
        ["employee_number", "date", "shift", "outlet_code"],
        [number, "2026-11-01", "EARLY", code],
        [number, "2026-11-02", "off", code],
    ]


def test_one_persons_month_is_a_plain_form(client, team):
    person = team.people[0]
    team.paint({person: "EE"})
    client.force_login(team.manager)
    form = client.get(url("person", team, person.number)).context["form"]
    sent = {"version": 1} | {
        f"{day:%F}": form[f"{day:%F}"].value() or "" for day in form._month.days
    }
    sent["2026-11-02"], sent["2026-11-03"] = "", "NIGHT"
    answer = client.post(url("person", team, person.number), sent)
    assert answer.status_code == 302
    standing = PlannedDay.objects.values_list("on__day", "shift__code")
    assert sorted(standing) == [(1, "EARLY"), (3, "NIGHT")]


def test_months_that_are_none_and_outlets_of_others_are_not_found(client, team):
    client.force_login(team.manager)
    other = make_team()
    for month in ("2026-13", "2026-1", "today"):
        address = reverse("rosters:month", args=[team.outlet.code, month])
        assert client.get(address).status_code == 404
    for name in ("month", "day"):
        assert client.get(url(name, other)).status_code == 404
    assert send(client, other, [cell(other.people[0], 1, "E")]).status_code == 404
    assert not Roster.objects.exists()


def test_publishing_names_what_was_left_out(client, team):
    elsewhere = OutletFactory(name="Harbour")
    RosterDay.objects.create(
        employee=team.people[0],
        on=date(2026, 11, 2),
        shift=shift("E"),
        outlet=elsewhere,
    )
    team.paint({team.people[0]: "EE"})
    client.force_login(team.manager)
    page = client.post(url("publish", team), follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told == [
        "The roster is published.",
        "1 day was left out, because the person is rostered at another outlet: "
        "Clerk 1 2 (Harbour).",
    ]


def test_a_region_is_published_in_one_action_and_says_what_it_left(client):
    county = RegionFactory(level="county")
    teams = [make_team(region=county) for _ in range(3)]
    for team in teams[:2]:
        team.paint({team.people[0]: "E"})
    apart = make_team()
    apart.paint({apart.people[0]: "E"})
    leader = granted_user("regional_supervisor", region=county)
    client.force_login(leader)
    answer = client.post(
        reverse("rosters:publish_region"), {"month": MONTH, "region": county.code}
    )
    publication = Publication.objects.get()
    assert answer.url == reverse("rosters:publication", args=[publication.uuid])
    run_publication(publication.pk)
    publication.refresh_from_db()
    assert (publication.total, publication.done, publication.published) == (3, 3, 2)
    assert publication.state == JobState.DONE
    assert publication.left == [{"outlet": teams[2].outlet.pk, "why": "roster_empty"}]
    states = dict(Roster.objects.values_list("outlet", "state"))
    assert states[teams[0].outlet.pk] == states[teams[1].outlet.pk] == "published"
    assert states[apart.outlet.pk] == "draft"
    text = client.get(answer.url).content.decode()
    assert "3 of 3 outlets looked at, 2 published." in text
    assert "nothing is planned for the month" in text


def test_a_region_beyond_ones_own_is_not_published(client):
    county, other = RegionFactory(level="county"), RegionFactory(level="county")
    client.force_login(granted_user("regional_supervisor", region=county))
    sent = {"month": MONTH, "region": other.code}
    answer = client.post(reverse("rosters:publish_region"), sent, follow=True)
    assert "Choose the region whose rosters are published." in answer.content.decode()
    assert not Publication.objects.exists()


def test_the_list_says_how_far_each_outlet_is_with_queries_that_do_not_grow(
    client, django_assert_num_queries
):
    county = RegionFactory(level="county")
    client.force_login(granted_user("regional_supervisor", region=county))
    for count in (2, 12):
        while county.outlets.count() < count:
            team = make_team(region=county)
        team.paint({team.people[0]: "E"})
        with django_assert_num_queries(10):
            page = client.get(reverse("rosters:list"), {"month": MONTH})
        assert page.context["tally"].outlets == count
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    page = client.get(reverse("rosters:list"), {"month": MONTH})
    states = {row.outlet: row.state for row in page.context["rows"]}
    assert (states[team.outlet], page.context["tally"].published) == ("published", 1)


def test_a_search_is_started_from_the_page_and_shown_as_it_goes(client, team):
    client.force_login(team.manager)
    answer = client.post(url("start_search", team))
    search = Search.objects.get()
    assert answer.url == reverse("rosters:search", args=[search.uuid])
    text = client.get(answer.url).content.decode()
    assert "It searches for 120 seconds at most." in text
    assert 'hx-trigger="every 2s"' in text
    client.post(reverse("rosters:stop_search", args=[search.uuid]))
    search.refresh_from_db()
    assert search.cancel_asked
    stranger = make_team().manager
    client.force_login(stranger)
    for name in ("search", "stop_search", "accept_search"):
        address = reverse(f"rosters:{name}", args=[search.uuid])
        method = client.get if name == "search" else client.post
        assert method(address).status_code == 404
