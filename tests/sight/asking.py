"""Asking an address as somebody, in a transaction that leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from tests.sight.routes import Route
from tests.sight.world import Place, World

FRAGMENT = {"HX-Request": "true"}


def sessions(world: World) -> dict[str, str]:
    """Return the session cookie of each viewer, empty for who is not signed in."""
    return {role: signed_in(viewer) for role, viewer in world.viewers.items()}


def signed_in(viewer) -> str:
    client = Client()
    if viewer.is_authenticated:
        client.force_login(viewer)
        return client.cookies["sessionid"].value
    return ""


@contextmanager
def nothing_kept() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(
    session: str,
    path: str,
    method: str = "GET",
    data: dict | str | None = None,
    headers: dict[str, str] | None = None,
    **how,
) -> HttpResponseBase:
    """Send one request; `how` goes to the client, e.g. a body and its type.

    Text is a body of JSON, a dict a form.

    Must run within `nothing_kept`, so that one question does not change the next.
    """
    client = Client(raise_request_exception=True)
    if session:
        client.cookies["sessionid"] = session
    if method in ("GET", "HEAD"):
        answer = getattr(client, method.lower())(path, headers=headers, **how)
    elif isinstance(data, str):
        how.setdefault("content_type", "application/json")
        answer = client.post(path, data, headers=headers, **how)
    elif data is not None:
        answer = client.post(path, data, headers=headers, **how)
    else:
        answer = client.generic(method, path, headers=headers, **how)
    return _whole(answer) if answer.streaming else answer


def _whole(answer) -> HttpResponse:
    """Return an answer that was sent piece by piece as one with its content."""
    body = b"".join(answer.streaming_content)
    whole = HttpResponse(body, status=answer.status_code, headers=answer.headers)
    whole.cookies, whole.request = answer.cookies, answer.request
    return whole


def ask_route(session: str, world: World, route: Route, place: Place, **how):
    data = route.data(world, place) if route.method == "POST" else None
    with nothing_kept():
        return ask(session, route.path(world, place), route.method, data, **how)


def objects(world: World, route: Route) -> tuple[tuple[str, Place], ...]:
    """Return own and foreign, or one row where the route names no place."""
    own, foreign = world.own, world.foreign
    asked = [
        (route.path(world, place), _lasting(route.data(world, place)))
        for place in (own, foreign)
    ]
    if asked[0] == asked[1]:
        return (("any", own),)
    return (("own", own), ("foreign", foreign))


def _lasting(data: dict | str) -> dict | str:
    """Leave out what is made anew for every request."""
    if isinstance(data, str):
        return data
    made_anew = {"uuid", "key", "file"}
    return {name: value for name, value in data.items() if name not in made_anew}
