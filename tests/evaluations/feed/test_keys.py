"""Idempotency keys: the same call again makes nothing, another one is refused."""

from uuid import uuid4

import pytest
from django.urls import reverse

from evaluations.feed.models import Export, Order, Webhook
from tests.staffing.accounts.factories import bearer, make_service

pytestmark = pytest.mark.django_db
EXPORT = ("api-exports", Export, {"format": "csv", "kinds": ["outlets"]})
WEBHOOK = ("api-webhooks", Webhook, {"url": "https://198.51.100.7/hook"})
BOTH = pytest.mark.parametrize(("name", "model", "body"), [EXPORT, WEBHOOK])


@pytest.fixture
def account(settings):
    settings.WEBHOOK_NETWORKS = ["198.51.100.0/24"]
    return make_service(scopes=["awards:read", "registry:read"])[0]


@pytest.fixture
def post(client, account):
    def ask(name, body, key=None, header=None):
        headers = header or bearer(account)
        if key is not None:
            headers = headers | {"Idempotency-Key": str(key)}
        return client.post(
            reverse(name), body, content_type="application/json", headers=headers
        )

    return ask


@BOTH
def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(
    post, name, model, body
):
    key = uuid4()
    first, again = post(name, body, key), post(name, body, f'"{key}"')
    assert first.status_code in (201, 202)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = post(name, body | {"kinds": ["regions"]}, key)
    assert (other.status_code, other.json()["code"]) == (409, "delivery_conflict")
    assert model.objects.count() == 1
    # Another key, or none, is another wish.
    assert post(name, body, uuid4()).json()["id"] != first.json()["id"]
    assert post(name, body).json()["id"] != first.json()["id"]


@BOTH
def test_a_key_is_a_uuid_and_one_services_own(post, name, model, body):
    bad = post(name, body, "again")
    assert (bad.status_code, list(bad.json()["errors"])) == (400, ["Idempotency-Key"])
    assert model.objects.count() == 0
    key = uuid4()
    mine = post(name, body, key).json()["id"]
    stranger = bearer(make_service(name="Other", scopes=["registry:read"])[0])
    assert post(name, body, key, stranger).json()["id"] != mine


def test_a_refused_call_leaves_its_key_free(post, settings):
    name, _model, body = WEBHOOK
    key, settings.WEBHOOK_NETWORKS = uuid4(), []
    inside = {"url": "https://10.0.0.1/hook"}
    assert post(name, inside, key).status_code in (400, 409)
    assert not Order.objects.exists()
    settings.WEBHOOK_NETWORKS = ["198.51.100.0/24"]
    assert post(name, body, key).status_code == 201


def test_a_narrower_token_does_not_get_what_a_wider_one_asked_for(post, account):
    name, _model, body = EXPORT
    key = uuid4()
    assert post(name, body, key).status_code == 202
    narrower = bearer(account, "registry:read")
    answer = post(name, body, key, narrower)
    assert (answer.status_code, answer.json()["code"]) == (409, "delivery_conflict")
