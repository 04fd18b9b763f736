"""Nobody learns about her neighbours: agencies, clerks, and who stands at a tablet."""

import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.sight.asking import ask, ask_route, nothing_kept, objects, signed_in
from tests.sight.canaries import CHECK, PUBLIC, ROSTER, leaks, named_in_public, text_of
from tests.sight.routes import ROUTES
from tests.sight.test_table import law
from tests.sight.world import CLERK, words
from tests.staffing.accounts.factories import tablet_of
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
PAGES = [route for route in ROUTES if route.method == "GET"]
# Fields in which names and badges are searched for, on whatever page.
SEARCHES = ("q", "who", "person", "employee", "object", "about", "name")


def _steady(answer, *typed: str) -> str:
    """Return an answer without tokens and without what was typed."""
    text = re.sub(r'"\w{64}"', "", answer.content.decode())
    for part in typed:
        text = text.replace(part, "·")
    return text


def test_an_agency_is_never_told_whose_badge_it_wrote_down(world, cookies):
    """A badge of this outlet, of another county, and nobody's look the same to her."""
    said = set()
    for number in (
        world.own.people[3].number,
        world.foreign.people[3].number,
        "NO-BADGE-1",
    ):
        visit = {
            "visit_no": "V-BADGE",
            "outlet": world.own.outlet.code,
            "employee": number,
            "agency": world.own.visit.agency.code,
            "date": timezone.localdate(),
            "points": "80",
            "out_of": "100",
        }
        with nothing_kept():
            session = cookies["agency"]
            first = ask(session, reverse("mystery:add"), "POST", visit)
            page = ask(session, first.url)
            again = ask(session, reverse("mystery:add"), "POST", visit)
            another = visit | {"employee": "NO-BADGE-2"}
            changed = ask(session, reverse("mystery:add"), "POST", another)
            listed = ask(session, reverse("mystery:list"))
        said.add(
            (
                *(answer.status_code for answer in (first, page, again, changed)),
                _steady(page, number),
                _steady(changed, number, "NO-BADGE-2"),
                _steady(listed, number),
            )
        )
    assert len(said) == 1


def test_an_agency_sees_no_visit_of_another(world):
    hers, others = world.own.visit, world.foreign.visit
    with nothing_kept():
        session = signed_in(granted_user("agency", agency=others.agency))
        found = {}
        for route in PAGES:
            if route.name == CHECK:
                continue  # open to whoever holds the certificate
            answer = ask_route(session, world, route, world.own)
            text = text_of(answer)
            found[route.label] = {
                word
                for word in (
                    f"{words(world.own.code)} visit",
                    f"{words(world.own.code)} agency",
                    *(person.name for person in world.own.people),
                    *(person.name for person in world.foreign.people),
                )
                if word in text
            }
        assert {label: said for label, said in found.items() if said} == {}
        page = ask(session, reverse("mystery:visit", args=[others.visit_no]))
        assert (page.status_code, others.comment in page.content.decode()) == (
            200,
            True,
        )
        for visit in (hers, world.own.hidden_visit):
            page = ask(session, reverse("mystery:visit", args=[visit.visit_no]))
            assert page.status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("field", SEARCHES)
def test_no_search_tells_a_clerk_a_colleagues_name(world, cookies, field):
    """She may type a badge or half a name; whose it is she is not told."""
    above = world.own.people[CLERK - 1]
    names = {p.name for p in world.own.people if p.pk != world.own.people[CLERK].pk}
    names -= named_in_public(world)
    stated, told = law(), {}
    with nothing_kept():
        for route in PAGES:
            which, place = objects(world, route)[0]
            path = route.path(world, place)
            if "?" in path or route.name.startswith((*PUBLIC, *ROSTER)):
                continue
            if stated[route.label, which, "clerk"] != 200:
                continue
            for typed in (above.number, words(world.own.code)):
                answer = ask(cookies["clerk"], f"{path}?{urlencode({field: typed})}")
                if seen := {name for name in names if name in text_of(answer)}:
                    told[route.label, typed] = seen
    assert told == {}


def test_a_tablet_names_only_who_has_a_pin_at_its_outlet(world):
    with nothing_kept():
        _device, browser = tablet_of(world.own.outlet)
        list_page = reverse("accounts:people")
        page = browser.get(list_page).content.decode()
        everybody = [*world.own.people, *world.foreign.people]
        shown = {person for person in everybody if person.name in page}
        assert shown == {world.own.pin.user.employee}
        refused = []
        for person in (
            world.own.person,  # works here, has no PIN
            world.foreign.pin.user.employee,
            world.nowhere.person,
        ):
            address = reverse("accounts:pin", args=[person.uuid])
            answer = browser.get(address, follow=True)
            assert answer.redirect_chain == [(list_page, 302)]
            refused.append(_steady(answer, str(person.uuid)))
        assert len(set(refused)) == 1


@pytest.mark.parametrize("scope", ["region", "outlet"])
def test_an_auditor_of_a_part_reads_nothing_of_another(world, scope):
    """Accounts, roles and agencies have no place: they are for who audits all."""
    part = world.own.county if scope == "region" else world.own.outlet
    with nothing_kept():
        session = signed_in(granted_user("auditor", **{scope: part}))
        told = {}
        for route in PAGES:
            for which, place in objects(world, route):
                if which == "foreign":
                    continue
                answer = ask_route(session, world, route, place)
                if seen := leaks(world, "regional_supervisor", place, route, answer):
                    told[route.label] = seen
        assert told == {}
        for name in ("people:users", "people:grants", "people:agencies"):
            assert ask(session, reverse(name)).status_code == 403
        somebody = reverse("people:user", args=[world.somebody.uuid])
        assert ask(session, somebody).status_code == 403
