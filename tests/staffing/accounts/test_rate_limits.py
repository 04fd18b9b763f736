"""How often one may call, to the exact number, with a clock that stands still."""

import pytest
from django.core.cache import cache
from django.test import Client

from staffing.accounts import rate_limits
from staffing.accounts.rate_limits import Allowance, charge
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
OUTLETS = "/api/v1/outlets/"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"


class Clock:
    """Seconds since the epoch; a minute begins at 1_800_000_000."""

    def __init__(self):
        self.at = 1_800_000_018.7

    def __call__(self):
        return self.at


@pytest.fixture(autouse=True)
def clock(settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": LOCMEM, "LOCATION": "rates"}}
    cache.clear()
    settings.RATE_LIMITS = {"service": 3, "person": 2, "address": 2, "token": 1}
    clock = Clock()
    monkeypatch.setattr(rate_limits, "now", clock)
    return clock


def said(answer):
    return (
        answer.status_code,
        answer.headers["RateLimit-Policy"],
        answer.headers["RateLimit"],
        answer.headers.get("Retry-After"),
    )


def get(path=OUTLETS, client=None, headers=None, **extra):
    return (client or Client()).get(path, headers=headers or {}, **extra)


def test_a_service_is_told_what_remains_and_refused_beyond_it(clock):
    headers = bearer(make_service()[0])
    policy = '"service";q=3;w=60'
    assert said(get(headers=headers)) == (200, policy, '"service";r=2;t=42', None)
    clock.at += 1
    assert said(get(headers=headers)) == (200, policy, '"service";r=1;t=41', None)
    assert said(get(headers=headers)) == (200, policy, '"service";r=0;t=41', None)
    refused = get(headers=headers)
    assert said(refused) == (429, policy, '"service";r=0;t=41', "41")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "code": "rate_limited",
        "detail": "Too many calls. Try again in 41 seconds.",
    }
    clock.at = 1_800_000_060
    assert said(get(headers=headers)) == (200, policy, '"service";r=2;t=60', None)


def test_the_last_second_of_a_window_says_one(clock):
    clock.at = 1_800_000_059.999
    assert get().headers["RateLimit"] == '"address";r=1;t=1'


def test_services_are_counted_apart_and_across_all_their_tokens():
    one, two = make_service("One")[0], make_service("Two")[0]
    for _call in range(3):
        assert get(headers=bearer(one)).status_code == 200
    assert get(headers=bearer(one)).status_code == 429
    assert get(headers=bearer(two)).headers["RateLimit"] == '"service";r=2;t=42'


def test_a_service_may_have_a_rate_of_its_own():
    headers = bearer(make_service(calls_per_minute=1)[0])
    assert get(headers=headers).headers["RateLimit-Policy"] == '"service";q=1;w=60'
    assert get(headers=headers).status_code == 429


def test_a_refused_delivery_changes_nothing():
    service = make_service(calls_per_minute=1)[0]
    headers = bearer(service, "registry:read", "flow:write")
    get(headers=headers)
    answer = Client().post(
        "/api/v1/tickets/", "[1]", content_type="application/json", headers=headers
    )
    assert answer.status_code == 429
    assert "results" not in answer.json()


def test_a_person_is_counted_by_herself_wherever_she_sits(client):
    client.force_login(granted_user("hr"))
    first = get(client=client, REMOTE_ADDR="10.0.0.1")
    assert said(first) == (200, '"person";q=2;w=60', '"person";r=1;t=42', None)
    assert get(client=client, REMOTE_ADDR="10.0.0.2").status_code == 200
    assert get(client=client, REMOTE_ADDR="10.0.0.3").status_code == 429


@pytest.mark.parametrize(
    ("path", "token"),
    [(OUTLETS, None), (OUTLETS, "guess"), ("/api/v1/nowhere/", None)],
)
def test_calls_without_a_good_token_are_counted_by_address(path, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    first = get(path, headers=headers)
    assert first.status_code in (401, 404)
    assert first.headers["RateLimit"] == '"address";r=1;t=42'
    get(path, headers=headers)
    refused = get(path, headers=headers)
    assert said(refused) == (
        429,
        '"address";q=2;w=60',
        '"address";r=0;t=42',
        "42",
    )
    assert refused.json()["code"] == "rate_limited"
    assert "WWW-Authenticate" not in refused.headers
    assert get(path, headers=headers, REMOTE_ADDR="10.0.0.9").status_code != 429


def test_calls_beyond_the_scope_are_counted_on_the_service():
    headers = bearer(make_service()[0], "registry:read")
    statuses = [get("/api/v1/awards/", headers=headers).status_code for _n in range(4)]
    assert statuses == [403, 403, 403, 429]


def test_a_guessing_neighbour_does_not_use_up_the_calls_of_a_service():
    for _guess in range(5):
        get(headers={"Authorization": "Bearer guess"})
    assert get(headers=bearer(make_service()[0])).status_code == 200


def test_the_schema_is_counted_too():
    assert get("/api/schema/").headers["RateLimit"] == '"address";r=1;t=42'


def test_pages_say_nothing_of_rates(client):
    assert "RateLimit" not in client.get("/accounts/sign-in/").headers


def test_the_token_endpoint_is_counted_by_address_apart_from_the_rest():
    first = Client().post("/api/v1/oauth/token/")
    assert said(first) == (400, '"token";q=1;w=60', '"token";r=0;t=42', None)
    refused = Client().post("/api/v1/oauth/token/")
    assert said(refused) == (429, '"token";q=1;w=60', '"token";r=0;t=42', "42")
    assert refused.json()["code"] == "rate_limited"
    assert get().headers["RateLimit"] == '"address";r=1;t=42'


def test_one_block_of_ipv6_shares_its_calls():
    left = [
        get(REMOTE_ADDR=address).headers["RateLimit"]
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    ]
    assert left == ['"address";r=1;t=42', '"address";r=0;t=42', '"address";r=1;t=42']


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "10.9.9.9", "10.0.0.1"),  # anybody can write the header
        (1, "10.9.9.9", "10.9.9.9"),
        (1, "10.7.7.7, 10.9.9.9", "10.9.9.9"),  # the left one is the caller's word
        (2, "10.7.7.7, 10.9.9.9", "10.7.7.7"),
        (1, "nonsense", "0.0.0.0"),
        (1, "", "10.0.0.1"),
        (1, "::ffff:10.9.9.9", "10.9.9.9"),
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_saw(
    settings, rf, proxies, forwarded, counted
):
    settings.PROXY_COUNT = proxies
    request = rf.get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded}
    )
    assert rate_limits.allowance_of(request) == Allowance("address", counted, 2)


def test_a_cache_that_keeps_nothing_refuses_nobody(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }
    allowance = Allowance("address", "10.0.0.1", 1)
    assert [charge(allowance).used for _call in range(3)] == [1, 1, 1]
