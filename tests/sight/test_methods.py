"""What the table does not list is not answered, whoever asks."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import FOR_SERVICES, ROUTES
from tests.sight.test_table import law
from tests.sight.world import ROLES

# Methods are refused before anything is read.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
REFUSALS = {401, 403, 404, 405}
# Here HEAD asks how much of an upload has come, of whoever may carry one.
TELLS_PROGRESS = {"checks:photo"}
# Who is not signed in, and roles that between them open every page.
ASKING = ("anonymous", "clerk", "store_manager", "hr", "operations", "administrator")


def _addresses(world):
    """Return what is listed for each address: its methods, and who may use them.

    GET brings HEAD along. A refusal of the method shows only to who is not refused
    already, so that one person is enough who is let in by a listed method.
    """
    stated, listed, of_name = law(), {}, {}
    for route in ROUTES:
        # An address is listed by its name: some rows ask it about another object.
        methods = of_name.setdefault(route.name, set())
        methods |= {"GET", "HEAD"} if route.method == "GET" else {route.method}
    for route in ROUTES:
        for which, place in objects(world, route):
            _methods, let_in = listed.setdefault(
                route.path(world, place), (of_name[route.name], set())
            )
            let_in |= {
                role
                for role in ASKING
                if stated[route.label, which, role] in (200, 302)
            }
    for name in FOR_SERVICES:
        listed[reverse(name)] = ({"POST"}, set())
    return listed


def _is_refused(answer) -> bool:
    to_sign_in = answer.status_code == 302 and answer.url.startswith(
        reverse(settings.LOGIN_URL)
    )
    return to_sign_in or answer.status_code in REFUSALS


def test_a_method_without_a_row_is_refused(world, cookies):
    answered = {}
    for path, (listed, let_in) in _addresses(world).items():
        # Nobody in particular where nobody is let in; the last has most powers.
        asking = [role for role in ASKING if role in let_in][-1:] or ASKING[-1:]
        for role in {"anonymous", *asking}:
            for method in METHODS:
                if method in listed:
                    continue
                with nothing_kept():
                    answer = ask(cookies[role], path, method)
                if not _is_refused(answer):
                    answered[method, path, role] = answer.status_code
    assert answered == {}


def test_head_says_what_get_says_and_sends_no_body(world, cookies):
    stated, odd = law(), {}
    pages = [r for r in ROUTES if r.method == "GET" and r.name not in TELLS_PROGRESS]
    for route in pages:
        for which, place in objects(world, route)[:1]:
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
