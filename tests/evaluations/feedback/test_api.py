from uuid import uuid4

import pytest

from evaluations.feedback.models import Rating
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import EmployeeFactory, granted_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/ratings/"


@pytest.fixture
def headers():
    pads, _secret = make_service("Pads")
    return lambda scope: bearer(pads, scope)


@pytest.fixture
def item():
    OutletFactory(code="GZ1")
    EmployeeFactory(number="10023")
    return {
        "uuid": str(uuid4()),
        "outlet_code": "GZ1",
        "employee_number": "10023",
        "channel": "pad",
        "rated_at": "2026-10-15T12:00:00",
        "score": 5,
    }


def post(client, items, headers):
    return client.post(
        URL, {"items": items}, content_type="application/json", headers=headers
    )


def test_good_ratings_are_taken_and_bad_ones_refused_one_by_one(client, item, headers):
    bad = item | {"uuid": str(uuid4()), "score": 9}
    answer = post(client, [item, bad], headers("feedback:write"))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["created"], body["rejected"]) == (1, 1)
    assert [row["result"] for row in body["results"]] == ["created", "rejected"]
    assert body["results"][1]["reasons"][0].startswith("score: ")
    kept = Rating.objects.get()
    assert (str(kept.uuid), kept.score) == (item["uuid"], 5)


def test_the_same_call_twice_changes_nothing(client, item, headers):
    bearer = headers("feedback:write")
    post(client, [item], bearer)
    answer = post(client, [item], bearer)
    assert answer.json()["unchanged"] == 1
    assert Rating.objects.count() == 1


def test_other_content_under_one_uuid_is_a_conflict(client, item, headers):
    bearer = headers("feedback:write")
    post(client, [item], bearer)
    answer = post(client, [item | {"score": 1}], bearer)
    assert answer.status_code == 409
    assert answer.json()["code"] == "delivery_conflict"
    assert Rating.objects.get().score == 5


def test_only_the_scope_of_feedback_opens_it(client, item, headers):
    assert post(client, [item], headers("flow:write")).status_code == 403
    assert post(client, [item], None).status_code == 401
    client.force_login(granted_user("operations"))
    assert post(client, [item], None).status_code == 403
    assert Rating.objects.count() == 0
