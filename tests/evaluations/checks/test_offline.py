"""The card's worker, what the page tells its scripts, and what all of it costs."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.checks.models import Check
from evaluations.checks.views.offline import SHELL
from tests.evaluations.checks.factories import make_floor, tap, version_of
from tests.evaluations.standards.factories import make_standard

pytestmark = pytest.mark.django_db
CARD = "/checks/"
# Queries of one delivery with one record, and of each further record in it.
DELIVERY, RECORD = 41, 36


def data_of(page) -> dict:
    found = re.search(
        r'<script id="card-data" type="application/json">(.*?)</script>',
        page.content.decode(),
    )
    return json.loads(found[1])


def ticket_of(page) -> str:
    return page.context["ticket"]


def told_by(worker) -> dict:
    line = worker.content.decode().partition(";\n")[0]
    return json.loads(line.removeprefix("const told = "))


class TestWorker:
    def test_it_is_served_to_everybody_for_the_card_and_never_cached(self, client):
        answer = client.get("/checks/worker.js")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer["Service-Worker-Allowed"] == CARD
        assert answer["Cache-Control"] == "no-cache"
        told = told_by(answer)
        assert told["card"] == CARD
        assert told["offline"] == "/checks/offline/"
        assert told["shell"] == [f"/static/{name}" for name in SHELL]
        assert re.fullmatch("[0-9a-f]{16}", told["version"])

    def test_every_file_it_keeps_is_there(self):
        from django.contrib.staticfiles import finders

        assert [name for name in SHELL if finders.find(name) is None] == []

    def test_the_card_loads_no_file_that_it_does_not_keep(self, client):
        floor = make_floor()
        client.force_login(floor.manager)
        page = client.get(CARD).content.decode()
        loaded = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))
        assert loaded - set(SHELL) == set()

    def test_without_a_kept_page_it_says_so(self, client):
        page = client.get("/checks/offline/")
        assert page.status_code == 200
        assert "No connection" in page.content.decode()


class TestCard:
    def test_it_names_its_person_for_the_worker(self, client):
        floor = make_floor()
        client.force_login(floor.manager)
        page = client.get(f"{CARD}?standard=CONDUCT")
        assert page["X-Card-Person"] == str(floor.manager.uuid)
        assert page["X-Card-Query"] == page.context["card"].query
        assert page["X-Card-Tab"] == "1"

    def test_a_card_that_is_only_read_is_not_kept(self, client):
        floor = make_floor()
        client.force_login(floor.manager)
        yesterday = floor.today - timedelta(days=1)
        page = client.get(f"{CARD}?on={yesterday:%F}")
        assert not page.has_header("X-Card-Person")
        assert "card-data" not in page.content.decode()

    def test_lines_that_are_asked_the_same_share_a_group(self, client):
        floor = make_floor(people=3)
        client.force_login(floor.manager)
        data = data_of(client.get(CARD))
        assert sorted(data["groups"]) == [
            "person-F-clerk-opening",
            "person-M-clerk-opening",
        ]
        women = data["groups"]["person-F-clerk-opening"]["codes"]
        men = data["groups"]["person-M-clerk-opening"]["codes"]
        assert ("G08" in women, "G08" in men) == (True, False)
        assert ("G13" in women, "G13" in men) == (False, True)
        assert (data["version"], data["standard"]) == (1, "GROOMING")
        assert data["items"]["G03"] == {
            "title": "Badge",
            "critical": True,
            "evidence": "",
        }

    def test_a_line_carries_what_its_check_says(self, client):
        floor = make_floor()
        check = tap(floor, floor.people[0], marks={"G03": "failed"}, note="forgot it")
        client.force_login(floor.manager)
        page = client.get(CARD).content.decode()
        assert f'data-uuid="{check.uuid}"' in page
        assert 'data-marks="{&quot;G03&quot;: &quot;failed&quot;}"' in page
        assert 'data-note="forgot it"' in page

    def test_the_page_is_sent_packed(self, client):
        floor = make_floor()
        client.force_login(floor.manager)
        page = client.get(CARD, headers={"Accept-Encoding": "gzip"})
        assert page["Content-Encoding"] == "gzip"


class TestUsualFailures:
    @pytest.fixture
    def floor(self):
        make_standard("S", ("S1", "S2", "S3"), on_card=True, position=1)
        return make_floor(people=3)

    def codes(self, client, floor):
        client.force_login(floor.manager)
        group = data_of(client.get(f"{CARD}?standard=S"))["groups"]
        (first, *_others) = group.values()
        return first["codes"], first["usual"]

    def fail(self, floor, person, code, days=1, **given):
        check = tap(floor, person, "S", marks={code: "failed"}, **given)
        Check.objects.filter(pk=check.pk).update(on=floor.today - timedelta(days=days))

    def test_without_any_the_order_is_the_checklists(self, client, floor):
        assert self.codes(client, floor) == (["S1", "S2", "S3"], 0)

    def test_what_failed_here_most_of_late_comes_first(self, client, floor):
        self.fail(floor, floor.people[0], "S2")
        self.fail(floor, floor.people[1], "S3")
        self.fail(floor, floor.people[2], "S3", days=56)
        assert self.codes(client, floor) == (["S3", "S2", "S1"], 2)

    def test_ties_go_by_position(self, client, floor):
        self.fail(floor, floor.people[0], "S3")
        self.fail(floor, floor.people[1], "S2")
        assert self.codes(client, floor) == (["S2", "S3", "S1"], 2)

    def test_what_is_older_undone_or_elsewhere_does_not_count(self, client, floor):
        self.fail(floor, floor.people[0], "S2", days=57)
        self.fail(floor, floor.people[1], "S2")
        Check.objects.filter(employee=floor.people[1]).update(state="set_aside")
        other = make_floor(people=1)
        self.fail(other, other.people[0], "S2")
        assert self.codes(client, floor) == (["S1", "S2", "S3"], 0)

    def test_the_opened_line_has_them_in_a_section_of_their_own(self, client, floor):
        self.fail(floor, floor.people[0], "S3")
        client.force_login(floor.manager)
        place = f"{floor.people[1].pk}:opening"
        page = client.get(f"{CARD}?standard=S&open={place}")
        sections = page.context["sections"]
        assert [(s.title, [x.item.code for x in s.lines]) for s in sections] == [
            ("Often failed here", ["S3"]),
            ("", ["S1", "S2"]),
        ]


class TestCost:
    """The same for 3 people and for 30."""

    @pytest.fixture(params=[3, 30])
    def floor(self, request):
        return make_floor(people=request.param)

    def test_of_a_tap(self, client, floor, django_assert_num_queries):
        client.force_login(floor.manager)
        ticket = ticket_of(client.get(CARD))
        self.send(client, floor, ticket, floor.people[:1])
        with django_assert_num_queries(DELIVERY):
            self.send(client, floor, ticket, floor.people[1:2])

    def test_of_each_line_of_a_whole_card(self, client, floor):
        client.force_login(floor.manager)
        ticket = ticket_of(client.get(CARD))
        self.send(client, floor, ticket, floor.people[:1])
        rest = floor.people[1:]
        with CaptureQueriesContext(connection) as all_:
            self.send(client, floor, ticket, rest)
        assert len(all_) == DELIVERY + (len(rest) - 1) * RECORD

    def send(self, client, floor, ticket, people):
        now = timezone.now().isoformat()
        checks = [
            {
                "uuid": str(uuid4()),
                "action": "record",
                "ticket": ticket,
                "outlet_code": floor.outlet.code,
                "employee_number": person.number,
                "date": f"{floor.today:%F}",
                "slot": "opening",
                "standard": "GROOMING",
                "version": version_of("GROOMING").number,
                "failed": ["G03"],
                "observed_at": now,
                "seconds": 3,
            }
            for person in people
        ]
        answer = client.post(
            "/checks/queue/",
            {"sent_at": now, "checks": checks},
            content_type="application/json",
        )
        assert [one["result"] for one in answer.json()["results"]] == [
            "accepted" for _person in people
        ]
