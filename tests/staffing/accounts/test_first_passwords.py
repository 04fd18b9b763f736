"""A first password opens the account for some days only."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staffing.accounts.models import AccessRecord
from staffing.people.models import User
from staffing.people.services.users import create_user, reset_password
from tests.staffing.accounts.conftest import SIGN_IN, sign_in
from tests.staffing.accounts.test_directory import through
from tests.staffing.accounts.test_password_reset import ask, link, set_password
from tests.staffing.accounts.test_sign_in import HOME
from tests.staffing.people.factories import granted_user

CHOOSE = reverse("people:choose_password")
EXPIRED = "Ask your administrator for a new one."


@pytest.fixture
def by(db):
    return granted_user("administrator")


@pytest.fixture
def made(by):
    """Return a new account and its first password."""
    return create_user(
        username="li", name="Li Na", email="li@starhall.example", employee=None, by=by
    )


def age(user, **passed):
    """Make the first password look older."""
    User.objects.filter(pk=user.pk).update(
        first_password_at=timezone.now() - timedelta(**passed)
    )


def page_of(client, user):
    return client.get(reverse("people:user", args=[user.uuid])).content.decode()


@pytest.mark.parametrize(
    ("passed", "opens"),
    [
        ({"days": 0}, True),
        ({"days": 6, "hours": 23}, True),
        ({"days": 7, "seconds": 1}, False),
    ],
)
def test_it_opens_the_account_for_seven_days(client, made, passed, opens):
    user, password = made
    age(user, **passed)
    response = sign_in(client, password=password)
    if opens:
        assert client.get(response["Location"])["Location"] == CHOOSE
    else:
        assert EXPIRED in response.content.decode()
        assert "_auth_user_id" not in client.session


def test_the_number_of_days_is_a_setting(client, made, settings):
    user, password = made
    settings.FIRST_PASSWORD_DAYS = 2
    age(user, days=2, seconds=1)
    assert EXPIRED in sign_in(client, password=password).content.decode()


def test_who_guesses_is_not_told_that_it_has_expired(client, made):
    user, _password = made
    age(user, days=8)
    answers = [
        sign_in(Client(), username=name, password="a guess").content.decode()
        for name in ("li", "nobody")
    ]
    assert all("Username and password do not fit" in answer for answer in answers)
    assert all(EXPIRED not in answer for answer in answers)


def test_the_attempt_is_on_record(client, made):
    user, password = made
    age(user, days=8)
    sign_in(client, password=password)
    line = AccessRecord.objects.get(kind="sign_in_failed")
    assert (line.user, line.what) == (user, "first password expired")


def test_the_administrator_sees_it_and_makes_a_new_one(client, made, by):
    user, old = made
    client.force_login(by)
    assert "good until" in page_of(client, user)
    age(user, days=8)
    page = page_of(client, user)
    assert "first password expired" in page
    assert "make a new one" in page
    listed = client.get(reverse("people:users"), {"state": "first"}).content.decode()
    assert "first password expired" in listed
    _user, new = reset_password(user=user.uuid, by=by)
    assert "good until" in page_of(client, user)
    browser = Client()
    assert sign_in(browser, password=old).status_code == 200
    response = sign_in(browser, password=new)
    assert browser.get(response["Location"])["Location"] == CHOOSE


def test_the_list_of_first_passwords_leaves_out_who_chose_her_own(client, made, by):
    client.force_login(by)
    listed = client.get(reverse("people:users"), {"state": "first"})
    assert [one.username for one in listed.context["page"].rows] == ["li"]


def test_a_password_of_her_own_does_not_expire(client, made):
    user, password = made
    sign_in(client, password=password)
    own = "herons-and-lanterns"
    client.post(CHOOSE, {"new_password1": own, "new_password2": own})
    user.refresh_from_db()
    assert (user.must_change_password, user.first_password_at) == (False, None)
    assert user.first_password_ends_at is None
    assert sign_in(Client(), password=own)["Location"] == HOME


def test_a_link_by_mail_replaces_it_too(client, made):
    """Whoever set a password through the link knows it alone."""
    user, _password = made
    age(user, days=8)
    ask(client)
    assert set_password(client, link(), "nine-stars-higher")["Location"] == SIGN_IN
    browser = Client()
    assert sign_in(browser, password="nine-stars-higher")["Location"] == HOME
    assert browser.get(HOME).status_code == 200


def test_the_directory_opens_an_account_whose_first_password_is_old(
    client, made, directory
):
    user, _password = made
    age(user, days=30)
    assert client.get(through(client)["Location"])["Location"] == CHOOSE


def test_who_must_change_has_a_day_from_which_it_counts(made):
    user, _password = made
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(first_password_at=None)
