"""Connecting one's own account with the company's directory, and taking it back."""

import re

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from staffing.accounts import directory as checks
from staffing.accounts.models import AccessRecord
from staffing.people.models import User
from tests.staffing.accounts.conftest import PASSWORD, SIGN_IN, sign_in, with_password
from tests.staffing.accounts.test_directory import and_back, said, through
from tests.staffing.accounts.test_sign_in import HOME, is_in
from tests.staffing.people.factories import UserFactory

PAGE = reverse("socialaccount_connections")
MINE = reverse("accounts:my_account")


@pytest.fixture
def proven(client, li, directory):
    """Return a browser of `li` who has just shown once more that it is she."""
    directory.claims = {"sub": "s-1", "preferred_username": "n.li@acme"}
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def link_on(client):
    return re.search(r'href="(/accounts/me/directory/connect/\w+/)"', shown(client))[1]


def shown(client, url=PAGE):
    return client.get(url).content.decode()


def connect(client):
    return and_back(client, client.get(link_on(client))["Location"])


def changes():
    lines = AccessRecord.objects.filter(kind="directory_changed").order_by("id")
    return [(line.user, line.what) for line in lines]


def test_the_account_page_leads_there_only_with_a_directory(client, li, directory):
    sign_in(client)
    assert "Acme Connect" in shown(client, MINE)
    assert PAGE in shown(client, MINE)


def test_without_a_directory_there_is_no_page(client, li):
    sign_in(client)
    assert PAGE not in shown(client, MINE)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE).status_code == 404
    assert client.get(reverse("directory_connect", args=["0" * 32])).status_code == 404


def test_connecting_lets_in_whom_the_directory_calls_otherwise(proven, li, directory):
    assert "not connected" in shown(proven)
    response = connect(proven)
    assert response["Location"] == PAGE
    page = said(proven, response)
    assert "Your account is connected." in page
    assert "connected since" in page
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (li, "s-1", {})
    assert through(Client())["Location"] == HOME
    assert changes() == [(li, "connected")]


def test_the_owner_hears_of_it(proven, li, django_capture_on_commit_callbacks):
    mail.outbox = []
    with django_capture_on_commit_callbacks(execute=True):
        connect(proven)
        proven.post(PAGE)
    assert [message.subject for message in mail.outbox] == [
        f"Starhall: Your account can {now} be opened through the company's directory"
        for now in ("now", "no longer")
    ]


def test_who_has_not_shown_herself_lately_is_asked_first(client, li, directory):
    sign_in(client)
    link = link_on(client)
    asked = client.get(link)
    query = urlencode({"next": link})
    assert asked["Location"] == f"{reverse('account_reauthenticate')}?{query}"
    on = client.post(asked["Location"], {"password": PASSWORD, "next": link})
    assert on["Location"] == link
    assert client.get(link)["Location"].startswith(directory.issuer)


def test_a_link_of_another_session_connects_nothing(proven, li, directory):
    other = Client()
    sign_in(other)
    strange = link_on(other)
    assert proven.get(strange).status_code == 404
    assert proven.get(reverse("directory_connect", args=["x"])).status_code == 404
    assert proven.get(link_on(proven)).status_code == 302


def test_an_answer_that_another_browser_began_connects_nothing(proven, li, directory):
    with_password(UserFactory(username="wang"))
    other = Client()
    sign_in(other, username="wang")
    other.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    and_back(proven, other.get(link_on(other))["Location"])
    assert not SocialAccount.objects.exists()


def test_an_entry_that_opens_another_account_is_refused(proven, li, directory):
    wang = UserFactory(username="wang")
    SocialAccount.objects.create(user=wang, provider="directory", uid="s-1")
    assert "belongs to another account here" in said(proven, connect(proven))
    assert SocialAccount.objects.get().user == wang
    assert is_in(proven)


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "wang"},
        {"email": "wang@starhall.example", "email_verified": True},
    ],
)
def test_an_entry_that_means_another_account_is_refused(proven, directory, claims):
    UserFactory(username="wang", email="wang@starhall.example")
    directory.claims = {"sub": "s-1", **claims}
    assert "belongs to another account here" in said(proven, connect(proven))
    assert not SocialAccount.objects.exists()


def test_a_second_entry_is_refused(proven, li, directory):
    SocialAccount.objects.create(user=li, provider="directory", uid="s-0")
    link = reverse("directory_connect", args=[_key(proven)])
    response = and_back(proven, proven.get(link)["Location"])
    assert "Disconnect it first." in said(proven, response)
    assert SocialAccount.objects.get().uid == "s-0"


def _key(client):
    """Return the key of the session's links, where the page shows none."""
    kept = SocialAccount.objects.get()
    kept.delete()
    link = link_on(client)
    kept.save()
    return link.rstrip("/").rpartition("/")[2]


def test_what_changes_while_the_directory_answers_stays(
    proven, li, directory, monkeypatch
):
    """The library saves the whole account."""
    verified = checks.verified_claims

    def meanwhile(*args, **kwargs):
        User.objects.filter(pk=li.pk).update(is_active=False)
        return verified(*args, **kwargs)

    monkeypatch.setattr(checks, "verified_claims", meanwhile)
    connect(proven)
    li.refresh_from_db()
    assert li.is_active is False


def test_cancelling_there_leads_back_to_the_page(proven, li, directory):
    directory.error = "access_denied"
    response = connect(proven)
    assert response["Location"] == PAGE
    assert "You have cancelled the sign-in." in said(proven, response)
    assert "not connected" in shown(proven)


def test_who_signed_out_meanwhile_connects_nothing(proven, li, directory):
    there = proven.get(link_on(proven))["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    proven.post(reverse("accounts:sign_out"))
    proven.get(back.removeprefix("http://testserver"))
    assert not SocialAccount.objects.exists()
    assert not is_in(proven)


def test_disconnecting_closes_that_way_in(proven, li, directory):
    connect(proven)
    response = proven.post(PAGE)
    assert "Your account is no longer connected." in said(proven, response)
    assert not SocialAccount.objects.exists()
    assert through(Client())["Location"] == SIGN_IN  # called otherwise there
    assert sign_in(Client())["Location"] == HOME
    assert changes() == [(li, "connected"), (li, "disconnected")]


def test_disconnecting_asks_first_who_it_is(client, li, directory):
    through(Client())
    SocialAccount.objects.create(user=li, provider="directory", uid="s-8")
    sign_in(client)
    asked = client.post(PAGE)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert SocialAccount.objects.filter(uid="s-8").exists()


def test_the_last_way_in_stays(client, li, directory):
    through(client)
    li.set_unusable_password()
    li.save()
    client = Client()
    through(client)
    page = shown(client)
    assert "the directory is your only way in" in page
    assert "Disconnect</button>" not in page
    answer = client.post(PAGE)
    assert answer.status_code == 200
    assert SocialAccount.objects.get().user == li


def test_nobody_disconnects_somebody_else(proven, directory):
    wang = UserFactory(username="wang")
    theirs = SocialAccount.objects.create(user=wang, provider="directory", uid="s-2")
    answer = proven.post(PAGE, {"account": theirs.pk})
    assert "Your account is not connected." in answer.content.decode()
    assert SocialAccount.objects.get() == theirs


def test_the_first_sign_in_through_it_is_on_record_too(client, li, directory):
    through(client)
    through(Client())
    assert changes() == [(li, "connected")]
