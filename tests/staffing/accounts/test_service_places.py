"""A service kept to a county or an outlet: what it reads and writes, route by route."""

from uuid import uuid4

import pytest
from django.test import Client

from evaluations.awards.models import Award
from evaluations.feedback.models import Rating
from evaluations.rankings.models import Standing
from outlets.flow.models import DoorCount, Ticket, TicketEvent, Transaction
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.accounts.test_service_scopes import DELIVERIES, SCOPE_OF

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["region", "outlet"])
def headers(world, request):
    own = world.own
    place = {"region": own.county} if request.param == "region" else {}
    place = place or {"outlet": own.outlet}
    service, _secret = make_service(f"Of one {request.param}", **place)
    return bearer(service)


@pytest.fixture
def get(headers):
    return lambda path: Client().get(path, headers=headers)


def _rows(answer):
    assert answer.status_code == 200
    return answer.json()["results"]


def _outlets(get):
    return {row["code"] for row in _rows(get("/api/v1/outlets/?limit=1000"))}


def test_lists_hold_what_lies_within_and_nothing_else(world, get):
    own, foreign = world.own, world.foreign
    assert _outlets(get) == {own.outlet.code}
    assert {row["code"] for row in _rows(get("/api/v1/regions/"))} == {own.county.code}
    people = _rows(get("/api/v1/employees/?limit=1000"))
    assert {row["outlet_code"] for row in people} == {own.outlet.code}
    assert Standing.objects.filter(run=world.run, outlet=foreign.outlet).exists()
    standings = _rows(get(f"/api/v1/rankings/{world.run.pk}/standings/?limit=1000"))
    assert {row["outlet_code"] for row in standings} == {own.outlet.code}
    assert [row["id"] for row in _rows(get("/api/v1/rankings/"))] == [
        world.draft.pk,
        world.reviewed.pk,
        world.run.pk,
    ]


def test_even_published_winners_of_other_places_are_not_shown(world, get):
    county = world.award_list
    foreign = Award.objects.filter(award_list=county, outlet=world.foreign.outlet)
    assert foreign.filter(state="awarded").exists()
    one = get(f"/api/v1/awards/{county.uuid}/").json()
    lists = [*_rows(get("/api/v1/awards/")), one]
    winners = [row["outlet_code"] for found in lists for row in found["winners"]]
    assert set(winners) == {world.own.outlet.code}
    everywhere = Client().get(
        f"/api/v1/awards/{county.uuid}/", headers=bearer(world.service)
    )
    codes = {row["outlet_code"] for row in everywhere.json()["winners"]}
    assert codes == {world.own.outlet.code, world.foreign.outlet.code}


def test_the_address_of_anything_elsewhere_is_not_found(world, get):
    own, foreign = world.own, world.foreign
    asked = set()
    for name, (_scope, path) in SCOPE_OF.items():
        if "{own." in path and name not in DELIVERIES:
            asked.add(name)
            here = path.format(own=own)
            there = path.format(own=foreign)
            assert (get(here).status_code, get(there).status_code) == (200, 404), name
    assert asked == {
        "api-region",
        "api-outlet",
        "api-employee",
        "api-flow-hourly",
        "api-flow-figures",
        "api-score",
    }


def test_a_filter_does_not_reach_further(world, get):
    foreign = world.foreign
    assert _rows(get(f"/api/v1/outlets/?region={foreign.county.code}")) == []
    assert _rows(get(f"/api/v1/employees/?outlet={foreign.outlet.code}")) == []
    place = f"/api/v1/rankings/{world.run.pk}/standings/?place={foreign.county.code}"
    assert get(place).status_code == 400


def _items(outlet, person, kind):
    day, at = "2026-10-05", "2026-10-05T10:00:00"
    items = {
        "tickets": {"ticket_no": "A1", "date": day, "arrived_at": at},
        "tickets/events": {
            "uuid": str(uuid4()),
            "ticket_no": "E1",
            "date": day,
            "event": "arrive",
            "at": at,
        },
        "counts": {"start": at, "minutes": 60, "people": 5},
        "transactions": {"date": day, "service": "pay", "quantity": 2},
        "ratings": {
            "uuid": str(uuid4()),
            "channel": "pad",
            "rated_at": at,
            "score": 5,
            "employee_number": person.number,
        },
    }
    return items[kind] | {"outlet_code": outlet.code}


MODELS = {
    "tickets": Ticket,
    "tickets/events": TicketEvent,
    "counts": DoorCount,
    "transactions": Transaction,
    "ratings": Rating,
}


def test_every_delivery_of_the_api_is_tried_here():
    # A tablet's record names its outlet in its ticket: test_deliveries.py; a nomination
    # is tried where nominations are: test_api_nominations.py.
    names = {
        f"api-{kind.replace('/', '-').replace('tickets-', 'ticket-')}"
        for kind in MODELS
    }
    assert names == SCOPE_OF.keys() & DELIVERIES.keys() - {
        *("api-checks", "api-nominations")
    }


@pytest.mark.parametrize("kind", MODELS)
def test_a_delivery_for_another_outlet_is_refused_like_one_for_no_outlet(
    world, headers, kind
):
    own, foreign = world.own, world.foreign
    model = MODELS[kind]
    before = model.objects.count()
    items = [
        _items(own.outlet, own.person, kind),
        _items(foreign.outlet, own.person, kind),
    ]
    answer = (
        Client()
        .post(
            f"/api/v1/{kind}/", items, content_type="application/json", headers=headers
        )
        .json()
    )
    assert [row["result"] for row in answer["results"]] == ["created", "rejected"]
    assert answer["results"][1]["reasons"] == [
        "outlet_code: is no outlet: load the outlets first"
    ]
    assert model.objects.count() == before + 1
    created = model.objects.order_by("-pk").first()
    assert created.outlet == own.outlet


def test_a_pad_cannot_judge_people_of_another_outlet(world, headers):
    item = _items(world.own.outlet, world.foreign.person, "ratings")
    before = Rating.objects.count()
    answer = (
        Client()
        .post(
            "/api/v1/ratings/", [item], content_type="application/json", headers=headers
        )
        .json()
    )
    assert answer["results"][0]["reasons"] == [
        "employee_number: is nobody: load the employees first"
    ]
    assert Rating.objects.count() == before


@pytest.mark.parametrize("kind", MODELS)
def test_a_service_of_the_whole_chain_delivers_for_every_outlet(world, kind):
    items = [
        _items(place.outlet, place.person, kind) for place in (world.own, world.foreign)
    ]
    answer = (
        Client()
        .post(
            f"/api/v1/{kind}/",
            items,
            content_type="application/json",
            headers=bearer(world.service),
        )
        .json()
    )
    assert answer["created"] == 2
