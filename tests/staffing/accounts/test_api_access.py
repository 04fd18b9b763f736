"""Tokens of services: scoped, expiring, and no person behind them."""

import base64
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from staffing.accounts.models import ServiceSecret
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import AssignmentFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return make_service()


@pytest.fixture
def token(client, service):
    account, secret = service

    def ask(scope):
        pair = f"{account.application.client_id}:{secret}".encode()
        answer = client.post(
            "/api/v1/oauth/token/",
            urlencode({"grant_type": "client_credentials", "scope": scope}),
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )
        return answer.json()["access_token"]

    return ask


def _get(client, path, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(path, headers=headers)


def test_a_token_opens_what_its_scope_says_and_nothing_else(client, token):
    OutletFactory(code="O1", region=RegionFactory(code="NS"))
    registry = token("registry:read")
    answer = _get(client, "/api/v1/outlets/", registry)
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["results"]] == ["O1"]
    refused = _get(client, "/api/v1/awards/", registry)
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "insufficient_scope"


def test_an_expired_token_is_refused(client, token):
    value = token("registry:read")
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    refused = _get(client, "/api/v1/outlets/", value)
    assert refused.status_code == 401
    assert "Bearer" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("value", [None, "nonsense"])
def test_without_a_good_token_nothing_is_said(client, value):
    assert _get(client, "/api/v1/employees/", value).status_code == 401


def test_the_secret_is_stored_as_a_digest_and_nowhere_else(service):
    account, secret = service
    row = ServiceSecret.objects.get()
    assert row.digest == sha256(secret.encode()).hexdigest()
    assert row.tail == secret[-4:]
    account.application.refresh_from_db()
    assert secret not in account.application.client_secret
    assert account.application.client_secret != ""


def test_a_signed_in_person_sees_her_own_reach(client):
    county = RegionFactory(code="NS")
    AssignmentFactory(outlet=OutletFactory(code="O1", region=county))
    AssignmentFactory(outlet=OutletFactory(code="O2"))
    client.force_login(granted_user("regional_supervisor", region=county))
    answer = client.get("/api/v1/employees/")
    assert [row["outlet_code"] for row in answer.json()["results"]] == ["O1"]
    assert client.get("/api/v1/outlets/O2/").status_code == 404


def test_pages_follow_one_another_by_cursor(client, token):
    county = RegionFactory(code="NS")
    for number in range(5):
        OutletFactory(code=f"O{number}", region=county)
    value = token("registry:read")
    seen, address = [], "/api/v1/outlets/?limit=2"
    while address:
        answer = _get(client, address, value).json()
        seen += [row["code"] for row in answer["results"]]
        address = answer["next"]
    assert seen == ["O0", "O1", "O2", "O3", "O4"]


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten"])
def test_a_limit_out_of_range_is_a_problem_that_says_so(client, token, limit):
    answer = _get(client, f"/api/v1/outlets/?limit={limit}", token("registry:read"))
    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "limit": ["is not a whole number from 1 to 1000"]
    }


def test_the_list_of_employees_costs_the_same_for_one_and_for_twenty(
    client, token, django_assert_num_queries
):
    value = token("registry:read")
    outlet = OutletFactory()
    AssignmentFactory(outlet=outlet)
    with django_assert_num_queries(4):  # the token, when it was used, the page, the log
        _get(client, "/api/v1/employees/", value)
    with django_assert_num_queries(3):  # used within the minute: no note of its use
        _get(client, "/api/v1/employees/", value)
    AssignmentFactory.create_batch(20, outlet=outlet)
    with django_assert_num_queries(3):
        _get(client, "/api/v1/employees/", value)
