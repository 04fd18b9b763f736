"""Tablets: added, enrolled once, rotated, found to be copied, revoked."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from staffing.accounts.models import Device, DeviceCredential, EnrolmentCode, Lock
from staffing.accounts.services import credentials
from staffing.accounts.services.credentials import issue, recognise, token_hash
from staffing.accounts.services.devices import (
    CodeNotValid,
    DeviceNameTaken,
    DeviceRevoked,
    add_device,
    device_of,
    enrol,
    make_code,
    revoke_device,
)
from staffing.accounts.services.locks import TooManyAttempts
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import DeviceFactory, tablet_of
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
LIST = "/accounts/devices/"
ENROL = "/accounts/devices/enrol/"
PEOPLE = "/accounts/devices/people/"
DAY = timedelta(days=1)


@pytest.fixture
def administrator():
    return granted_user("administrator")


@pytest.fixture
def device(administrator):
    return add_device(outlet=OutletFactory(), name="Counter 2", by=administrator)


def _enrolled(device, by):
    return enrol(code=make_code(device_id=device.pk, by=by), address="10.0.0.1")


# --- Adding and enrolling -------------------------------------------------------------


def test_only_who_configures_adds_a_tablet():
    outlet = OutletFactory()
    add_device(outlet=outlet, name="Counter 2", by=granted_user("administrator"))
    for other in (staff_user("store_manager", outlet), granted_user("operations")):
        with pytest.raises(PermissionDenied):
            add_device(outlet=outlet, name="Counter 3", by=other)
    assert [one.name for one in Device.objects.all()] == ["Counter 2"]


def test_two_tablets_of_an_outlet_have_different_names_until_one_is_revoked(
    device, administrator
):
    with pytest.raises(DeviceNameTaken):
        add_device(outlet=device.outlet, name="Counter 2", by=administrator)
    revoke_device(device_id=device.pk, reason="lost", by=administrator)
    add_device(outlet=device.outlet, name="Counter 2", by=administrator)
    assert Device.objects.count() == 2


def test_a_code_is_short_unambiguous_and_kept_as_a_hash_only(device, administrator):
    code = make_code(device_id=device.pk, by=administrator)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
    kept = str(EnrolmentCode.objects.values().get())
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_code_enrols_one_tablet_once(device, administrator):
    code = make_code(device_id=device.pk, by=administrator)
    enrolment = enrol(code=f" {code.lower().replace('-', ' ')} ", address="10.0.0.1")
    device.refresh_from_db()
    assert enrolment.device == device
    assert (device.state, device.enrolled_by) == ("in_use", administrator)
    assert recognise(enrolment.token, timezone.now()).device == device
    with pytest.raises(CodeNotValid):
        enrol(code=code, address="10.0.0.2")
    assert DeviceCredential.objects.count() == 1


def test_a_credential_is_long_and_kept_as_a_hash_only(device, administrator):
    token = _enrolled(device, administrator).token
    assert len(token) == 43  # 256 bits
    kept = DeviceCredential.objects.get()
    assert kept.token_hash == token_hash(token) != token


def test_a_code_is_too_old_after_a_quarter_of_an_hour(device, administrator):
    code = make_code(device_id=device.pk, by=administrator)
    left = EnrolmentCode.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=14, seconds=50) < left <= timedelta(minutes=15)
    EnrolmentCode.objects.update(expires_at=timezone.now())
    with pytest.raises(CodeNotValid):
        enrol(code=code, address="10.0.0.1")
    assert not DeviceCredential.objects.exists()


def test_a_new_code_ends_the_one_before(device, administrator):
    first = make_code(device_id=device.pk, by=administrator)
    make_code(device_id=device.pk, by=administrator)
    with pytest.raises(CodeNotValid):
        enrol(code=first, address="10.0.0.1")


def test_a_revoked_tablet_is_not_enrolled_again(device, administrator):
    code = make_code(device_id=device.pk, by=administrator)
    revoke_device(device_id=device.pk, reason="lost", by=administrator)
    with pytest.raises(CodeNotValid):
        enrol(code=code, address="10.0.0.1")
    with pytest.raises(DeviceRevoked):
        make_code(device_id=device.pk, by=administrator)


def test_ten_wrong_codes_make_the_right_one_wait(device, administrator):
    code = make_code(device_id=device.pk, by=administrator)
    for _n in range(10):
        with pytest.raises(CodeNotValid):
            enrol(code="2222-2222", address="10.0.0.1")
    waiting = "Too many wrong attempts. Try again in 30 seconds."
    with pytest.raises(TooManyAttempts, match=waiting):
        enrol(code=code, address="10.0.0.1")
    assert enrol(code=code, address="10.0.0.2").device == device  # another address


def test_the_address_of_who_typed_wrong_codes_is_not_kept(device):
    with pytest.raises(CodeNotValid):
        enrol(code="2222-2222", address="203.0.113.9")
    assert "203.0.113.9" not in Lock.objects.get().key


def test_another_tablet_in_the_place_of_the_first_is_no_theft(device, administrator):
    first = _enrolled(device, administrator).token
    second = _enrolled(device, administrator).token
    now = timezone.now()
    assert recognise(first, now) is None
    assert recognise(second, now).device == device
    assert recognise(first, now + DAY) is None
    device.refresh_from_db()
    assert device.state == "in_use"


def test_the_page_of_the_tablet_enrols_signs_out_and_hides_the_credential(
    device, administrator
):
    code = make_code(device_id=device.pk, by=administrator)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    assert code in browser.get(ENROL, {"code": code}).content.decode()
    assert browser.post(ENROL, {"code": code}).status_code == 403  # no CSRF token
    assert not DeviceCredential.objects.exists()  # and opening it enrolled nothing
    token = browser.cookies["csrftoken"].value
    answer = browser.post(ENROL, {"code": code, "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer.url) == (302, PEOPLE)
    cookie = answer.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        "Lax",
        "/",
    )
    assert cookie["max-age"] == 400 * 24 * 3600
    assert browser.get("/").status_code == 302  # nobody is signed in any more
    assert "device" not in browser.get(PEOPLE).cookies  # not handed over again


def test_in_production_the_cookie_is_secure(settings, device, administrator, client):
    settings.DEVICE_COOKIE_SECURE = True
    code = make_code(device_id=device.pk, by=administrator)
    assert client.post(ENROL, {"code": code}).cookies["device"]["secure"] is True


def test_a_device_by_itself_sees_nothing(client):
    _device, browser = tablet_of(OutletFactory())
    assert browser.get("/").status_code == 302
    assert browser.get("/checks/").status_code == 302
    assert browser.get("/api/v1/outlets/").status_code == 401


# --- Rotation and theft ---------------------------------------------------------------


@pytest.fixture
def clock():
    """The day of enrolment, and what is known of a token hours later."""
    start = timezone.now()

    class Clock:
        now = start

        def after(self, **delta):
            self.now += timedelta(**delta)
            return self.now

    return Clock()


@pytest.fixture
def tablet(clock):
    device = DeviceFactory()
    device.enrolled_at, device.enrolled_by = clock.now, device.added_by
    device.save()
    return device


def test_a_young_credential_is_not_rotated(tablet, clock):
    token = issue(tablet, clock.now)
    assert recognise(token, clock.after(hours=23, minutes=59)).token is None
    assert recognise(token, clock.after(minutes=1)).token is not None


def test_a_lost_answer_locks_nobody_out(tablet, clock):
    token = issue(tablet, clock.now)
    lost = recognise(token, clock.after(days=1)).token
    again = recognise(token, clock.after(days=3)).token
    assert len({token, lost, again}) == 3
    assert recognise(again, clock.after(minutes=1)).device == tablet
    assert recognise(again, clock.after(days=1)).device == tablet


def test_things_fetched_at_once_get_one_new_credential(tablet, clock):
    token = issue(tablet, clock.now)
    first = recognise(token, clock.after(days=1))
    second = recognise(token, clock.after(seconds=2))
    assert first.token is not None
    assert (second.device, second.token) == (tablet, None)


def test_the_old_credential_stays_good_for_what_is_under_way(tablet, clock):
    token = issue(tablet, clock.now)
    newer = recognise(token, clock.after(days=1)).token
    recognise(newer, clock.after(seconds=5))
    assert recognise(token, clock.after(minutes=9)).device == tablet
    assert recognise(newer, clock.now).device == tablet


def test_a_copied_credential_is_found_out_after_the_overlap(tablet, clock, caplog):
    copied = issue(tablet, clock.now)
    newer = recognise(copied, clock.after(days=1)).token
    recognise(newer, clock.now)
    assert recognise(copied, clock.after(minutes=10)) is None
    tablet.refresh_from_db()
    assert (tablet.state, tablet.revoked_because) == ("revoked", "reused")
    assert tablet.revoked_by is None
    assert tablet.revoked_at == clock.now
    assert recognise(newer, clock.now) is None  # nobody knows which one is the thief
    assert f"device {tablet.uuid}" in caplog.text


def test_a_thief_who_rotates_first_is_found_out_by_the_tablet(tablet, clock):
    token = issue(tablet, clock.now)
    of_thief = recognise(token, clock.after(days=1)).token
    recognise(of_thief, clock.now)
    assert recognise(token, clock.after(days=1)) is None
    assert recognise(of_thief, clock.now) is None


def test_a_slow_answer_that_arrives_late_does_no_harm(tablet, clock):
    token = issue(tablet, clock.now)
    slow = recognise(token, clock.after(days=1)).token
    quick = recognise(token, clock.after(minutes=2)).token
    recognise(quick, clock.after(seconds=1))
    assert recognise(slow, clock.after(seconds=30)).device == tablet  # now it holds
    assert recognise(slow, clock.after(hours=1)).device == tablet


def test_credentials_are_forgotten_after_ninety_days(tablet, clock):
    token = issue(tablet, clock.now)
    for _day in range(95):
        token = recognise(token, clock.after(days=1)).token
        recognise(token, clock.now)
    assert DeviceCredential.objects.count() == 92


def test_a_browser_is_handed_the_new_credential_and_keeps_working():
    _device, browser = tablet_of(OutletFactory(), now=timezone.now() - DAY)
    old = browser.cookies["device"].value
    copy = Client()
    copy.cookies["device"] = old
    answer = browser.get(PEOPLE)
    assert answer.status_code == 200
    assert answer.cookies["device"].value != old
    assert "Cookie" in answer.headers["Vary"]
    assert browser.get(PEOPLE).status_code == 200
    DeviceCredential.objects.exclude(good_until=None).update(good_until=timezone.now())
    refused = copy.get(PEOPLE)
    assert (refused.status_code, refused.url) == (302, "/accounts/sign-in/")
    assert refused.cookies["device"].value == ""  # and the copy is taken away
    assert browser.get(PEOPLE).status_code == 302  # revoked for everybody


def test_when_a_tablet_was_last_seen_is_written_every_five_minutes(tablet, clock):
    token = issue(tablet, clock.now)
    seen = clock.now
    for minutes, expected in [(0, 0), (4, 0), (1, 5)]:
        recognise(token, clock.after(minutes=minutes))
        tablet.refresh_from_db()
        assert tablet.last_seen_at == seen + timedelta(minutes=expected)


def test_a_recognised_tablet_costs_one_query(tablet, clock, django_assert_num_queries):
    token = issue(tablet, clock.now)
    recognise(token, clock.now)
    with django_assert_num_queries(1):
        assert recognise(token, clock.now).device.outlet.region.path


def test_device_of_knows_requests_of_django_and_of_the_api():
    device, browser = tablet_of(OutletFactory())
    bare = RequestFactory().get("/")
    assert device_of(bare) is None
    bare.COOKIES["device"] = browser.cookies["device"].value
    assert device_of(bare) == device
    assert device_of(Request(bare)) == device
    bare.device = None  # the middleware has said so
    assert device_of(Request(bare)) is None


# --- Pages of the administrator -------------------------------------------------------


@pytest.fixture
def desk(administrator, client):
    client.force_login(administrator)
    return client


def test_from_adding_to_the_code_on_the_page(desk):
    outlet = OutletFactory(code="NS1")
    answer = desk.post(f"{LIST}add/", {"outlet": "ns1", "name": "Counter 2"})
    device = Device.objects.get()
    assert answer.url == f"{LIST}{device.uuid}/"
    assert (device.outlet, device.name, device.state) == (
        outlet,
        "Counter 2",
        "waiting",
    )
    page = desk.post(f"{LIST}{device.uuid}/code/")
    code = page.context["code"]
    assert code in page.content.decode()
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert enrol(code=code, address="10.0.0.1").device == device


def test_an_unknown_outlet_or_a_taken_name_is_said_beside_the_field(desk, device):
    unknown = desk.post(f"{LIST}add/", {"outlet": "NOPE", "name": "Counter 3"})
    assert "There is no outlet with this code." in unknown.content.decode()
    taken = desk.post(
        f"{LIST}add/", {"outlet": device.outlet.code, "name": "Counter 2"}
    )
    assert "already has a tablet of that name" in taken.content.decode()
    assert Device.objects.count() == 1


def test_revoking_asks_for_a_reason_and_keeps_the_first(desk, device, administrator):
    address = f"{LIST}{device.uuid}/revoke/"
    desk.post(address, {"reason": ""})
    device.refresh_from_db()
    assert device.revoked_at is None
    desk.post(address, {"reason": "lost on the tram"})
    answer = desk.post(address, {"reason": "found"}, follow=True)
    device.refresh_from_db()
    assert (device.revoke_reason, device.revoked_by) == (
        "lost on the tram",
        administrator,
    )
    assert "lost on the tram" in answer.content.decode()
    refused = desk.post(f"{LIST}{device.uuid}/code/", follow=True)
    assert "has been revoked" in str(list(get_messages(refused.wsgi_request))[0])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["A", "B", "C"]),
        ("?outlet=ns", ["A"]),
        ("?outlet=futian", ["B", "C"]),
        ("?state=waiting", ["A"]),
        ("?state=in_use", ["B"]),
        ("?state=revoked", ["C"]),
        ("?state=nonsense", []),
    ],
)
def test_the_list_narrows_by_outlet_and_state(desk, administrator, query, names):
    futian = OutletFactory(code="FT", name="Futian Road")
    DeviceFactory(name="A", outlet=OutletFactory(code="NS", name="Nanshan"))
    now = timezone.now()
    DeviceFactory(name="B", outlet=futian, enrolled_at=now, enrolled_by=administrator)
    DeviceFactory(name="C", outlet=futian, revoked_at=now, revoked_because="by_hand")
    rows = desk.get(LIST + query).context["page"].rows
    assert sorted(row.name for row in rows) == names


def test_the_list_costs_the_same_for_one_and_for_twenty(
    desk, django_assert_num_queries
):
    DeviceFactory()
    desk.get(LIST)
    with django_assert_num_queries(4):  # session, user, grants, rows
        desk.get(LIST)
    DeviceFactory.create_batch(19)
    with django_assert_num_queries(4):
        desk.get(LIST)


def test_a_copied_credential_is_told_to_the_administrator(desk):
    now = timezone.now()
    device = DeviceFactory(revoked_at=now, revoked_because="reused")
    assert "a copied credential was used" in desk.get(LIST).content.decode()
    page = desk.get(f"{LIST}{device.uuid}/").content.decode()
    assert "it has been copied" in page
    assert "Make an enrolment code" not in page


def test_the_overlap_is_longer_than_the_pause_between_two_credentials():
    assert credentials.PAUSE < credentials.OVERLAP < credentials.MEMORY
