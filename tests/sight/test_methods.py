"""What the table does not list is not answered, whoever asks."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import FOR_SERVICES, ROUTES
from tests.sight.test_table import law
from tests.sight.world import ROLES

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
REFUSALS = {401, 403, 404, 405}
# Who is not signed in, and roles that between them open every page.
ASKING = ("anonymous", "clerk", "store_manager", "hr", "operations", "administrator")


def _addresses(world):
    """Return the methods listed for each address; GET brings HEAD along."""
    listed = {}
    for route in ROUTES:
        for _which, place in objects(world, route):
            methods = listed.setdefault(route.path(world, place), set())
            methods.add(route.method)
            if route.method == "GET":
                methods.add("HEAD")
    for name in FOR_SERVICES:
        listed[reverse(name)] = {"POST"}
    return listed


def _is_refused(answer) -> bool:
    to_sign_in = answer.status_code == 302 and answer.url.startswith(
        reverse(settings.LOGIN_URL)
    )
    return to_sign_in or answer.status_code in REFUSALS


@pytest.mark.parametrize("role", ASKING)
def test_a_method_without_a_row_is_refused(world, cookies, role):
    answered = {}
    for path, listed in _addresses(world).items():
        for method in METHODS:
            if method in listed:
                continue
            with nothing_kept():
                answer = ask(cookies[role], path, method)
            if not _is_refused(answer):
                answered[method, path] = answer.status_code
    assert answered == {}


def test_head_says_what_get_says_and_sends_no_body(world, cookies):
    stated, odd = law(), {}
    for route in (r for r in ROUTES if r.method == "GET"):
        for which, place in objects(world, route):
            for role in ("anonymous", "clerk", "auditor"):
                with nothing_kept():
                    answer = ask(cookies[role], route.path(world, place), "HEAD")
                said = (answer.status_code, answer.content)
                if said != (stated[route.label, which, role], b""):
                    odd[route.label, which, role] = said
    assert odd == {}


def test_people_are_refused_where_only_machines_deliver(world, cookies):
    for name in FOR_SERVICES - {"api-token"}:
        for role in ROLES:
            with nothing_kept():
                answer = ask(
                    cookies[role],
                    reverse(name),
                    data=[],
                    method="POST",
                    content_type="application/json",
                )
            expected = 401 if role == "anonymous" else 403
            assert (name, role, answer.status_code) == (name, role, expected)
