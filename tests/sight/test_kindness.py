"""A clerk meets nobody of her own outlet in any list but the winners'."""

import pytest
from django.test import Client

from evaluations.rankings.models import Shown
from evaluations.rankings.services.display import show_to_staff
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.canaries import ROSTER, text_of
from tests.sight.routes import ROUTES
from tests.sight.world import ABOVE, BELOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
JSON = "application/json"


def _read(session: str, world, route, place) -> tuple[int, str]:
    """Return the status of an answer and all of its text, a download's too."""
    client = Client()
    client.cookies["sessionid"] = session
    data = route.data(world, place) if route.method == "POST" else None
    with nothing_kept():
        path = route.path(world, place)
        if route.method == "POST":
            form = {} if isinstance(data, dict) else {"content_type": JSON}
            answer = client.post(path, data, **form)
        else:
            answer = client.generic(route.method, path)
        return answer.status_code, b"".join(answer).decode(errors="replace")


def _named(text: str, people) -> list[str]:
    return [one.number for one in people if one.number in text or one.name in text]


def test_no_route_tells_a_clerk_who_is_below_or_above(world, cookies):
    others = [world.own.people[which] for which in (ABOVE, BELOW)]
    found, seen = {}, set()
    for route in ROUTES:
        for which, place in objects(world, route):
            status, text = _read(cookies["clerk"], world, route, place)
            if status == 200:
                seen.add(route.name)
            # Who works beside her and when is no judgement.
            if route.name.startswith(ROSTER):
                continue
            if named := _named(text, others):
                found[route.label, which] = named
    assert found == {}
    assert seen >= {"rankings:mine", "rankings:explain", "awards:detail"}


def test_switched_on_the_list_names_them_and_no_score(world, cookies):
    others = [world.own.people[which] for which in (ABOVE, BELOW)]
    list_of_outlet = next(
        one for one in ROUTES if one.label == "GET rankings:own_outlet"
    )
    with nothing_kept():
        show_to_staff(
            scheme=world.run.scheme.code,
            shown=Shown.OUTLET_LIST,
            by=world.viewers["operations"],
        )
        answer = ask(cookies["clerk"], list_of_outlet.path(world, world.own))
    assert answer.status_code == 200
    text = text_of(answer)
    assert [one.name in text for one in others] == [True, True]
    standings = world.run.standings.filter(employee__in=others)
    assert [str(one.score) in text for one in standings] == [False, False]
