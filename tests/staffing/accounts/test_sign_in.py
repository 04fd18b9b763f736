import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.test import Client
from django.urls import NoReverseMatch, reverse

from staffing.people.models import User
from tests.staffing.accounts.conftest import (
    PASSWORD,
    SIGN_IN,
    code_of,
    give_app,
    give_codes,
    sign_in,
    with_password,
)
from tests.staffing.people.factories import UserFactory

SECOND_STEP = reverse("mfa_authenticate")
HOME = reverse("today:home")


def is_in(client):
    return client.get(reverse("accounts:my_account")).status_code == 200


def alert(response):
    found = re.search(r'role="alert">.*?</div>', response.content.decode(), re.DOTALL)
    return found and " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


# --- Password -------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["li", "LI", " li "])
def test_the_right_password_opens_the_door(client, li, written):
    response = sign_in(client, written)
    assert (response.status_code, response["Location"]) == (302, HOME)
    assert is_in(client)


def test_a_wrong_password_leaves_the_form_standing(client, li):
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    assert "Username and password do not fit together." in response.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/awards/", "/awards/"),
        ("https://evil.example/", HOME),
        ("//evil.example/", HOME),
        ("javascript:alert(1)", HOME),
        ("http://testserver/awards/", "http://testserver/awards/"),
        ("http://localhost/awards/", HOME),  # a host of ours, but not this one
    ],
)
def test_the_page_that_was_wanted_lies_on_this_host(client, li, wanted, where):
    data = {"username": "li", "password": PASSWORD, "next": wanted}
    assert client.post(SIGN_IN, data)["Location"] == where


@pytest.mark.parametrize("username", ["li", "nobody", "gone", "directory"])
def test_every_failure_sounds_alike_and_costs_one_hash(
    client, li, monkeypatch, username
):
    """Known, unknown, closed or without password: neither words nor time tell."""
    with_password(UserFactory(username="gone", is_active=False))
    other = UserFactory(username="directory")
    other.set_unusable_password()
    other.save()
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    wrong = PASSWORD if username == "gone" else "wrong"
    response = sign_in(client, username, wrong)
    assert len(hashed) == 1
    page = response.content.decode().replace(f'value="{username}"', "")
    seen = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", page
    )
    monkeypatch.undo()
    reference = sign_in(Client(), "li", "wrong").content.decode()
    reference = reference.replace('value="li"', "")
    assert seen == re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", reference
    )
    assert not is_in(client)


def test_there_is_no_door_to_sign_oneself_up(client, db):
    for name in ("account_signup", "socialaccount_signup", "mfa_signup_webauthn"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("signup/", "sign-up/", "login/", "email/", "social/connections/"):
        assert client.get(f"/accounts/{path}").status_code == 404
    assert User.objects.count() == 0


def test_the_session_gets_a_new_key_at_the_door(client, li):
    client.get(reverse("account_reset_password"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    assert not client.session.exists(planted)


def test_only_a_post_signs_out(client, li):
    sign_in(client)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert is_in(client)
    assert client.post(reverse("accounts:sign_out"))["Location"] == SIGN_IN
    assert not is_in(client)


def test_the_cookies_are_kept_from_scripts_and_from_other_sites(client, li):
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_others_are_told_of_every_sign_in_and_every_failure(client, li):
    heard = []

    def came_in(user, **kwargs):
        heard.append(("in", user.username))

    def failed(credentials, **kwargs):
        heard.append(("failed", credentials["username"]))

    user_logged_in.connect(came_in)
    user_login_failed.connect(failed)
    try:
        sign_in(client, "stranger")
        sign_in(client)
    finally:
        user_logged_in.disconnect(came_in)
        user_login_failed.disconnect(failed)
    assert heard == [("failed", "stranger"), ("in", "li")]


# --- Second step ----------------------------------------------------------------------


def test_with_an_app_the_password_alone_opens_nothing(client, li):
    secret = give_app(li)
    assert sign_in(client)["Location"] == SECOND_STEP
    assert not is_in(client)
    assert client.get(SECOND_STEP).status_code == 200
    response = client.post(SECOND_STEP, {"code": code_of(secret)})
    assert response["Location"] == HOME
    assert is_in(client)


def test_the_wanted_page_survives_the_second_step(client, li):
    secret = give_app(li)
    data = {"username": "li", "password": PASSWORD, "next": "/awards/"}
    client.post(SIGN_IN, data)
    response = client.post(SECOND_STEP, {"code": code_of(secret)})
    assert response["Location"] == "/awards/"


def test_a_clock_half_a_minute_off_is_forgiven_and_more_is_not(client, li):
    secret = give_app(li)
    sign_in(client)
    late = client.post(SECOND_STEP, {"code": code_of(secret, steps=-3)})
    assert "That code is not right" in late.content.decode()
    assert (
        client.post(SECOND_STEP, {"code": code_of(secret, steps=1)})["Location"] == HOME
    )


def test_a_code_opens_once(client, li):
    secret = give_app(li)
    code = code_of(secret)
    sign_in(client)
    client.post(SECOND_STEP, {"code": code})
    other = Client()
    sign_in(other)
    again = other.post(SECOND_STEP, {"code": code})
    assert again.status_code == 200
    assert not is_in(other)


def test_a_recovery_code_stands_in_once(client, li):
    give_app(li)
    first, *rest = give_codes(li)
    sign_in(client)
    assert client.post(SECOND_STEP, {"code": first})["Location"] == HOME
    other = Client()
    sign_in(other)
    assert other.post(SECOND_STEP, {"code": first}).status_code == 200
    assert other.post(SECOND_STEP, {"code": rest[0]})["Location"] == HOME


def test_the_second_step_is_no_door_of_its_own(client, db):
    assert client.get(SECOND_STEP)["Location"] == SIGN_IN
    assert client.post(SECOND_STEP, {"code": "000000"})["Location"] == SIGN_IN


def test_cancelling_the_second_step_forgets_the_first(client, li):
    give_app(li)
    sign_in(client)
    client.post(reverse("accounts:sign_out"))
    assert client.get(SECOND_STEP)["Location"] == SIGN_IN


def test_secrets_are_not_legible_at_rest(li):
    secret = give_app(li)
    codes = give_codes(li)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_secrets_outlive_a_change_of_the_secret_key(client, li, settings):
    secret = give_app(li)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-0123456789-abcdefghijklmnopqrstuvwxyz-another"
    sign_in(client)
    assert client.post(SECOND_STEP, {"code": code_of(secret)})["Location"] == HOME


# --- Setting one up -------------------------------------------------------------------


def test_setting_up_an_app_asks_for_the_password_and_ends_with_codes(client, li):
    sign_in(client)
    url = reverse("mfa_activate_totp")
    confirm = client.get(url)["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    refused = client.post(confirm, {"password": "wrong"})
    assert "That is not your password." in refused.content.decode()
    assert client.get(url).status_code == 302
    assert client.post(confirm, {"password": PASSWORD})["Location"] == url
    page = client.get(url).content.decode()
    secret = re.search(r"<code[^>]*>(\w+)</code>", page)[1]
    wrong = client.post(url, {"code": "000000"})
    assert wrong.status_code == 200
    assert not Authenticator.objects.exists()
    done = client.post(url, {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(done["Location"]).content.decode()
    assert len(re.findall(r"<li><code>", page)) == 10
    download = client.get(reverse("mfa_download_recovery_codes"))
    assert download["Content-Type"].startswith("text/plain")
    assert len(re.findall(r"^\d{8}$", download.content.decode(), re.M)) == 10


def test_removing_the_app_takes_the_codes_along(client, li):
    secret = give_app(li)
    give_codes(li)
    sign_in(client)
    client.post(SECOND_STEP, {"code": code_of(secret)})
    url = reverse("mfa_deactivate_totp")
    client.post(client.get(url)["Location"], {"password": PASSWORD})
    assert client.get(url).status_code == 200
    client.post(url)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_the_account_wears_our_look(client, li, language):
    give_app(li)
    give_codes(li)
    client.cookies["django_language"] = language
    client.force_login(li)
    session = client.session
    for name in (
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_change_password",
        "accounts:my_account",
        "mfa_index",
    ):
        page = client.get(reverse(name)).content.decode()
        assert page.count("<h1") == 1
        assert 'class="navbar navbar-vertical' in page
    assert session.session_key


def test_a_part_of_a_page_without_a_session_leads_the_whole_page_here(client):
    address = f"{reverse('accounts:sign_in')}?next=/flow/"
    answer = client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == address
    assert client.get(address).status_code == 200
