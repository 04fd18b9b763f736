"""The token endpoint: which secret, which scope, and nothing but client credentials."""

import base64
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from oauth2_provider.models import AccessToken

from staffing.accounts.models import ServiceSecret
from staffing.accounts.services.service_tokens import (
    revoke_secret,
    revoke_service,
    rotate_secret,
)
from staffing.accounts.tasks import clear_expired_tokens
from tests.staffing.accounts.factories import make_service, token_of

URL = "/api/v1/oauth/token/"
FORM = "application/x-www-form-urlencoded"


def basic(client_id, secret):
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def ask(service, secret, scope="registry:read", **given):
    body = {"grant_type": "client_credentials", "scope": scope, **given}
    return Client().post(
        URL,
        urlencode(body),
        content_type=FORM,
        headers=basic(service.application.client_id, secret),
        REMOTE_ADDR="10.1.2.3",
    )


@pytest.fixture
def made(db):
    return make_service(scopes=("registry:read", "awards:read"))


def test_a_token_is_given_for_the_scopes_asked_and_stored_as_a_checksum(made):
    answer = ask(*made, "awards:read registry:read")
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert set(body["scope"].split()) == {"awards:read", "registry:read"}
    assert "refresh_token" not in body
    assert AccessToken.objects.get().token == ""


def test_id_and_secret_may_come_in_the_body(made):
    service, secret = made
    answer = Client().post(
        URL,
        {
            "grant_type": "client_credentials",
            "scope": "awards:read",
            "client_id": service.application.client_id,
            "client_secret": secret,
        },
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "scope", ["", " ", "flow:write", "registry:read flow:write", "nonsense", "__all__"]
)
def test_no_scope_is_given_that_is_not_asked_for_or_not_the_services_own(made, scope):
    answer = ask(*made, scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert AccessToken.objects.count() == 0


@pytest.mark.parametrize(
    "grant",
    [
        "password",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "nonsense",
    ],
)
def test_client_credentials_are_the_only_grant(made, grant):
    answer = ask(*made, grant_type=grant)
    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    "path",
    ["authorize", "revoke_token", "introspect", "device", "applications", "register"],
)
def test_nothing_else_of_oauth_is_routed(path):
    for prefix in ("/o/", "/oauth/", "/accounts/oauth/"):
        with pytest.raises(Resolver404):
            resolve(f"{prefix}{path}/")
    found = resolve(f"/api/v1/oauth/{path}/")
    assert found.func.view_class.__name__ == "UnknownAddress"


def _refusal(answer):
    return (
        answer.status_code,
        answer.json()["error"],
        answer.headers.get("WWW-Authenticate"),
    )


REFUSED = (401, "invalid_client", 'Basic realm="token"')


def test_the_wrong_secret_and_the_wrong_client_are_refused_alike(made):
    service, secret = made
    assert _refusal(ask(service, secret + "x")) == REFUSED
    assert _refusal(ask(service, "")) == REFUSED
    service.application.client_id = "somebody-else"
    assert _refusal(ask(service, secret)) == REFUSED
    service.application.client_id = "a\x00b"
    assert _refusal(ask(service, secret)) == REFUSED
    assert AccessToken.objects.count() == 0


def test_the_secret_of_the_library_opens_nothing(made):
    service, _secret = made
    assert _refusal(ask(service, service.application.client_secret)) == REFUSED


def test_a_client_id_in_the_body_that_is_another_one_is_refused(made):
    other, _secret = make_service("Other")
    answer = ask(*made, client_id=other.application.client_id)
    assert _refusal(answer) == REFUSED


def test_an_expired_service_gets_no_token_and_its_last_day_still_counts(made):
    service, secret = made
    service.expires_on = timezone.localdate()
    service.save()
    assert ask(service, secret).status_code == 200
    service.expires_on -= timedelta(days=1)
    service.save()
    assert _refusal(ask(service, secret)) == REFUSED


def test_a_revoked_service_gets_no_token(made):
    service, secret = made
    revoke_service(service_id=service.pk, reason="sold", by=None)
    assert _refusal(ask(service, secret)) == REFUSED


def test_during_a_rotation_both_secrets_open_and_each_notes_its_own_use(made):
    service, old = made
    row, new = rotate_secret(service_id=service.pk, by=None)
    assert ask(service, old).status_code == 200
    before = service.secrets.get(digest=service.secrets.last().digest)
    assert (before.last_used_from, row.last_used_at) == ("10.1.2.3", None)
    assert ask(service, new).status_code == 200
    row.refresh_from_db()
    assert row.last_used_at > before.last_used_at


def test_after_the_overlap_only_the_new_secret_opens(made):
    service, old = made
    _row, new = rotate_secret(service_id=service.pk, overlap_days=7, by=None)
    soon = timezone.now() + timedelta(days=7)
    assert abs(service.secrets.last().valid_until - soon) < timedelta(minutes=1)
    ServiceSecret.objects.filter(valid_until__isnull=False).update(
        valid_until=timezone.now()
    )
    assert _refusal(ask(service, old)) == REFUSED
    assert ask(service, new).status_code == 200


def test_a_revoked_secret_opens_nothing_while_the_other_one_does(made):
    service, old = made
    _row, new = rotate_secret(service_id=service.pk, by=None)
    token_of(service)
    revoke_secret(service_id=service.pk, secret=service.secrets.last().uuid, by=None)
    assert AccessToken.objects.count() == 0
    assert _refusal(ask(service, old)) == REFUSED
    assert ask(service, new).status_code == 200


def test_expired_tokens_are_cleared_away_and_live_ones_kept(made):
    service, _secret = made
    token_of(service, lives=timedelta(seconds=-1))
    token_of(service)
    assert clear_expired_tokens() == 1
    assert clear_expired_tokens() == 0
    assert AccessToken.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type", "query"),
    [
        ("", FORM, ""),
        ("{}", "application/json", ""),
        ('{"grant_type": "client_credentials"}', "application/json", ""),
        ("%zz=%zz&&==", FORM, ""),
        ("grant_type=client_credentials", FORM, "?x=%zz"),
        ("", FORM, "?grant_type=client_credentials&client_id=a&client_secret=b"),
        ("--x\r\n", "multipart/form-data", ""),
        ("--x\r\n", "multipart/form-data; boundary=", ""),
        ("a=b", f"{FORM}; charset=nonsense", ""),
        ("a=b", f"{FORM}; charset=latin-1", ""),
        ("&".join(f"a{n}=1" for n in range(2000)), FORM, ""),
        (b"\xff\xfe=\xff", FORM, ""),
        ("<grant/>", "text/xml", ""),
    ],
)
def test_a_malformed_call_is_an_oauth_error(body, content_type, query):
    answer = Client().generic("POST", URL + query, body, content_type=content_type)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in (
        "invalid_request",
        "invalid_client",
        "unsupported_grant_type",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_refused_as_json(method):
    answer = getattr(Client(), method)(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["Basic", "Basic ", "Basic !!!", "Basic YQ==", "Basic /w==", "Bearer x"]
)
def test_a_garbled_header_is_a_wrong_client(header):
    answer = Client().post(
        URL,
        "grant_type=client_credentials&scope=registry:read",
        content_type=FORM,
        headers={"Authorization": header},
    )
    assert _refusal(answer) == REFUSED


class AnyBody(TestCase):
    @settings(deadline=None, max_examples=50)
    @given(
        st.binary(max_size=200),
        st.sampled_from([FORM, "multipart/form-data; boundary=x", "text/plain", ""]),
    )
    def test_whatever_is_sent_is_answered_and_nothing_is_given(self, body, kind):
        cache.clear()  # fifty calls would use up what one address may
        answer = Client().post(URL, body, content_type=kind)
        assert answer.status_code in (400, 401)
        said = answer.json()
        nul = b"\x00" in body or b"%00" in body
        assert "error" in said or (nul and said["code"] == "invalid")
        assert AccessToken.objects.count() == 0


def test_without_any_scope_nothing_is_given_by_default(made):
    service, secret = made
    answer = Client().post(
        URL,
        "grant_type=client_credentials",
        content_type=FORM,
        headers=basic(service.application.client_id, secret),
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert AccessToken.objects.count() == 0
