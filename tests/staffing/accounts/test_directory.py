"""Signing in through the company's directory, end to end over HTTP."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from staffing.accounts.services.second_factor import decide_second_factor
from staffing.people.models import User
from staffing.people.roles import Role
from tests.staffing.accounts.conftest import SIGN_IN, give_app
from tests.staffing.accounts.directory_server import CLIENT_ID
from tests.staffing.accounts.test_sign_in import HOME, SECOND_STEP, is_in
from tests.staffing.people.factories import UserFactory, granted_user

BEGIN = reverse("directory_login")
BACK = reverse("directory_callback")
FAILED = "Signing in through Acme Connect did not work."


def to_the_directory(client, query=""):
    return client.get(BEGIN + query)["Location"]


def and_back(client, url):
    there = requests.get(url, allow_redirects=False, timeout=5)
    parts = urlsplit(there.headers["Location"])
    assert parts.path == BACK
    return client.get(f"{parts.path}?{parts.query}")


def through(client, query=""):
    return and_back(client, to_the_directory(client, query))


def said(client, response):
    page = client.get(response["Location"]).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_button_shows_only_when_a_directory_is_configured(client, db, directory):
    page = client.get(SIGN_IN).content.decode()
    assert "Sign in with Acme Connect" in page
    assert f'href="{BEGIN}"' in page


def test_without_a_directory_its_doors_do_not_exist(client, db):
    assert BEGIN not in client.get(SIGN_IN).content.decode()
    assert client.get(BEGIN).status_code == 404
    assert client.get(BACK).status_code == 404


def test_who_the_directory_knows_by_name_is_let_in(client, li, directory):
    response = through(client)
    assert (response.status_code, response["Location"]) == (302, HOME)
    assert is_in(client)
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (li, "s-1", {})
    assert not SocialToken.objects.exists()
    li.refresh_from_db()
    assert li.check_password("eight-stars-up")


def test_the_request_carries_state_nonce_and_challenge(client, db, directory):
    query = parse_qs(urlsplit(to_the_directory(client)).query)
    assert query["redirect_uri"] == [f"http://testserver{BACK}"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 16
    assert len(query["nonce"][0]) >= 32


def test_the_wanted_page_is_reached(client, li, directory):
    assert through(client, "?next=/awards/")["Location"] == "/awards/"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "http:evil.example", "\\\\evil"],
)
def test_no_page_of_another_host_is_reached(client, li, directory, wanted):
    assert through(client, f"?next={wanted}")["Location"] == HOME


def test_a_verified_address_is_as_good_as_a_name(client, li, directory):
    directory.claims = {
        "sub": "s-1",
        "email": "LI@starhall.example",
        "email_verified": True,
    }
    assert through(client)["Location"] == HOME
    assert SocialAccount.objects.get().user == li


@pytest.mark.parametrize("verified", [False, "true", None])
def test_an_address_that_is_not_verified_opens_nothing(client, li, directory, verified):
    directory.claims = {"sub": "s-1", "email": li.email, "email_verified": verified}
    assert through(client)["Location"] == SIGN_IN
    assert not is_in(client)


def test_an_address_of_two_accounts_opens_neither(client, li, directory):
    UserFactory(username="li2", email=li.email)
    directory.claims = {"sub": "s-1", "email": li.email, "email_verified": True}
    assert through(client)["Location"] == SIGN_IN


def test_the_userinfo_helps_when_the_token_says_no_name(client, li, directory):
    directory.claims = {"sub": "s-1"}
    directory.userinfo = {"sub": "s-1", "preferred_username": "li"}
    assert through(client)["Location"] == HOME


def test_the_userinfo_of_somebody_else_is_refused(client, li, directory):
    directory.claims = {"sub": "s-1"}
    directory.userinfo = {"sub": "s-2", "preferred_username": "li"}
    assert FAILED in said(client, through(client))
    assert not is_in(client)


def test_a_stranger_is_told_so_and_nobody_is_made(client, li, directory):
    directory.claims = {"sub": "s-9", "preferred_username": "stranger"}
    response = through(client)
    assert response["Location"] == SIGN_IN
    assert (
        "Acme Connect knows you as stranger, but nobody here has that account. Ask "
        "your administrator." in said(client, response)
    )
    assert list(User.objects.values_list("username", flat=True)) == ["li"]
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(client, li, directory):
    through(Client())
    User.objects.update(is_active=False)
    response = through(client)
    assert "This account is closed." in said(client, response)
    assert not is_in(client)


def test_after_the_first_time_the_subject_decides_and_not_the_name(
    client, li, directory
):
    through(Client())
    directory.claims = {"sub": "s-1", "preferred_username": "renamed"}
    assert through(client)["Location"] == HOME
    directory.claims = {
        "sub": "s-2",
        "preferred_username": "li",
    }  # her name's new owner
    assert through(Client())["Location"] == SIGN_IN


def test_a_linked_person_is_let_in_by_her_subject(client, li, directory):
    SocialAccount.objects.create(user=li, provider="directory", uid="s-7")
    directory.claims = {"sub": "s-7"}
    assert through(client)["Location"] == HOME


@pytest.mark.parametrize(
    "override",
    [
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},  # for both, and not said by whom
        {"azp": "another-client"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
    ],
    # Two of them hold the time of collection: names that differ between workers.
    ids=[
        "nonce of another",
        "no nonce",
        "another audience",
        "two audiences",
        "another party",
        "another issuer",
        "expired",
        "no expiry",
        "from the future",
        "no subject",
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    client, li, directory, override
):
    directory.override = override
    response = through(client)
    assert response["Location"] == SIGN_IN
    assert FAILED in said(client, response)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("cheat", ["another key", "public key as secret", "none"])
def test_a_token_that_the_directory_did_not_sign_is_refused(
    client, li, directory, cheat
):
    if cheat == "another key":
        directory.signing_key = rsa.generate_private_key(65537, 2048)
    elif cheat == "public key as secret":
        directory.signing_key, directory.algorithm = "n" * 32, "HS256"
    else:
        directory.signing_key, directory.algorithm = None, "none"
    assert FAILED in said(client, through(client))
    assert not is_in(client)


def test_a_directory_that_calls_itself_something_else_is_not_believed(
    client, li, directory
):
    directory.config = {"issuer": "http://127.0.0.1:1"}
    response = client.get(BEGIN)
    assert response["Location"] == SIGN_IN
    assert FAILED in said(client, response)


def test_a_directory_that_is_away_is_said_to_be(client, db, directory):
    directory.close()
    assert FAILED in said(client, client.get(BEGIN))


def test_an_answer_that_nobody_asked_for_is_refused(client, li, directory):
    url = to_the_directory(Client())  # somebody else began
    response = and_back(client, url)
    assert response["Location"] == SIGN_IN
    assert not is_in(client)


def test_an_answer_counts_once(client, li, directory):
    there = requests.get(to_the_directory(client), allow_redirects=False, timeout=5)
    parts = urlsplit(there.headers["Location"])
    back = f"{parts.path}?{parts.query}"
    assert client.get(back)["Location"] == HOME
    client.post(reverse("accounts:sign_out"))
    assert client.get(back)["Location"] == SIGN_IN
    assert not is_in(client)


def test_cancelling_there_leads_back_here(client, db, directory):
    directory.error = "access_denied"
    response = through(client)
    assert "You have cancelled the sign-in." in said(client, response)


def test_a_second_factor_here_is_asked_for_after_the_directory(client, li, directory):
    give_app(li)
    assert through(client)["Location"] == SECOND_STEP
    assert not is_in(client)


@pytest.mark.parametrize(("trusted", "status"), [(False, 302), (True, 200)])
def test_a_directory_with_a_second_factor_of_its_own_may_be_trusted(
    client, directory, settings, trusted, status
):
    settings.OIDC_SECOND_FACTOR = trusted
    decide_second_factor(
        role=Role.AUDITOR,
        required=True,
        grace_days=0,
        by=granted_user("administrator"),
    )
    user = granted_user("auditor")
    directory.claims = {"sub": "s-1", "preferred_username": user.username}
    through(client)
    assert client.get(HOME).status_code == status
    assert not Authenticator.objects.exists()
