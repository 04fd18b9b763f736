"""Requests as no browser of ours would send them: forged, bent, or far too much."""

import base64
import json
from itertools import cycle
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.security.tokens import bearer
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.crawl import digest
from tests.sight.routes import FOR_SERVICES, ROUTES

pytestmark = pytest.mark.django_db
POSTS = [route for route in ROUTES if route.method == "POST"]
JSON = "application/json"


def _strict(session: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = session
    return client


@pytest.mark.one_database  # refused before anything is read
@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"X-CSRFToken": "x" * 64}],
    ids=["no token", "another origin", "a made-up token"],
)
def test_no_form_is_taken_from_elsewhere(world, cookies, headers):
    before, taken = digest(), {}
    # It is refused before anybody looks at who asks, so that roles take turns.
    roles = cycle(("store_manager", "hr", "operations", "administrator"))
    for route, role in zip(POSTS, roles, strict=False):
        for which, place in objects(world, route)[:1]:
            data = route.data(world, place)
            body = {"content_type": "application/json"}
            with nothing_kept():
                answer = _strict(cookies[role]).post(
                    route.path(world, place),
                    data,
                    headers=headers,
                    **body if isinstance(data, str) else {},
                )
            if answer.status_code != 403:
                taken[route.label, which, role] = answer.status_code
    assert taken == {}
    assert digest() == before


def test_a_token_does_not_help_another_origin(world, cookies):
    client = _strict(cookies["hr"])
    with nothing_kept():
        client.get(reverse("ledger:periods"))
        token = client.cookies["csrftoken"].value
        given = {"csrfmiddlewaretoken": token, "state": "closed"}
        address = reverse("ledger:change_period", args=["2026-09"])
        origin = {"Origin": "https://evil.example"}
        assert client.post(address, given, headers=origin).status_code == 403
        assert client.post(address, given).status_code == 302


@pytest.mark.parametrize("name", ["api-ratings", "api-tickets"])
def test_a_session_without_a_token_is_no_way_into_the_api(world, cookies, name):
    with nothing_kept():
        answer = _strict(cookies["operations"]).post(reverse(name), [], JSON)
        assert answer.status_code == 403


EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example",
    "http://testserver@evil.example/",
]


OURS = "/what/was/wanted/"


def _led_to(world, session: str, route, target: str) -> str:
    """Return where a route leads who wanted `target`, empty for nowhere."""
    place = objects(world, route)[0][1]
    path = route.path(world, place)
    joined = f"{path}{'&' if '?' in path else '?'}next={quote(target)}"
    data = None
    if route.method == "POST":
        data = route.data(world, place)
        data = data if isinstance(data, str) else {**data, "next": target}
    with nothing_kept():
        answer = ask(session, joined, route.method, data)
    return answer.headers.get("Location", "")


@pytest.mark.one_database  # an address is never looked up
@pytest.mark.parametrize("role", ["anonymous", "operations"])
def test_nothing_leads_to_another_host(world, cookies, role):
    """The first address is tried everywhere, the others where `next` is followed."""
    away, followed = {}, set()
    for route in ROUTES:
        follows = _led_to(world, cookies[role], route, OURS).startswith(OURS)
        followed |= {route.name} if follows else set()
        for target in EVIL if follows else EVIL[:1]:
            where = _led_to(world, cookies[role], route, target)
            if where and not _is_ours(where):
                away[route.label, target] = where
    assert away == {}
    assert followed, "no route follows `next`, which proves nothing"


def _is_ours(where: str) -> bool:
    return where.startswith("/") and not where.startswith(("//", "/\\"))


def test_signing_in_leads_to_no_other_host(client, django_user_model):
    django_user_model.objects.create_user("reader", password="long-and-unguessable-7")
    address = reverse(settings.LOGIN_URL)
    given = {"username": "reader", "login": "reader"}
    for target in EVIL:
        answer = client.post(
            f"{address}?next={quote(target)}",
            {**given, "password": "long-and-unguessable-7", "next": target},
        )
        assert _is_ours(answer.headers.get("Location", "/")), target
        client.logout()


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b", ""])
def test_another_host_is_refused(client, host):
    answer = client.get(reverse(settings.LOGIN_URL), headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_headers_of_a_proxy_are_not_believed(client):
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Original-URL": "/ledger/periods/",
        "X-Rewrite-URL": "/ledger/periods/",
        "X-HTTP-Method-Override": "DELETE",
        "Forwarded": "host=evil.example",
    }
    answer = client.get(reverse(settings.LOGIN_URL), headers=forged)
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_a_method_in_a_header_or_a_form_is_not_believed(world, cookies, header):
    address = reverse("ledger:periods")
    with nothing_kept():
        answer = ask(
            cookies["hr"],
            f"{address}?_method=GET",
            "POST",
            {"_method": "GET"},
            {header: "GET"},
        )
        assert answer.status_code == 405


TRAVERSALS = ["..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "..%5c..%5c", "%252e%252e%252f"]


@pytest.mark.parametrize("code", [*TRAVERSALS, "%00", "a%00b", "%0d%0aX-Evil:1", "%ff"])
def test_a_bent_code_finds_nothing(world, cookies, code):
    odd = {}
    for prefix in (
        "/flow/outlets/",
        "/complaints/",
        "/mystery/visits/",
        "/checks/standards/",
        "/api/v1/outlets/",
        "/api/v1/employees/",
        f"/rankings/{world.run.pk}/people/",
        "/ledger/entries/test/daily/1/",
    ):
        with nothing_kept():
            answer = ask(cookies["operations"], f"{prefix}{code}/")
        if answer.status_code not in (400, 404) or "X-Evil" in answer.headers:
            odd[prefix] = answer.status_code
    assert odd == {}


def test_numbers_beyond_the_database_find_nothing(world, cookies):
    big = "9" * 40
    for path in (f"/rankings/{big}/", f"/api/v1/rankings/{big}/", f"/targets/{big}/"):
        with nothing_kept():
            assert ask(cookies["operations"], path).status_code == 404


@pytest.mark.parametrize("text", ["%", "_", "%%%", "' OR 1=1 --", "\\", "\ufffd\u202e"])
def test_search_takes_wildcards_for_what_they_are(world, cookies, text):
    path = f"{reverse('rankings:run', args=[world.run.pk])}?q={quote(text)}"
    with nothing_kept():
        answer = ask(cookies["operations"], path)
    assert answer.status_code == 200
    assert b"QNEARBYWORDS person" not in answer.content


# What may not be sent as JSON, and the status that it gets.
BODIES = {
    "ten megabytes": (b"[" + b'{"a": "' + b"x" * 10_000_000 + b'"}]', 413),
    "nesting without end": (b"[" * 200_000, 400),
    "nesting that closes": (b"[" * 100_000 + b"]" * 100_000, 400),
    "invalid UTF-8": (b'[{"ticket_no": "\xff\xfe"}]', 400),
    "half a surrogate pair": (b'[{"ticket_no": "\\ud800"}]', 400),
    "half a surrogate pair as a name": (b'[{"\\udfff": "1"}]', 400),
    "not a number": (b'[{"ticket_no": NaN}]', 400),
    "infinity": (b'[{"ticket_no": -Infinity}]', 400),
    "a number of 5,000 digits": (b'[{"score": ' + b"9" * 5000 + b"}]", 400),
    "nothing": (b"", 400),
    "no JSON": (b"<items/>", 400),
    "a word": (b'"items"', 400),
    "a thousand and one": (json.dumps([{}] * 1001).encode(), 400),
}
# What is JSON, but no item: each is refused by itself.
ITEMS = {
    "NUL": '[{"ticket_no": "a\\u0000b"}]',
    "a list": "[[]]",
    "an object": '[{"ticket_no": {"a": 1}}]',
    "nothing": "[null]",
    "beyond a float": '[{"score": 1e999}]',
    "a number": "[1]",
}
DELIVERIES = sorted(FOR_SERVICES - {"api-token"})


@pytest.fixture(scope="module")
def machine(world):
    """The header of a service that may deliver everything."""
    return bearer("flow:write feedback:write checks:write")


@pytest.mark.parametrize("name", DELIVERIES)
@pytest.mark.parametrize("body", BODIES)
def test_a_malformed_call_is_refused_as_a_problem(machine, name, body):
    content, status = BODIES[body]
    before = digest()
    with nothing_kept():
        answer = ask(
            "", reverse(name), "POST", headers=machine, data=content, content_type=JSON
        )
    assert answer.status_code == status, answer.content[:200]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert digest() == before


# A tablet's queue has a shape of its own; what is wrong in it is kept for a person.
@pytest.mark.parametrize("name", [one for one in DELIVERIES if one != "api-checks"])
@pytest.mark.parametrize("items", ITEMS)
def test_a_malformed_item_is_rejected_by_itself(machine, name, items):
    with nothing_kept():
        answer = ask(
            "",
            reverse(name),
            "POST",
            headers=machine,
            data=ITEMS[items].encode(),
            content_type=JSON,
        )
    assert answer.status_code == 200
    assert json.loads(answer.content)["rejected"] == 1


@pytest.mark.parametrize("kind", ["text/xml", "multipart/form-data", "text/plain"])
def test_another_type_of_body_is_refused(machine, kind):
    with nothing_kept():
        answer = ask(
            "",
            reverse("api-tickets"),
            "POST",
            headers=machine,
            data=b"[]",
            content_type=kind,
        )
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["api-outlets", "api-rankings", "api-awards"])
@pytest.mark.parametrize("place", ["abc", "p=abc", "p=1&o=9999999999", "p=%00", ""])
def test_a_cursor_made_by_hand_leads_nowhere(world, cookies, name, place):
    cursor = base64.b64encode(place.encode()).decode()
    with nothing_kept():
        answer = ask(cookies["operations"], f"{reverse(name)}?cursor={quote(cursor)}")
    assert answer.status_code in (200, 404)
