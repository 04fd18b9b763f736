"""Hourly figures out, bulk deliveries in."""

from uuid import uuid4

import pytest
from oauth2_provider.models import AccessToken, Application
from rest_framework.test import APIClient

from outlets.flow.models import Delivery, HourlyCount, HourlyFlow, Ticket
from staffing.accounts.authentication import Service
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
HOURLY, TICKETS = "/api/v1/flow/hourly/", "/api/v1/tickets/"


def client_of(*scopes, application=1) -> APIClient:
    """Return a client with a service token of these scopes."""
    client = APIClient()
    token = AccessToken(application=Application(pk=application, name="machine"))
    client.force_authenticate(Service("machine", frozenset(scopes)), token)
    return client


def person(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def outlet():
    return OutletFactory(code="P1")


@pytest.fixture
def reader():
    return client_of("flow:read")


@pytest.fixture
def writer():
    return client_of("flow:write")


class TestHourly:
    @pytest.fixture
    def three_hours(self, outlet):
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00", wait=700, service="pay"),
                ticket(outlet, "A2", "2026-03-14T09:10", wait=100, service="card"),
                ticket(outlet, "A3", "2026-03-14T17:00", left=8),
                ticket(outlet, "A4", "2026-03-15T00:30"),
            ],
        )

    def test_answers_the_hours_of_both_days(self, outlet, three_hours, reader):
        answer = reader.get(
            HOURLY, {"outlet": "P1", "from": "2026-03-14", "to": "2026-03-15"}
        )
        assert answer.status_code == 200
        body = answer.json()
        assert body["next"] is None
        assert body["results"][0] == {
            "date": "2026-03-14",
            "hour": 9,
            "arrivals": 2,
            "served": 2,
            "abandoned": 0,
            "wait_mean_s": 400.0,
            "wait_p50_s": 400.0,
            "wait_p90_s": 640.0,
            "share_over_600_s": 0.5,
            "share_over_20_s": 1.0,
            "abandoned_wait_mean_s": None,
        }
        assert [(row["date"], row["hour"]) for row in body["results"]] == [
            ("2026-03-14", 9),
            ("2026-03-14", 17),
            ("2026-03-15", 0),
        ]

    def test_pages_walk_along_days_and_hours(self, outlet, three_hours, reader):
        seen, url = [], f"{HOURLY}?outlet=P1&limit=1"
        while url:
            body = reader.get(url).json()
            assert len(body["results"]) == 1
            seen += [(row["date"], row["hour"]) for row in body["results"]]
            url = body["next"]
        assert seen == [("2026-03-14", 9), ("2026-03-14", 17), ("2026-03-15", 0)]

    def test_a_page_costs_the_same_for_one_and_for_twenty_hours(
        self, outlet, three_hours, reader, django_assert_num_queries
    ):
        take(
            "tickets",
            [ticket(outlet, f"B{h}", f"2026-03-16T{h:02}:00") for h in range(24)],
        )
        for limit in (1, 20):
            with django_assert_num_queries(2):
                reader.get(HOURLY, {"outlet": "P1", "limit": limit})

    @pytest.mark.parametrize(
        ("query", "status", "where"),
        [
            ({}, 400, "outlet"),
            ({"outlet": "P1", "from": "yesterday"}, 400, "from"),
            ({"outlet": "P1", "from": "2026-03-15", "to": "2026-03-14"}, 400, "to"),
            ({"outlet": "P1", "limit": "0"}, 400, "limit"),
            ({"outlet": "P9"}, 404, None),
            ({"outlet": "P1", "cursor": "nonsense"}, 404, None),
        ],
    )
    def test_a_bad_question_is_a_problem_document(
        self, outlet, reader, query, status, where
    ):
        answer = reader.get(HOURLY, query)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert where is None or list(answer.json()["errors"]) == [where]

    def test_another_scope_does_not_see_flow(self, outlet):
        assert (
            client_of("rankings:read").get(HOURLY, {"outlet": "P1"}).status_code == 403
        )

    def test_nobody_sees_nothing(self, outlet):
        assert APIClient().get(HOURLY, {"outlet": "P1"}).status_code in (401, 403)

    def test_a_person_sees_her_outlets_and_no_other(self, outlet):
        manager = person(staff_user("store_manager", outlet=outlet))
        OutletFactory(code="P2")
        assert manager.get(HOURLY, {"outlet": "P1"}).status_code == 200
        assert manager.get(HOURLY, {"outlet": "P2"}).status_code == 404

    def test_a_role_without_flow_is_forbidden(self, outlet):
        assert (
            person(granted_user("hr")).get(HOURLY, {"outlet": "P1"}).status_code == 403
        )
        clerk = person(staff_user("clerk", outlet=outlet))
        assert clerk.get(HOURLY, {"outlet": "P1"}).status_code == 403


def item(number="A1", **given):
    return {
        "outlet_code": "P1",
        "ticket_no": number,
        "date": "2026-03-14",
        "arrived_at": "2026-03-14T09:00:00+08:00",
        **given,
    }


class TestBulk:
    def test_each_item_gets_its_own_answer(self, outlet, writer):
        writer.post(TICKETS, [item("A1"), item("A2")], format="json")
        answer = writer.post(
            TICKETS,
            [
                item("A1"),
                item("A2", called_at="2026-03-14T09:01:00+08:00"),
                item("A3"),
                item("A4", called_at="2026-03-14T08:00:00+08:00"),
                item("A5", outlet_code="P9"),
                item("A6", colour="red"),
                "no object",
                item("A7", service=["pay"]),
                item("A8", arrived_at=None),
            ],
            format="json",
        )
        assert answer.status_code == 200
        body = answer.json()
        counts = [body[n] for n in ("created", "updated", "unchanged", "rejected")]
        assert counts == [2, 1, 1, 5]
        assert [(r["index"], r["result"], r["reasons"]) for r in body["results"]] == [
            (0, "unchanged", []),
            (1, "updated", []),
            (2, "created", []),
            (3, "rejected", ["called_at: is before arrived_at"]),
            (4, "rejected", ["outlet_code: is no outlet: load the outlets first"]),
            (5, "created", []),
            (6, "rejected", ["item: is no object with the columns of this kind"]),
            (7, "rejected", ["service: is no single value"]),
            (8, "rejected", ["arrived_at: is required"]),
        ]
        assert body["results"][5]["warnings"] == [
            "colour: is no column of this kind and is ignored"
        ]
        hour = HourlyFlow.objects.get()
        assert (hour.arrivals, hour.served) == (4, 1)

    def test_the_same_delivery_again_changes_nothing(self, outlet, writer):
        sent = [item("A1", uuid=str(uuid4()))]
        assert writer.post(TICKETS, sent, format="json").json()["created"] == 1
        answer = writer.post(TICKETS, sent, format="json")
        assert (answer.status_code, answer.json()["unchanged"]) == (200, 1)
        assert (Ticket.objects.count(), Delivery.objects.count()) == (1, 1)

    def test_the_same_uuid_with_other_content_is_a_conflict(self, outlet, writer):
        uuid = str(uuid4())
        writer.post(TICKETS, [item("A1", uuid=uuid)], format="json")
        answer = writer.post(
            TICKETS, [item("A2"), item("A3", uuid=uuid)], format="json"
        )
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "delivery_conflict"
        assert uuid in answer.json()["detail"]
        assert list(Ticket.objects.values_list("ticket_no", flat=True)) == ["A1"]

    def test_one_uuid_for_two_items_of_a_call_is_a_conflict(self, outlet, writer):
        uuid = str(uuid4())
        answer = writer.post(
            TICKETS, [item("A1", uuid=uuid), item("A2", uuid=uuid)], format="json"
        )
        assert answer.status_code == 409
        assert not Ticket.objects.exists()

    def test_another_sender_may_use_the_same_uuid(self, outlet, writer):
        uuid = str(uuid4())
        writer.post(TICKETS, [item("A1", uuid=uuid)], format="json")
        other = client_of("flow:write", application=2)
        answer = other.post(TICKETS, [item("A2", uuid=uuid)], format="json")
        assert (answer.status_code, answer.json()["created"]) == (200, 1)

    def test_what_was_refused_may_be_mended_under_its_uuid(self, outlet, writer):
        uuid = str(uuid4())
        bad = item("A1", uuid=uuid, called_at="2026-03-14T08:00:00+08:00")
        assert writer.post(TICKETS, [bad], format="json").json()["rejected"] == 1
        good = item("A1", uuid=uuid)
        assert writer.post(TICKETS, [good], format="json").json()["created"] == 1

    def test_a_uuid_may_mark_the_whole_call(self, outlet, writer):
        call = {"uuid": str(uuid4()), "items": [item("A1")]}
        assert writer.post(TICKETS, call, format="json").json()["created"] == 1
        assert writer.post(TICKETS, call, format="json").json()["unchanged"] == 1
        other = {**call, "items": [item("A2")]}
        assert writer.post(TICKETS, other, format="json").status_code == 409
        assert Ticket.objects.count() == 1

    @pytest.mark.parametrize(
        "body",
        [{}, {"items": 5}, "text", {"items": [], "uuid": "x"}, [{}] * 1001],
        ids=["empty", "number", "text", "bad uuid", "too many"],
    )
    def test_a_body_that_is_no_list_of_items_is_refused(self, outlet, writer, body):
        answer = writer.post(TICKETS, body, format="json")
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"

    def test_a_bad_uuid_refuses_its_item_only(self, outlet, writer):
        answer = writer.post(TICKETS, [item("A1", uuid="x"), item("A2")], format="json")
        assert [r["reasons"] for r in answer.json()["results"]] == [
            ["uuid: is not a UUID"],
            [],
        ]

    def test_numbers_may_come_as_numbers(self, outlet, writer):
        count = {
            "outlet_code": "P1",
            "start": "2026-03-14T09:00:00+08:00",
            "minutes": 60,
            "people": 12.0,
        }
        answer = writer.post("/api/v1/counts/", [count], format="json")
        assert answer.json()["created"] == 1
        assert HourlyCount.objects.get().people == 12

    def test_transactions_with_and_without_amount(self, outlet, writer):
        row = {"outlet_code": "P1", "date": "2026-03-14", "service": "sale"}
        answer = writer.post(
            "/api/v1/transactions/",
            [
                row | {"quantity": 5},
                row | {"quantity": 2, "employee_number": "E1", "amount": 9.5},
            ],
            format="json",
        )
        assert answer.json()["created"] == 2

    @pytest.mark.parametrize("path", ["tickets", "counts", "transactions"])
    def test_only_machines_that_may_write_flow_deliver(self, outlet, path):
        url = f"/api/v1/{path}/"
        manager = person(staff_user("store_manager", outlet=outlet))
        assert manager.post(url, [], format="json").status_code == 403
        assert client_of("flow:read").post(url, [], format="json").status_code == 403
        assert client_of("flow:write").post(url, [], format="json").status_code == 200


class TestTicketEvents:
    URL = "/api/v1/tickets/events/"

    def item(self, **given):
        return {
            "uuid": str(uuid4()),
            "outlet_code": "P1",
            "ticket_no": "A1",
            "date": "2026-03-14",
            "event": "arrive",
            "at": "2026-03-14T09:00:00",
        } | given

    def test_each_item_has_its_answer(self, outlet, writer):
        items = [
            self.item(),
            self.item(event="call", at="2026-03-14T09:02:00"),
            self.item(event="vanish"),
        ]
        answer = writer.post(self.URL, items, format="json")
        assert answer.status_code == 200
        results = answer.json()["results"]
        assert [one["result"] for one in results] == ["created", "created", "rejected"]
        assert results[2]["reasons"][0].startswith("event: is none of")
        assert HourlyFlow.objects.get().wait_sum_s == 120
        again = writer.post(self.URL, items[:2], format="json").json()["results"]
        assert [one["result"] for one in again] == ["unchanged", "unchanged"]

    def test_the_same_uuid_with_other_content_is_a_conflict(self, outlet, writer):
        first = self.item()
        writer.post(self.URL, [first], format="json")
        other = writer.post(self.URL, [first | {"event": "abandon"}], format="json")
        assert other.status_code == 409
        assert Ticket.objects.get().abandoned_at is None
