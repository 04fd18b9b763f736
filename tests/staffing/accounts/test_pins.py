"""PINs: set by herself, ended by who leads, tried with growing waits."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staffing.accounts.models import Lock, Pin
from staffing.accounts.services.locks import TooManyAttempts, charge, words_for
from staffing.accounts.services.pins import (
    DEVICE,
    PERSON,
    WeakPin,
    WrongPassword,
    WrongPin,
    check_pin,
    end_pin,
    set_pin,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import (
    PIN,
    SET_AT,
    DeviceFactory,
    PinFactory,
    person_with_pin,
    tablet_of,
    type_pin,
)
from tests.staffing.people.factories import (
    AssignmentFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
MINE = "/accounts/devices/my-pin/"
PINS = "/accounts/devices/pins/"
WRONG = "840194"


@pytest.fixture
def li():
    user = staff_user(number="E48261")
    user.set_password("eight-stars")
    user.save()
    return user


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def device(outlet):
    return DeviceFactory(outlet=outlet)


def _try(device, user, pin=WRONG):
    return check_pin(device=device, person=user.employee.uuid, pin=pin)


def _fail(device, user, times):
    for _n in range(times):
        Lock.objects.update(until=None)  # she waited
        with pytest.raises(WrongPin):
            _try(device, user)


# --- Setting and ending ---------------------------------------------------------------


def test_a_pin_is_kept_as_a_password_hash(li):
    pin = set_pin(pin=PIN, password="eight-stars", by=li)
    assert PIN not in pin.pin_hash
    assert check_password(PIN, pin.pin_hash)


@pytest.mark.parametrize(
    ("pin", "password", "refusal"),
    [
        (PIN, "wrong", WrongPassword),
        ("123456", "eight-stars", WeakPin),
        ("148261", "eight-stars", WeakPin),
    ],
)
def test_set_pin_asks_for_the_password_and_refuses_what_is_easy(
    li, pin, password, refusal
):
    with pytest.raises(refusal):
        set_pin(pin=pin, password=password, by=li)
    assert not Pin.objects.exists()


def test_guessing_the_password_behind_an_open_session_is_slowed_down(li):
    for _n in range(5):
        with pytest.raises(WrongPassword):
            set_pin(pin=PIN, password="wrong", by=li)
    with pytest.raises(TooManyAttempts):
        set_pin(pin=PIN, password="eight-stars", by=li)
    assert not Pin.objects.exists()


def test_who_is_no_staff_has_no_pin():
    with pytest.raises(PermissionDenied):
        set_pin(pin=PIN, password="x", by=granted_user("hr"))


def test_a_new_pin_opens_what_was_locked(li):
    device = DeviceFactory(outlet=li.employee.assignments.get().outlet)
    set_pin(pin=PIN, password="eight-stars", by=li)
    _fail(device, li, 3)
    with pytest.raises(TooManyAttempts):
        _try(device, li, PIN)
    set_pin(pin="295816", password="eight-stars", by=li)
    assert _try(device, li, "295816") == li


def test_who_leads_the_outlet_or_configures_it_ends_a_pin_and_nobody_else(outlet):
    pin = Pin.objects.get(user=person_with_pin(outlet))
    others = [
        staff_user("clerk", outlet),
        staff_user("store_manager"),
        granted_user("auditor"),
        granted_user("operations"),
    ]
    for other in others:
        with pytest.raises(Pin.DoesNotExist):
            end_pin(pin_id=pin.pk, by=other)
    pin.refresh_from_db()
    assert pin.ended_at is None
    lead = staff_user("supervisor", outlet)
    ended = end_pin(pin_id=pin.pk, by=lead)
    assert (ended.pin_hash, ended.ended_by) == ("", lead)
    again = end_pin(pin_id=pin.pk, by=granted_user("administrator"))
    assert (again.ended_by, again.ended_at) == (lead, ended.ended_at)


def test_who_leads_here_and_audits_elsewhere_ends_pins_here_only(client, outlet):
    """Reading all PINs is no power to end them."""
    lead = staff_user("store_manager", outlet)
    RoleGrantFactory(user=lead, role="auditor")
    far = Pin.objects.get(user=person_with_pin(OutletFactory()))
    near = Pin.objects.get(user=person_with_pin(outlet))
    client.force_login(lead)
    assert set(client.get(reverse("accounts:pins")).context["page"].rows) == {far, near}
    for pin, status in ((far, 404), (near, 302)):
        ending = reverse("accounts:pin_end", args=[pin.user.employee.uuid])
        assert client.post(ending).status_code == status
    assert [Pin.objects.get(pk=pin.pk).ended_by for pin in (far, near)] == [None, lead]


def test_an_auditor_reads_who_has_a_pin_and_is_offered_no_change(client, outlet):
    person = person_with_pin(outlet)
    client.force_login(granted_user("auditor"))
    page = client.get(reverse("accounts:pins")).content.decode()
    assert (person.employee.name in page, "Ask for a new PIN" in page) == (True, False)


def test_an_ended_pin_opens_nothing_until_she_sets_a_new_one(li):
    outlet = li.employee.assignments.get().outlet
    device = DeviceFactory(outlet=outlet)
    pin = set_pin(pin=PIN, password="eight-stars", by=li)
    end_pin(pin_id=pin.pk, by=staff_user("store_manager", outlet))
    with pytest.raises(WrongPin):
        _try(device, li, PIN)
    with pytest.raises(WrongPin):
        _try(device, li, "")
    set_pin(pin=PIN, password="eight-stars", by=li)
    assert _try(device, li, PIN) == li


def test_the_page_sets_the_pin_and_shows_it_nowhere(client, li):
    client.force_login(li)
    form = {"password": "eight-stars", "pin": PIN, "again": PIN}
    mistyped = client.post(MINE, form | {"again": WRONG}).content.decode()
    assert "The two PINs are not the same." in mistyped
    wrong = client.post(MINE, form | {"password": "no"}).content.decode()
    assert "That is not your password." in wrong
    weak = client.post(MINE, form | {"pin": "777777", "again": "777777"})
    assert "the digits repeat" in weak.content.decode()
    assert not Pin.objects.exists()
    page = client.post(MINE, form, follow=True)
    assert "Your PIN is set." in page.content.decode()
    assert PIN not in page.content.decode() + mistyped + wrong


def test_the_list_of_pins_costs_the_same_for_one_and_for_twenty(
    client, outlet, django_assert_num_queries
):
    client.force_login(staff_user("store_manager", outlet))
    person_with_pin(outlet)
    client.get(PINS)
    with django_assert_num_queries(6):  # session, user, grants, employee, post, rows
        client.get(PINS)
    for _n in range(19):
        person_with_pin(outlet)
    with django_assert_num_queries(6):
        assert len(client.get(PINS).context["page"].rows) == 20


def test_a_lead_asks_for_a_new_pin_on_the_page(client, outlet):
    user = person_with_pin(outlet, name="Li Na")
    client.force_login(staff_user("store_manager", outlet))
    assert client.get(f"{PINS}?person=na").context["page"].rows == [user.pin]
    assert client.get(f"{PINS}?person=wang").context["page"].rows == []
    page = client.post(f"{PINS}{user.employee.uuid}/end/", follow=True).content.decode()
    assert "must set a new one" in page


# --- Typing it ------------------------------------------------------------------------


def test_the_right_pin_of_somebody_who_works_here_today_is_hers(device, outlet):
    user = person_with_pin(outlet)
    assert _try(device, user, PIN) == user
    assert not Lock.objects.filter(failures__gt=0).exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda u: u.employee.assignments.update(
            ends_on=timezone.localdate() - timedelta(days=1)
        ),
        lambda u: u.employee.assignments.update(
            starts_on=timezone.localdate() + timedelta(days=1)
        ),
        lambda u: type(u.employee).objects.update(
            left_on=timezone.localdate() - timedelta(days=1)
        ),
        lambda u: type(u).objects.filter(pk=u.pk).update(is_active=False),
        lambda u: u.employee.assignments.update(outlet=OutletFactory()),
    ],
    ids=["moved away yesterday", "comes tomorrow", "left", "barred", "elsewhere"],
)
def test_the_right_pin_of_somebody_who_is_not_here_is_a_wrong_one(
    device, outlet, change
):
    user = person_with_pin(outlet)
    change(user)
    with pytest.raises(WrongPin):
        _try(device, user, PIN)
    assert Lock.objects.get().failures == 1  # and counts against the device


def test_unknown_people_cost_as_much_work_as_known_ones(device, outlet, monkeypatch):
    hashed = []
    for name in ("make_password", "check_password"):
        monkeypatch.setattr(
            f"staffing.accounts.services.pins.{name}",
            lambda *given, name=name: hashed.append(name),
        )
    for user in (person_with_pin(outlet), staff_user()):
        with pytest.raises(WrongPin):
            _try(device, user)
    assert hashed == ["check_password", "make_password"]


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (3, "30 seconds"),
        (4, "1 minute"),
        (5, "2 minutes"),
        (11, "3 hours"),
        (40, "24 hours"),
    ],
)
def test_each_further_wrong_pin_doubles_the_wait(device, outlet, failures, wait):
    user = person_with_pin(outlet)
    _fail(device, user, failures)
    # The device has had enough too; here it is about the person.
    Lock.objects.filter(key__startswith="pin:device:").delete()
    with pytest.raises(TooManyAttempts) as refused:
        _try(device, user, PIN)
    assert str(refused.value) == f"Too many wrong attempts. Try again in {wait}."


def test_a_locked_person_is_told_the_same_for_the_right_and_a_wrong_pin(
    device, outlet, monkeypatch
):
    user = person_with_pin(outlet)
    _fail(device, user, 3)
    compared = []
    monkeypatch.setattr(
        "staffing.accounts.services.pins.check_password",
        lambda *given: compared.append(given),
    )
    for pin in (PIN, WRONG):
        with pytest.raises(TooManyAttempts, match="Try again in 30 seconds"):
            _try(device, user, pin)
    assert compared == []


def test_the_lock_of_one_person_leaves_the_others_and_other_tablets_alone(
    device, outlet
):
    li, wang = person_with_pin(outlet), person_with_pin(outlet)
    _fail(device, li, 3)
    assert _try(device, wang, PIN) == wang
    assert _try(DeviceFactory(outlet=outlet), li, PIN) == li


def test_going_round_the_people_locks_the_device(device, outlet):
    people = [person_with_pin(outlet) for _n in range(11)]
    for user in people[:10]:
        for _n in range(2):
            with pytest.raises(WrongPin):
                _try(device, user)
    with pytest.raises(TooManyAttempts, match="Try again in 1 minute"):
        _try(device, people[10], PIN)
    assert not Lock.objects.filter(key__contains=f"user:{people[10].pk}:").exists()


def test_signing_in_with_ones_own_pin_does_not_wipe_guesses_at_others(device, outlet):
    thief, victim = person_with_pin(outlet), person_with_pin(outlet)
    for _n in range(2):
        with pytest.raises(WrongPin):
            _try(device, victim)
        _try(device, thief, PIN)
    counted = dict(Lock.objects.values_list("key", "failures"))
    assert counted == {
        f"pin:device:{device.pk}": 2,
        f"pin:user:{victim.pk}:device:{device.pk}": 2,
    }


def test_failures_are_forgotten_after_the_memory(device):
    key = {"k": DEVICE}
    for _n in range(19):
        charge(key)
    Lock.objects.update(last_at=timezone.now() - timedelta(seconds=DEVICE.memory))
    charge(key)
    assert Lock.objects.get().failures == 1


def test_a_refused_attempt_is_not_counted(device):
    for _n in range(3):
        charge({"k": PERSON})
    with pytest.raises(TooManyAttempts):
        charge({"k": PERSON})
    assert Lock.objects.get().failures == 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3540, "59 minutes"),
        (3541, "1 hour"),
        (3601, "2 hours"),
        (86_400, "24 hours"),
    ],
)
def test_a_wait_is_said_in_words_rounded_up(seconds, words):
    assert words_for(seconds) == words


# --- The pad in a browser -------------------------------------------------------------


def test_a_pin_is_not_enough_on_another_device(outlet):
    user = person_with_pin(outlet)
    stranger = Client()
    assert type_pin(stranger, user).status_code == 403
    assert "_auth_user_id" not in stranger.session
    assert stranger.get(f"/accounts/devices/people/{user.employee.uuid}/").url == (
        "/accounts/sign-in/"
    )


def test_a_request_repeated_with_the_cookie_of_another_outlets_tablet_is_refused(
    outlet,
):
    user = person_with_pin(outlet)
    _here, browser = tablet_of(outlet)
    assert type_pin(browser, user).status_code == 302
    _there, other = tablet_of(OutletFactory())
    answer = type_pin(other, user)
    assert answer.url == "/accounts/devices/people/"
    assert "_auth_user_id" not in other.session


def test_a_pin_without_the_token_against_forgery_is_refused(outlet):
    user = person_with_pin(outlet)
    _device, browser = tablet_of(outlet)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["device"] = browser.cookies["device"].value
    assert type_pin(strict, user).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_the_pad_says_what_was_wrong_and_how_long_to_wait(outlet):
    user = person_with_pin(outlet)
    _device, browser = tablet_of(outlet)
    pages = [type_pin(browser, user, WRONG).content.decode() for _n in range(4)]
    assert ["That PIN was not right." in page for page in pages] == [True] * 3 + [False]
    assert "Too many wrong attempts. Try again in 30 seconds." in pages[3]
    assert WRONG not in "".join(pages)
    assert "_auth_user_id" not in browser.session


def test_signing_in_and_failing_are_told_to_who_keeps_the_log(outlet):
    user = person_with_pin(outlet)
    device, browser = tablet_of(outlet)
    told = []

    def failed(sender, credentials, request, **kwargs):
        told.append((credentials, request.device))

    def entered(sender, request, user, **kwargs):
        told.append((user, request.device))

    user_login_failed.connect(failed)
    user_logged_in.connect(entered)
    try:
        type_pin(browser, user, WRONG)
        type_pin(browser, user)
    finally:
        user_login_failed.disconnect(failed)
        user_logged_in.disconnect(entered)
    facts = {
        "pin_of": str(user.employee.uuid),
        "device": str(device.uuid),
        "why": "wrong_pin",
    }
    assert told == [(facts, device), (user, device)]


def test_signing_in_leads_to_the_page_that_was_wanted_if_it_is_ours(outlet):
    user = person_with_pin(outlet)
    _device, browser = tablet_of(outlet)
    address = f"/accounts/devices/people/{user.employee.uuid}/"
    for wanted, leads in [("/checks/", "/checks/"), ("https://evil.example/", "/")]:
        answer = browser.post(address, {"pin": PIN, "next": wanted})
        assert answer.url == leads


def test_the_people_are_those_who_can_sign_in_here_today(outlet):
    _device, browser = tablet_of(outlet)
    wang = person_with_pin(outlet, name="Wang Fang")
    chen = person_with_pin(outlet, name="Chen Jie")
    staff_user("clerk", outlet, name="No Pin")
    person_with_pin(OutletFactory(), name="Elsewhere")
    gone = person_with_pin(outlet, name="Gone")
    gone.employee.assignments.update(ends_on=timezone.localdate() - timedelta(days=1))
    AssignmentFactory(  # a second stint does not list her twice
        employee=chen.employee, outlet=outlet, starts_on=timezone.localdate()
    )
    found = browser.get("/accounts/devices/people/").context["people"]
    assert found == [chen.employee, wang.employee]
    page = browser.get("/accounts/sign-in/").content.decode()
    assert page.index("Chen Jie") < page.index("Wang Fang")
    assert "Elsewhere" not in page
    assert "Wang Fang" not in Client().get("/accounts/sign-in/").content.decode()


def test_a_tablet_without_anybody_says_how_to_begin(outlet):
    _device, browser = tablet_of(outlet)
    page = browser.get("/accounts/devices/people/").content.decode()
    assert "Nobody here has a PIN yet" in page


def test_the_people_cost_the_same_for_one_and_for_twenty(
    outlet, django_assert_num_queries
):
    _device, browser = tablet_of(outlet)
    person_with_pin(outlet)
    browser.get("/accounts/devices/people/")
    with django_assert_num_queries(3):  # the tablet, the roster, the people
        browser.get("/accounts/devices/people/")
    for _n in range(19):
        person_with_pin(outlet)
    with django_assert_num_queries(3):
        browser.get("/accounts/devices/people/")


def test_factories_agree_with_the_rules():
    pin = PinFactory(user=UserFactory())
    assert pin.set_at == SET_AT
