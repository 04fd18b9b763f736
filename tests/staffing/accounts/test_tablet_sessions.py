"""Sessions begun on a tablet: bound to it, short, and narrow."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from outlets.places.sight import Power
from staffing.accounts.models import Pin
from staffing.accounts.services.devices import revoke_device
from staffing.people.models import User
from tests.outlets.places.factories import OutletFactory
from tests.sight.asking import ask_route, objects
from tests.sight.routes import ROUTES
from tests.sight.test_table import law
from tests.staffing.accounts.factories import (
    PIN,
    PinFactory,
    person_with_pin,
    tablet_of,
    type_pin,
)
from tests.staffing.people.factories import RoleGrantFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


class Tablet:
    """A tablet of an outlet, and a lead of the outlet signed in on it."""

    def __init__(self):
        self.outlet = OutletFactory()
        self.device, self.browser = tablet_of(self.outlet)
        self.user = person_with_pin(self.outlet, "store_manager")
        type_pin(self.browser, self.user)

    def lets_in(self):
        return self.browser.get("/").status_code == 200

    def says(self):
        page = self.browser.get("/accounts/sign-in/")
        return [str(message) for message in page.context["messages"]]

    def change_mark(self, **changes):
        session = self.browser.session
        session["tablet"] = session["tablet"] | changes
        session.save()


@pytest.fixture
def tablet():
    return Tablet()


ANOTHER = "That session belonged to another tablet. It has been ended."


def test_a_pin_lets_in_on_its_tablet(tablet):
    assert tablet.lets_in()


def test_the_session_does_not_live_without_the_credential_of_its_tablet(tablet):
    thief = Client()
    thief.cookies["sessionid"] = tablet.browser.cookies["sessionid"].value
    assert thief.get("/").status_code == 302
    assert not tablet.lets_in()  # ended for everybody


def test_the_session_does_not_live_beside_another_tablet(tablet):
    _other, browser = tablet_of(tablet.outlet)
    tablet.browser.cookies["device"] = browser.cookies["device"].value
    assert not tablet.lets_in()
    assert tablet.says() == [ANOTHER]


@pytest.mark.parametrize("by_pin", [True, False], ids=["PIN", "password"])
def test_revoking_a_tablet_ends_every_session_begun_on_it(tablet, by_pin):
    if not by_pin:
        lead = tablet.user
        lead.set_password("eight-stars")
        lead.save()
        tablet.browser.post("/accounts/devices/switch/")
        form = {"username": lead.username, "password": "eight-stars"}
        tablet.browser.post("/accounts/sign-in/", form)
    elsewhere = Client()
    elsewhere.force_login(tablet.user)
    assert tablet.lets_in()
    revoke_device(
        device_id=tablet.device.pk, reason="lost", by=granted_user("administrator")
    )
    assert not tablet.lets_in()
    assert tablet.says() == [ANOTHER]
    assert elsewhere.get("/").status_code == 200  # her own computer is none of it


@pytest.mark.parametrize("by_pin", [True, False], ids=["PIN", "password"])
def test_nobody_tapping_ends_the_session(tablet, settings, by_pin):
    settings.TABLET_IDLE_MINUTES = 10
    if not by_pin:
        tablet.change_mark(pin_set_at="", day="")
    almost = timezone.now() - timedelta(minutes=9, seconds=50)
    tablet.change_mark(seen=almost.isoformat())
    assert tablet.lets_in()  # and that was a tap
    assert tablet.browser.session["tablet"]["seen"] > almost.isoformat()
    idle = timezone.now() - timedelta(minutes=10)
    tablet.change_mark(seen=idle.isoformat())
    assert not tablet.lets_in()
    assert tablet.says() == ["Nobody tapped for 10 minutes, so you were signed out."]


def test_a_session_is_not_written_with_every_tap(tablet, django_assert_num_queries):
    tablet.browser.get("/api/docs/")
    # tablet, session, user, is she here; grants, employee, post for her sight; outlet
    with django_assert_num_queries(8):
        tablet.browser.get("/api/v1/outlets/NOWHERE/")


def test_the_trading_day_ends_the_session(tablet):
    yesterday = timezone.localdate() - timedelta(days=1)
    tablet.change_mark(day=yesterday.isoformat())
    assert not tablet.lets_in()
    assert tablet.says() == ["The trading day is over. Sign in again for the new one."]


@pytest.mark.parametrize(
    "change",
    [
        lambda tablet: tablet.user.employee.assignments.update(
            ends_on=timezone.localdate() - timedelta(days=1)
        ),
        lambda tablet: Pin.objects.update(
            pin_hash="", ended_at=timezone.now(), ended_by=tablet.user
        ),
    ],
    ids=["moved away", "PIN ended"],
)
def test_who_may_not_sign_in_here_any_more_is_signed_out(tablet, change):
    change(tablet)
    assert not tablet.lets_in()
    assert tablet.says() == ["You do not work here today, or must set a new PIN."]


def test_a_new_pin_ends_the_sessions_of_the_old_one(tablet):
    Pin.objects.update(set_at=timezone.now())
    assert not tablet.lets_in()
    assert tablet.says() == ["Your PIN has been changed. Sign in with the new one."]


def test_a_barred_user_is_let_in_nowhere(tablet):
    User.objects.filter(pk=tablet.user.pk).update(is_active=False)
    assert not tablet.lets_in()


def test_switching_signs_out_and_shows_the_people(tablet):
    answer = tablet.browser.post("/accounts/devices/switch/", {"next": "/checks/"})
    assert answer.url == "/accounts/devices/people/?next=%2Fchecks%2F"
    assert not tablet.lets_in()
    assert tablet.browser.get(answer.url).context["people"] == [tablet.user.employee]


def test_switching_needs_the_token_against_forgery(tablet):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = tablet.browser.cookies
    assert strict.post("/accounts/devices/switch/").status_code == 403
    assert tablet.lets_in()


def test_a_session_elsewhere_is_bound_to_nothing(client):
    user = staff_user("store_manager")
    client.force_login(user)
    assert client.get("/").status_code == 200
    assert "tablet" not in client.session
    assert client.post("/accounts/devices/switch/").url == "/accounts/sign-in/"


def test_nothing_of_a_stronger_session_lives_on_after_a_pin(tablet):
    tablet.browser.force_login(tablet.user)
    session = tablet.browser.session
    session["proved_with"] = "password"
    session.save()
    type_pin(tablet.browser, tablet.user)
    assert "proved_with" not in tablet.browser.session


# --- What is left of her powers -------------------------------------------------------


ACCOUNT_PAGES = "/accounts/"


def _by_pin(world, user):
    """Return the browser of a tablet of her outlet, with her PIN session."""
    PinFactory(user=user)
    _device, browser = tablet_of(world.own.outlet)
    assert type_pin(browser, user).status_code == 302
    return browser


# Where a manager with a PIN session and every role there is does not get what the table
# says of a manager: the pages of the tablet itself, which work here; and award lists,
# which she may see at her outlet. The other pages of an account are closed.
BESIDES = (
    {
        ("GET accounts:people", "any"): 200,
        ("GET accounts:pin", "own"): 200,
        ("POST accounts:pin", "own"): 302,
        ("POST accounts:pin", "foreign"): 302,
        ("GET api-awards", "any"): 200,
        ("GET api-award-list", "any"): 200,
        ("GET api-award-rounds", "any"): 200,
        ("GET api-nomination", "own"): 403,
        ("GET api-nomination", "foreign"): 403,
        ("POST api-nominations", "own"): 403,
        # On the floor she enters herself and nobody else.
        ("POST growth:contest_act enter", "own"): 200,
        ("POST growth:contest_act leave", "own"): 403,
        ("POST growth:contest_act leave", "foreign"): 403,
        ("GET awards:detail draft", "any"): 200,
        ("POST awards:publish", "any"): 403,
        # The tablet is known; what it sends is no queue.
        ("POST feedback:taps", "any"): 400,
    }
    | {
        # Rosters are planned and published at a desk, leave and swaps decided there.
        (f"{method} {name}", "own"): 404
        for method, names in {
            "GET": (
                *("my_roster:leave", "my_roster:swap", "rosters:day", "rosters:file"),
                *("rosters:person", "rosters:search"),
            ),
            "POST": (
                *("my_roster:leave_decide", "my_roster:leave_withdraw"),
                *("my_roster:swap_answer", "my_roster:swap_decide"),
                *("my_roster:swap_withdraw", "rosters:accept_search", "rosters:cells"),
                *("rosters:person", "rosters:publish", "rosters:start_search"),
                *("rosters:owners", "rosters:stop_search"),
            ),
        }.items()
        for name in names
    }
    | {
        # Nobody announces anything from the floor; she reads and confirms there.
        ("GET notices:bulletin_new", "any"): 403,
        ("POST notices:bulletin_new", "own"): 403,
        ("POST notices:bulletin_new", "foreign"): 403,
        ("POST notices:bulletin_withdraw", "own"): 403,
    }
    | {
        # Nobody nominates, gives points or prints others' certificates on the floor.
        ("GET awards:nominate", "any"): 403,
        ("POST awards:nominate", "own"): 403,
        ("GET awards:point_new", "any"): 403,
        ("POST awards:point_new", "own"): 403,
        ("POST awards:point_new", "foreign"): 403,
        ("POST awards:certificate_make", "own"): 403,
        ("POST awards:act edit", "own"): 403,
        ("POST awards:act submit", "own"): 403,
        ("POST awards:act withdraw", "own"): 403,
    }
    | {
        # Complaints are settled at a desk.
        (f"POST complaints:act {act}", "own"): 403
        for act in ("close", "compensate", "judge")
    }
    | {
        # So are supervision orders.
        (f"POST complaints:order_act {act}", "own"): 403
        for act in ("start", "report", "remark")
    }
    | {
        ("GET my_roster:calendar", "any"): 403,
        ("GET my_roster:decisions", "any"): 403,
        ("POST my_roster:calendar", "any"): 403,
        ("POST my_roster:calendar_end", "any"): 403,
    }
)


@pytest.mark.one_database  # what a PIN narrows lies above the database
def test_every_route_answers_a_pin_as_it_answers_a_plain_manager(world, monkeypatch):
    manager = world.viewers["store_manager"]
    for role in ("operations", "administrator", "hr", "auditor"):
        RoleGrantFactory(user=manager, role=role)
    browser = _by_pin(world, manager)
    cookies = {name: browser.cookies[name].value for name in ("sessionid", "device")}

    class Bound(Client):
        def __init__(self, **options):
            super().__init__(**options)
            for name, value in cookies.items():
                self.cookies[name] = value

    monkeypatch.setattr("tests.sight.asking.Client", Bound)
    stated = law()
    differences = {}
    for route in ROUTES:
        for which, place in objects(world, route):
            seen = ask_route("", world, route, place).status_code
            if seen == 403 and route.path(world, place).startswith(ACCOUNT_PAGES):
                continue
            if seen != stated[route.label, which, "store_manager"]:
                differences[route.label, which] = seen
    assert differences == BESIDES


@pytest.mark.parametrize(
    ("route", "power"),
    [
        ("GET rankings:start", Power.RANK),
        ("POST rankings:publish", Power.PUBLISH),
        ("POST ledger:change_period", Power.CLOSE_PERIODS),
        ("GET accounts:devices", Power.CONFIGURE),
    ],
)
def test_the_same_person_may_with_her_password_what_she_may_not_with_a_pin(
    world, route, power
):
    manager = world.viewers["store_manager"]
    for role in ("operations", "administrator", "hr"):
        RoleGrantFactory(user=manager, role=role)
    browser = _by_pin(world, manager)
    found = next(one for one in ROUTES if one.label == route)
    address = found.path(world, world.own)
    send = browser.get if found.method == "GET" else browser.post
    assert send(address, found.data(world, world.own)).status_code in (403, 404)
    browser.force_login(User.objects.get(pk=manager.pk))
    assert User.objects.get(pk=manager.pk).sight.may(power)
    assert send(address, found.data(world, world.own)).status_code in (200, 302)


def test_on_the_tablet_only_the_role_of_the_post_is_shown(tablet):
    RoleGrantFactory(user=tablet.user, role="operations")
    page = tablet.browser.get("/").content.decode()
    assert "Store manager" in page
    assert "operations department" not in page.lower()
    assert "My PIN" not in page
    assert "Switch person" in page


def test_a_person_assigned_to_two_outlets_sees_the_one_of_the_tablet():
    here, there = OutletFactory(code="HERE"), OutletFactory(code="THERE")
    user = person_with_pin(here, "store_manager")
    user.employee.assignments.create(outlet=there, starts_on=timezone.localdate())
    _device, browser = tablet_of(here)
    type_pin(browser, user, PIN)
    assert browser.get("/api/v1/outlets/HERE/").status_code == 200
    assert browser.get("/api/v1/outlets/THERE/").status_code == 404


def test_an_enrolment_on_a_tablet_in_use_signs_its_user_out(tablet):
    page = tablet.browser.get("/accounts/devices/enrol/")
    assert page.status_code == 200
    assert "already" in page.content.decode()
    assert not list(get_messages(page.wsgi_request))


def test_a_page_that_looks_by_itself_is_no_tap(tablet):
    seen = (timezone.now() - timedelta(minutes=9)).isoformat()
    tablet.change_mark(seen=seen)
    tablet.browser.get("/", headers={"X-Looks-By-Itself": "yes"})
    assert tablet.browser.session["tablet"]["seen"] == seen
    tablet.browser.get("/")
    assert tablet.browser.session["tablet"]["seen"] > seen
