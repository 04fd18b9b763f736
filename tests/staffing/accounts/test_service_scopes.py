"""Every route of the API × every scope, and every way in which a token can be bad."""

import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from staffing.accounts.authentication import SCOPE_POWERS
from staffing.accounts.services.service_tokens import (
    change_service,
    end_tokens,
    revoke_secret,
    revoke_service,
)
from tests.sight.routes import names_in_the_product
from tests.sight.world import build
from tests.staffing.accounts.factories import (
    ALL_SCOPES,
    bearer,
    make_service,
    token_of,
)
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
# The law: which one scope opens which route, and how the route is asked.
SCOPE_OF = {
    "api-regions": ("registry:read", "/api/v1/regions/"),
    "api-region": ("registry:read", "/api/v1/regions/{own.county.code}/"),
    "api-outlets": ("registry:read", "/api/v1/outlets/"),
    "api-outlet": ("registry:read", "/api/v1/outlets/{own.outlet.code}/"),
    "api-employees": ("registry:read", "/api/v1/employees/"),
    "api-employee": ("registry:read", "/api/v1/employees/{own.person.number}/"),
    "api-flow-hourly": ("flow:read", "/api/v1/flow/hourly/?outlet={own.outlet.code}"),
    "api-flow-figures": ("flow:read", "/api/v1/flow/figures/?outlet={own.outlet.code}"),
    "api-rankings": ("rankings:read", "/api/v1/rankings/"),
    "api-ranking": ("rankings:read", "/api/v1/rankings/{run.pk}/"),
    "api-standings": ("rankings:read", "/api/v1/rankings/{run.pk}/standings/"),
    "api-outlet-standings": ("rankings:read", "/api/v1/rankings/{run.pk}/outlets/"),
    "api-score": (
        "rankings:read",
        "/api/v1/employees/{own.person.number}/score/?period=2026-10",
    ),
    "api-awards": ("awards:read", "/api/v1/awards/"),
    "api-award-list": ("awards:read", "/api/v1/awards/{award_list.uuid}/"),
    "api-award-rounds": ("awards:read", "/api/v1/award-rounds/"),
    "api-nominations": ("awards:nominate", "/api/v1/nominations/"),
    "api-nomination": ("awards:nominate", f"/api/v1/nominations/{UUID(int=1)}/"),
    "api-tickets": ("flow:write", "/api/v1/tickets/"),
    "api-counts": ("flow:write", "/api/v1/counts/"),
    "api-ticket-events": ("flow:write", "/api/v1/tickets/events/"),
    "api-transactions": ("flow:write", "/api/v1/transactions/"),
    "api-ratings": ("feedback:write", "/api/v1/ratings/"),
    "api-checks": ("checks:write", "/api/v1/checks/"),
}
# What HR builds on opens to each of these: which rows it then holds, is shown in
# tests/evaluations/feed. An export or a webhook of another service is not there.
FEED_SCOPES = {"registry:read", "rankings:read", "awards:read"}
_EXPORT = "/api/v1/exports/{nothing}/"
_WEBHOOK = "/api/v1/webhooks/{nothing}/"
FEED = {
    "api-changes": (200, "/api/v1/changes/"),
    "api-exports": (202, "/api/v1/exports/"),
    "api-export": (404, _EXPORT),
    "api-export-file": (404, f"{_EXPORT}files/outlets.csv/"),
    "api-webhooks": (200, "/api/v1/webhooks/"),
    "api-webhook": (404, _WEBHOOK),
    "api-webhook-pause": (404, f"{_WEBHOOK}pause/"),
    "api-webhook-resume": (404, f"{_WEBHOOK}resume/"),
    "api-webhook-rotate": (404, f"{_WEBHOOK}rotate/"),
    "api-webhook-replay": (404, f"{_WEBHOOK}replay/"),
    "api-webhook-deliveries": (404, f"{_WEBHOOK}deliveries/"),
}
# Asked for nothing that is there, they answer otherwise than 200.
OTHERWISE = {
    "api-nominations": (400, "invalid"),
    "api-nomination": (404, "not_found"),
}
DELIVERIES = {
    "api-nominations": "{}",
    "api-tickets": "[]",
    "api-counts": "[]",
    "api-ticket-events": "[]",
    "api-transactions": "[]",
    "api-ratings": "[]",
    "api-checks": '{"sent_at": "2026-10-15T12:00:00Z", "checks": []}',
    "api-exports": '{"format": "csv"}',
    "api-webhook-pause": "{}",
    "api-webhook-resume": "{}",
    "api-webhook-rotate": "{}",
    "api-webhook-replay": "{}",
}
# Open to everybody, or the way to a token: no scope belongs to them.
WITHOUT_SCOPE = {"api-schema", "api-docs", "api-token"}
# What only a person does, whatever scopes a token has.
FOR_PERSONS = {"api-nomination-vote": f"/api/v1/nominations/{UUID(int=1)}/vote/"}
# Addresses of nothing: a bad token has to be refused before anything is looked up.
NOWHERE = {
    "own": SimpleNamespace(
        county=SimpleNamespace(code="X"),
        outlet=SimpleNamespace(code="X"),
        person=SimpleNamespace(number="X"),
    ),
    "run": SimpleNamespace(pk=1),
    "award_list": SimpleNamespace(uuid=UUID(int=1)),
    "nothing": UUID(int=1),
}


def call(path, headers, *, deliver=None, client=None):
    client = client or Client()
    if deliver:
        how = {"content_type": "application/json", "headers": headers}
        return client.post(path, deliver, **how)
    return client.get(path, headers=headers)


def test_every_route_of_the_api_has_a_scope_in_the_law():
    routes = {name for name in names_in_the_product() if name.startswith("api-")}
    assert routes - WITHOUT_SCOPE == {*SCOPE_OF, *FEED, *FOR_PERSONS}


def test_no_token_gives_a_ballot():
    service, _secret = make_service(scopes=ALL_SCOPES)
    for path in FOR_PERSONS.values():
        answer = call(path, bearer(service), deliver='{"choice": "yes"}')
        assert (answer.status_code, answer.json()["code"]) == (403, "person_only")


def test_every_scope_has_powers_and_a_description(settings):
    assert set(SCOPE_POWERS) == set(settings.OAUTH2_PROVIDER["SCOPES"])
    assert set(SCOPE_POWERS) == set(ALL_SCOPES)


def test_each_route_answers_its_scope_and_refuses_every_other_one():
    world = build()
    headers = {scope: bearer(world.service, scope) for scope in ALL_SCOPES}
    seen, law = {}, {}
    for name, (needed, path) in SCOPE_OF.items():
        for scope in ALL_SCOPES:
            answer = call(
                path.format(**vars(world)), headers[scope], deliver=DELIVERIES.get(name)
            )
            code = answer.json().get("code", "") if answer.status_code != 200 else ""
            challenge = answer.headers.get("WWW-Authenticate", "")
            seen[name, scope] = (answer.status_code, code, challenge)
            law[name, scope] = (
                (*OTHERWISE.get(name, (200, "")), "")
                if scope == needed
                else (
                    403,
                    "insufficient_scope",
                    f'Bearer realm="api", error="insufficient_scope", scope="{needed}"',
                )
            )
    assert seen == law


def test_what_hr_builds_on_answers_each_scope_that_opens_rows_and_no_other():
    service, _secret = make_service(scopes=ALL_SCOPES)
    seen, law = {}, {}
    for scope in ALL_SCOPES:
        headers = bearer(service, scope)
        for name, (good, path) in FEED.items():
            address = path.format(nothing=UUID(int=1))
            answer = call(address, headers, deliver=DELIVERIES.get(name))
            seen[name, scope] = answer.status_code
            law[name, scope] = good if scope in FEED_SCOPES else 403
    assert seen == law


def _expired_token(service, secret):
    value = token_of(service)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    return value


def _expired_service(service, secret):
    service.expires_on = timezone.localdate() - timedelta(days=1)
    service.save()
    return token_of(service)


def _revoked_service(service, secret):
    value = token_of(service)
    revoke_service(service_id=service.pk, reason="sold", by=None)
    return value


def _ended(service, secret):
    value = token_of(service)
    end_tokens(service_id=service.pk, by=None)
    return value


def _of_a_revoked_secret(service, secret):
    value = token_of(service)
    revoke_secret(service_id=service.pk, secret=service.secrets.get().uuid, by=None)
    return value


def _without_a_service(service, secret):
    other, _secret = make_service("Other")
    value = token_of(other)
    application = other.application
    other.events.all().delete()
    other.secrets.all().delete()
    other.delete()
    assert application.accesstoken_set.count() == 1
    return value


BAD = {
    "expired token": _expired_token,
    "expired service": _expired_service,
    "revoked service": _revoked_service,
    "ended tokens": _ended,
    "revoked secret": _of_a_revoked_secret,
    "no service behind it": _without_a_service,
    "tampered": lambda service, secret: token_of(service)[:-1] + "~",
    "checksum": lambda service, secret: (
        token_of(service) and AccessToken.objects.get().token_checksum
    ),
    "the secret itself": lambda service, secret: secret,
    "foreign-signed": lambda service, secret: (
        "eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6InJlZ2lzdHJ5OnJlYWQifQ."
        "3vn1aoGMBTtc7fjuHRMVXHI8Kd6B3SSrO0PBbcvlLfI"
    ),
    "empty": lambda service, secret: "",
    "a NUL": lambda service, secret: "a\x00b",
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_token_is_refused_on_every_route_even_beside_a_good_session(why, client):
    service, secret = make_service()
    value = BAD[why](service, secret)
    client.force_login(granted_user("operations"))  # the session would open most
    for name, (_opens, path) in {**SCOPE_OF, **FEED}.items():
        answer = call(
            path.format(**NOWHERE),
            {"Authorization": f"Bearer {value}"},
            deliver=DELIVERIES.get(name),
            client=client,
        )
        found = (answer.status_code, answer.headers.get("WWW-Authenticate"))
        assert found == (401, 'Bearer realm="api", error="invalid_token"'), name
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "invalid_token"


def test_without_a_token_the_challenge_names_no_error(client):
    answer = client.get("/api/v1/outlets/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("beside", ["nothing", "a good token", "a session"])
def test_a_token_in_the_address_is_refused_whatever_stands_beside_it(client, beside):
    service, _secret = make_service()
    headers = bearer(service) if beside == "a good token" else {}
    if beside == "a session":
        client.force_login(granted_user("hr"))
    path = f"/api/v1/outlets/?access_token={token_of(service)}"
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "token_in_address")
    assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]


def test_a_token_in_a_form_body_opens_nothing(client):
    service, _secret = make_service()
    answer = client.post("/api/v1/tickets/", {"access_token": token_of(service)})
    assert answer.status_code == 401


def test_a_token_beside_a_session_decides_alone(client):
    service, _secret = make_service()
    client.force_login(granted_user("hr"))  # may read rankings, the token may not
    headers = bearer(service, "registry:read")
    assert client.get("/api/v1/outlets/", headers=headers).status_code == 200
    assert client.get("/api/v1/rankings/", headers=headers).status_code == 403
    assert client.get("/api/v1/rankings/").status_code == 200


def test_a_session_writes_only_with_the_token_of_the_form_and_machines_without():
    service, _secret = make_service()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(granted_user("operations"))
    refused = call("/api/v1/tickets/", {}, deliver="[]", client=strict)
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    machine = bearer(service, "flow:write")
    assert (
        call("/api/v1/tickets/", machine, deliver="[]", client=strict).status_code
        == 200
    )


def test_a_scope_taken_away_is_gone_from_tokens_that_are_out(client):
    service, _secret = make_service(scopes=("registry:read", "awards:read"))
    headers = bearer(service, "registry:read", "awards:read")
    assert client.get("/api/v1/awards/", headers=headers).status_code == 200
    change_service(
        service_id=service.pk,
        name=service.name,
        purpose=service.purpose,
        owner=service.owner,
        scopes=["registry:read"],
        expires_on=service.expires_on,
        region=None,
        outlet=None,
        calls_per_minute=None,
        by=None,
    )
    assert client.get("/api/v1/awards/", headers=headers).status_code == 403
    assert client.get("/api/v1/outlets/", headers=headers).status_code == 200


def test_a_call_is_noted_once_a_minute_with_place_and_family(client):
    service, _secret = make_service()
    headers = bearer(service)
    client.get("/api/v1/outlets/", headers=headers, REMOTE_ADDR="10.1.2.3")
    service.refresh_from_db()
    first = service.last_used_at
    assert (service.last_used_from, service.last_used_for) == ("10.1.2.3", "outlets")
    client.get("/api/v1/awards/", headers=headers)
    service.refresh_from_db()
    assert (service.last_used_at, service.last_used_for) == (first, "outlets")
    service.last_used_at = first - timedelta(seconds=61)
    service.save()
    client.get("/api/v1/awards/", headers=headers)
    service.refresh_from_db()
    assert service.last_used_for == "awards"
    assert service.last_used_at > first


def test_the_contract_lists_every_scope_with_its_description(client):
    text = client.get("/api/schema/?format=json").content
    flows = json.loads(text)["components"]["securitySchemes"]["serviceToken"]["flows"]
    assert flows == {
        "clientCredentials": {
            "tokenUrl": "/api/v1/oauth/token/",
            "scopes": {
                "registry:read": "Read outlets, regions and employees",
                "rankings:read": "Read ranking runs, standings and scores",
                "awards:read": "Read award lists",
                "awards:nominate": (
                    "Draft nominations in the name of who leads the outlet"
                ),
                "flow:read": "Read customer flow by hour",
                "flow:write": "Deliver tickets, counts and transactions",
                "feedback:write": "Deliver ratings",
                "checks:write": "Deliver daily checks for tablets",
            },
        }
    }
