"""What every answer carries, and what `docs/security.md` says it carries."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model, hashers
from django.test import Client, override_settings
from django.urls import reverse

from tests.sight.asking import ask_route, objects
from tests.sight.routes import ROUTES

pytestmark = pytest.mark.django_db
PAGE = Path(settings.BASE_DIR) / "docs" / "security.md"


def _documented() -> dict[str, str]:
    """Return the headers of the table in the documentation, by name."""
    rows = re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)
    return dict(rows)


def _parts(value: str | None) -> list[str]:
    """Return a header's directives; their order says nothing."""
    return sorted(part.strip() for part in (value or "").split(";"))


# Code, the same for everybody, asked for anew each time.
WORKERS = {"checks:worker", "feedback:pad_worker", "knowledge:worker"} | {
    "mystery:field_worker"
}


@pytest.mark.one_database
def test_every_answer_carries_the_headers_that_are_documented(world, cookies):
    documented, odd = _documented(), {}
    assert len(documented) >= 6
    # Answers that may be kept, or that open the docs page, say so themselves.
    for route in ROUTES:
        for which, place in objects(world, route)[:1]:
            answer = ask_route(cookies["operations"], world, route, place)
            for name, value in documented.items():
                said = answer.headers.get(name)
                if name == "Cache-Control" and said and "no-store" in said:
                    continue
                if route.name in WORKERS and name == "Cache-Control":
                    continue
                if _parts(said) != _parts(value):
                    odd[route.label, which, name] = said
    assert odd == {}


def test_every_header_of_an_answer_is_documented(world, cookies):
    ordinary = {"Content-Type", "Content-Length", "Vary", "Content-Language"}
    route = next(one for one in ROUTES if one.name == "today:home")
    answer = ask_route(cookies["clerk"], world, route, world.own)
    assert {name for name, _value in answer.items()} - ordinary == set(_documented())


def test_production_asks_browsers_to_stay_on_https(client):
    with override_settings(
        SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True
    ):
        answer = Client().get(reverse(settings.LOGIN_URL), secure=True)
    said = answer.headers["Strict-Transport-Security"]
    assert said == "max-age=31536000; includeSubDomains"


def test_signing_in_changes_the_session(client, django_user_model):
    password = "long-and-unguessable-7"
    django_user_model.objects.create_user("reader", password=password)
    address = reverse(settings.LOGIN_URL)
    client.get(address)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    answer = client.post(
        address, {"username": "reader", "login": "reader", "password": password}
    )
    assert answer.status_code == 302
    assert client.cookies["sessionid"].value != before
    kept = client.cookies["sessionid"]
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")


def test_after_signing_out_the_old_cookie_opens_nothing(world, cookies):
    client = Client()
    client.force_login(world.viewers["clerk"])
    old = client.cookies["sessionid"].value
    client.post(reverse("accounts:sign_out"))
    again = Client()
    again.cookies["sessionid"] = old
    assert again.get(reverse("rankings:mine")).status_code == 302


def test_a_wrong_name_costs_as_much_as_a_wrong_password(client, monkeypatch):
    made = []
    hasher = hashers.get_hasher()
    original = type(hasher).encode

    def counting(self, password, salt, *args):
        made.append(password)
        return original(self, password, salt, *args)

    get_user_model().objects.create_user(
        "mei-is-here", password="right-and-long-enough"
    )
    monkeypatch.setattr(type(hasher), "encode", counting)
    said = {}
    for name in ("mei-is-here", "mei-is-not"):
        made.clear()
        given = {"username": name, "login": name, "password": "wrong"}
        answer = Client().post(reverse(settings.LOGIN_URL), given)
        # Tokens differ in every answer.
        text = re.sub(r"\w{32,}", "", answer.content.decode()).replace(name, "·")
        said[name] = (answer.status_code, len(made), text)
    assert said["mei-is-here"] == said["mei-is-not"]
    assert said["mei-is-here"][1] == 1
