"""What the libraries of sign-in tell, as it then stands in the access log."""

import pytest
from django.test import Client
from django.urls import reverse

from staffing.accounts.models import AccessRecord
from staffing.accounts.services.second_factor import forget_factors
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.conftest import (
    PASSWORD,
    code_of,
    give_app,
    sign_in,
    with_password,
)
from tests.staffing.accounts.factories import person_with_pin, tablet_of, type_pin
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


def lines():
    """Return kind, person and what of every line, oldest first."""
    found = AccessRecord.objects.order_by("id").select_related("user")
    return [(one.kind, one.user, one.what) for one in found]


# --- Lock-out -------------------------------------------------------------------------


def test_the_fifth_failure_is_told_as_a_lock_out_of_whom_it_hit(client, li):
    for _again in range(5):
        sign_in(client, password="wrong")
    told = [("sign_in_failed", li, "")] * 5
    assert sorted(lines(), key=str) == sorted([*told, ("locked_out", li, "")], key=str)


def test_a_name_written_otherwise_is_the_same_person(client, db):
    user = with_password(UserFactory(username="Li.Na"))
    for _again in range(5):
        sign_in(client, username="Li.Na", password="wrong")
    assert ("locked_out", user, "") in lines()


def test_a_locked_out_name_that_nobody_has_is_not_kept(client, db):
    for _again in range(5):
        sign_in(client, username="my-password", password="wrong")
    assert ("locked_out", None, "") in lines()
    assert "my-password" not in str(list(AccessRecord.objects.values()))


# --- Passwords and second factors -----------------------------------------------------


def test_a_changed_password_is_told(client, li):
    sign_in(client)
    new = "another-long-phrase-7"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    li.refresh_from_db()
    assert li.check_password(new)
    assert lines() == [("sign_in", li, ""), ("password_changed", li, "")]


def test_an_app_set_up_is_told(client, li, django_capture_on_commit_callbacks):
    sign_in(client)
    url = reverse("mfa_activate_totp")
    client.post(client.get(url)["Location"], {"password": PASSWORD})
    client.get(url)
    code = code_of(client.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"code": code})
    assert ("second_factor_changed", li, "totp added") in lines()


def test_an_app_removed_is_told(client, li):
    secret = give_app(li)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    url = reverse("mfa_deactivate_totp")
    client.post(client.get(url)["Location"], {"password": PASSWORD})
    client.post(url)
    assert ("second_factor_changed", li, "totp removed") in lines()


def test_factors_removed_by_hand_name_who_did_it_and_whose_they_were():
    user = staff_user()
    give_app(user)
    administrator = granted_user("administrator")
    assert forget_factors(user=user, by=administrator) == 1
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.user, line.employee, line.what) == (
        "second_factor_changed",
        administrator,
        user.employee,
        "1 removed by hand",
    )


# --- PINs -----------------------------------------------------------------------------


def test_a_pin_is_told_as_such_with_tablet_and_outlet_and_only_once():
    outlet = OutletFactory()
    device, browser = tablet_of(outlet)
    user = person_with_pin(outlet)
    type_pin(browser, user)
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.user, line.what, line.outlet) == (
        "pin_sign_in",
        user,
        device.name,
        outlet,
    )


def test_a_password_on_the_same_tablet_is_an_ordinary_sign_in():
    outlet = OutletFactory()
    _device, browser = tablet_of(outlet)
    user = with_password(UserFactory(username="li"))
    sign_in(browser)
    assert lines() == [("sign_in", user, "")]


def test_a_wrong_pin_names_the_person_and_the_fourth_one_waits():
    outlet = OutletFactory()
    _device, browser = tablet_of(outlet)
    user = person_with_pin(outlet)
    for _again in range(5):
        type_pin(browser, user, "111222")
    kinds = [kind for kind, _user, _what in lines()]
    assert {(who, what) for _kind, who, what in lines()} == {(user, "PIN")}
    assert kinds == ["sign_in_failed"] * 3 + ["locked_out"] * 2
    assert "111222" not in str(list(AccessRecord.objects.values()))


def test_a_pin_at_a_browser_that_is_no_tablet_opens_nothing_and_says_nothing():
    user = person_with_pin(OutletFactory())
    type_pin(Client(), user)
    assert lines() == []
