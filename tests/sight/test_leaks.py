"""Nothing leaks sideways: not in a list, a count, a file, a header or a refusal."""

import re
from difflib import unified_diff
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone

from evaluations.ledger.services import Line, put
from tests.outlets.flow.factories import take, ticket
from tests.sight.asking import ask, ask_route, nothing_kept, objects
from tests.sight.canaries import KEEPER, ROSTER, WATCHED, leaks, text_of
from tests.sight.routes import ROUTES
from tests.sight.test_table import law
from tests.sight.world import ABOVE, BELOW, FOREIGN, OWN, records, words
from tests.staffing.people.factories import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("crawl")]
PAGES = [route for route in ROUTES if route.method == "GET"]


@pytest.mark.parametrize("role", WATCHED)
def test_no_answer_names_what_is_out_of_sight(seen, role):
    found = {
        (label, which): one.leaks
        for (label, which, asking), one in seen.items()
        if asking == role and one.leaks
    }
    assert found == {}


def test_the_canaries_sing_for_who_sees_everything(seen):
    """The search finds something to find: lists do show the other county to others."""
    names = {route.label: route.name for route in PAGES}
    shown = {
        names[label]
        for (label, _which, role), one in seen.items()
        if role == "auditor" and one.sings and label in names
    }
    assert shown >= {
        "api-outlets",
        "api-employees",
        "api-standings",
        "complaints:list",
        "feedback:list",
        "flow:outlets_file",
        "mystery:list",
        "rankings:run",
        "targets:list",
    }


def _filters(world):
    """Yield query strings that ask a list for the other county."""
    far = world.foreign
    # What a page does not read does not narrow its answer.
    yield urlencode({"outlet": far.outlet.code, "region": far.county.code})
    yield urlencode({"place": far.outlet.code, "employee": far.person.number})
    yield urlencode({"q": words(FOREIGN)[:-2]})
    yield urlencode({"period": "2026-10"})
    yield urlencode({"place": far.county.code, "level": "outlet"})
    yield urlencode({"at": far.outlet.pk, "day": "2026-10-05"})
    yield urlencode({"about": far.person.pk, "day": "2026-10-05"})
    yield urlencode({"mine": "1"})


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["clerk", "regional_supervisor"])
def test_no_filter_lets_the_other_county_through(world, cookies, role):
    stated, found = law(), {}
    for route in PAGES:
        for which, place in objects(world, route)[:1]:
            path = route.path(world, place)
            if "?" in path or stated[route.label, which, role] != 200:
                continue
            for query in _filters(world):
                with nothing_kept():
                    answer = ask(cookies[role], f"{path}?{query}")
                if seen := leaks(world, role, world.foreign, route, answer):
                    found[route.label, query] = seen
    assert found == {}


def _without_echo(answer, path: str, place) -> str:
    """Return an answer without what the question itself said, and without tokens."""
    said = {path, quote(path), *re.split(r"[/?&=]", path), place.outlet.code}
    text = text_of(answer)
    # A digit or two is the key of a row here, and part of every drawing.
    whole = {part for part in said if not re.fullmatch(r"\d{0,2}", part)}
    for part in sorted(whole, key=len, reverse=True):
        text = text.replace(part, "·")
    return _steady(text)


def _steady(text: str) -> str:
    """Leave out what differs between any two answers: tokens, rates, clocks."""
    varies = (
        r'"\w{64}"|csrftoken=\w+|expires=[^;]+|Content-Length: \d+'
        r'|name="(?:uuid|delivery)" \S+'
        r'|name="[\w-]*key" value="[^"]+"|data-clock>[^<]*'
        r"|ed25519 [\w-]+ \w{128}"
        # How far the feed has come, which grows with every change anywhere.
        r'|ETag: "\w{32}"|"cursor":"[^"]+"|data-now="\d+"'
        r'|RateLimit: .*|data-ticket="[^"]+"|"made_at": "[^"]+"|\b\d+\.\d+\.\d+\.\d+\b'
    )
    return re.sub(rf"{varies}|\b\d+:\d\d(:\d\d)?\b", "", text)


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["clerk", "store_manager", "regional_supervisor"])
def test_what_is_out_of_sight_reads_like_what_does_not_exist(world, cookies, role):
    stated, differing, asked = law(), {}, 0
    for route in ROUTES:
        if stated.get((route.label, "foreign", role)) != 404:
            continue
        asked += 1
        said = []
        for place in (world.foreign, world.nowhere):
            answer = ask_route(cookies[role], world, route, place)
            path = route.path(world, place)
            said.append((answer.status_code, _without_echo(answer, path, place)))
        if said[0] != said[1]:
            differing[route.label] = said
    assert differing == {}
    assert asked > 10


def _pages(world, cookies, role) -> dict[str, str]:
    """Return everything `role` reads by asking about her own place."""
    stated, shown = law(), {}
    for route in PAGES:
        which, place = objects(world, route)[0]
        if stated[route.label, which, role] != 200:
            continue
        text = text_of(ask_route(cookies[role], world, route, place))
        shown[route.label] = _steady(text)
    return shown


def _changes(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """Return the lines that changed, by route."""
    return {
        label: list(
            unified_diff(before[label].splitlines(), after[label].splitlines(), n=0)
        )
        for label in before
        if before[label] != after[label]
    }


def _more_happens(outlet, person, key):
    """Put one more record of every sort on file, and one more person."""
    AssignmentFactory(outlet=outlet)
    records(outlet, person, key, words(key))
    today = timezone.localtime()
    take("tickets", [ticket(outlet, f"X{key}", f"{today:%F}T00:00:00", wait=900)])
    line = Line(
        source_id=key,
        component="knowledge",
        on=today.date(),
        employee_id=person.pk,
        outlet_id=outlet.pk,
        points=1,
        out_of=100,
    )
    put(source="test", lines=[line])


@pytest.mark.one_database
@pytest.mark.parametrize("role", [role for role in WATCHED if role != KEEPER])
def test_what_happens_elsewhere_changes_nothing_that_is_shown(world, cookies, role):
    with nothing_kept():
        before = _pages(world, cookies, role)
        _more_happens(world.foreign.outlet, world.foreign.people[ABOVE], "LATE-FAR")
        after = _pages(world, cookies, role)
    assert _changes(before, after) == {}


@pytest.mark.one_database
def test_what_happens_to_colleagues_changes_nothing_that_a_clerk_is_shown(
    world, cookies
):
    people = world.own.people
    with nothing_kept():
        before = _pages(world, cookies, "clerk")
        for which in (ABOVE, BELOW):
            _more_happens(world.own.outlet, people[which], f"LATE-{which}")
        after = _pages(world, cookies, "clerk")
    # Who works beside her and when is no secret, nor is a shift that came on offer:
    # pages that say just that may change.
    changed = {
        label: lines
        for label, lines in _changes(before, after).items()
        if not label.removeprefix("GET ").startswith((*ROSTER, "my_roster:wishes"))
    }
    assert changed == {}
    assert OWN in before["GET rankings:mine"]
