"""Every question asked once, and what came of it: the status, the words, the writes.

A question is a route, an object and a role, in a transaction that leaves nothing
behind. Asking all of them takes about a minute, so that it is done once in a process,
in the first world that needs it; what is noted names no row of that world.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection

from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.canaries import WATCHED, leaks, text_of
from tests.sight.routes import ROUTES, Route
from tests.sight.world import FOREIGN, ROLES, Place, World, words

# Tables in which a refused request may, or must, leave a line, and why. The history of
# what was changed is none of them: what was refused has changed nothing.
BOOKKEEPING = {
    "django_session": "messages and where to go on live in it",
    "usersessions_usersession": "the list of one's own sessions",
    "axes_accessattempt": "failures are counted",
    "axes_accessattemptexpiration": "failures are counted",
    "axes_accessfailurelog": "failures are counted",
    "axes_accesslog": "sign-ins are counted",
    "accounts_lock": "guesses at PINs and codes are counted",
    "accounts_accessrecord": "a refused sign-in and a refused download are logged",
}
_CHANGES = re.compile(
    r"\s*(?:(?P<verb>INSERT|REPLACE|UPDATE|DELETE)\s+(?:OR\s+\w+\s+)?(?:INTO\s+|FROM\s+)?"
    r'"(?P<table>\w+)"|INSERT|REPLACE|UPDATE|DELETE|COPY|TRUNCATE|MERGE|WITH\b.*\b'
    r"(?:INSERT|UPDATE|DELETE)\b)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Seen:
    """What came of one question."""

    status: int
    leaks: frozenset[str]  # words out of the asking person's sight; of WATCHED only
    sings: bool  # whether the word of the other county stands in the answer
    through: frozenset[str]  # the filters that were passed, by name
    changed: frozenset[str]  # the tables with other rows than before


Question = tuple[str, str, str]  # label of the route, object, role
_seen: dict[Question, Seen] = {}


def everything(world: World, cookies: dict[str, str]) -> dict[Question, Seen]:
    """Return what comes of every question; `world` is asked unless one was before."""
    if not _seen:
        before = digest()
        with _noting() as passed:
            found = {
                (route.label, which, role): _ask(
                    cookies[role], world, route, place, role, before, passed
                )
                for route in ROUTES
                for which, place in objects(world, route)
                for role in ROLES
            }
        _seen.update(found)
    return _seen


def _ask(session, world, route: Route, place: Place, role, before, passed) -> Seen:
    passed.clear()
    with nothing_kept():
        data = route.data(world, place) if route.method == "POST" else None
        with writing() as written:
            answer = ask(session, route.path(world, place), route.method, data)
        changed = written.changed(before)
        through = frozenset(passed)
    told = leaks(world, role, place, route, answer) if role in WATCHED else ()
    return Seen(
        status=answer.status_code,
        leaks=frozenset(told),
        sings=words(FOREIGN) in text_of(answer),
        through=through,
        changed=frozenset(changed),
    )


# --- What is written ------------------------------------------------------------------


class Statements:
    """Notes the tables that statements could have changed."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        if said := _CHANGES.match(sql):
            self.tables |= {said["table"]} if said["table"] else set(_tables())
        return execute(sql, params, many, context)

    def changed(self, before: dict[str, str]) -> set[str]:
        """Return the tables whose rows now differ from a digest of `before`."""
        written = self.tables & before.keys()
        return {table for table in written if _digest(table) != before[table]}


@contextmanager
def writing() -> Iterator[Statements]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(tables - BOOKKEEPING.keys())


def digest() -> dict[str, str]:
    """Return a digest of all rows by table, whatever their order."""
    return {table: _digest(table) for table in _tables()}


def _digest(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


# --- What is passed -------------------------------------------------------------------


def _filters() -> dict[str, type]:
    """Return every QuerySet class of the project that has a `visible_to`."""
    found = {}
    for model in apps.get_models():
        queryset = type(model._default_manager.get_queryset())
        if "visible_to" in vars(queryset):
            found[f"{queryset.__module__}.{queryset.__name__}"] = queryset
    return found


FILTERS = _filters()


@contextmanager
def _noting() -> Iterator[set[str]]:
    """Note the name of every filter that is passed, until it is cleared."""
    passed: set[str] = set()

    def noting(queryset, name):
        original = queryset.visible_to

        def visible_to(self, *args, **kwargs):
            passed.add(name)
            return original(self, *args, **kwargs)

        return visible_to

    with pytest.MonkeyPatch.context() as patch:
        for name, queryset in FILTERS.items():
            patch.setattr(queryset, "visible_to", noting(queryset, name))
        yield passed
