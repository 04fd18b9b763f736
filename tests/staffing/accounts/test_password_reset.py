import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.staffing.accounts.conftest import (
    PASSWORD,
    SIGN_IN,
    give_app,
    sign_in,
    with_password,
)
from tests.staffing.accounts.test_sign_in import HOME, SECOND_STEP, is_in
from tests.staffing.people.factories import UserFactory

FORGOTTEN = reverse("account_reset_password")
NEW = "nine-stars-higher"


def ask(client, email="li@starhall.example", **more):
    return client.post(FORGOTTEN, {"email": email}, **more)


def link():
    return re.search(r"http://\S+", mail.outbox[-1].body.split("\n\n")[2])[0]


def path(url):
    return url.removeprefix("http://testserver")


def set_password(client, url, password=NEW):
    form = client.get(path(url), follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else path(url)
    return client.post(where, {"password1": password, "password2": password})


def test_the_link_sets_a_new_password_once(client, li):
    ask(client)
    assert [message.to for message in mail.outbox] == [["li@starhall.example"]]
    url = link()
    assert set_password(client, url)["Location"] == SIGN_IN
    assert not is_in(client)  # whoever reads the mail still needs the second factor
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password=NEW)["Location"] == HOME
    again = Client().get(path(url), follow=True).content.decode()
    assert "This link has been used, or is too old." in again


def test_the_link_dies_of_age(client, li, settings, monkeypatch):
    ask(client)
    settings.PASSWORD_RESET_TIMEOUT = -1
    page = client.get(path(link()), follow=True).content.decode()
    assert "This link has been used, or is too old." in page


def test_weak_passwords_are_refused(client, li):
    ask(client)
    url = link()
    for weak in ("short", "password123", "8302957102", "li@starhall.example"):
        assert set_password(Client(), url, weak).status_code == 200
    assert sign_in(client)["Location"] == HOME  # unchanged


@pytest.mark.parametrize(
    "email", ["li@starhall.example", "nobody@starhall.example", "gone@starhall.example"]
)
def test_everybody_gets_the_same_answer_for_the_same_work(
    client, li, email, django_assert_num_queries, monkeypatch
):
    with_password(
        UserFactory(username="gone", email="gone@starhall.example", is_active=False)
    )
    queued = []
    monkeypatch.setattr(
        "staffing.accounts.tasks.send_reset_links.delay",
        lambda *arguments: queued.append(arguments),
    )
    with django_assert_num_queries(0):
        response = ask(client, email)
    assert (response.status_code, response["Location"]) == (302, SIGN_IN)
    assert queued == [(email, "http://testserver", "en")]
    page = client.get(SIGN_IN).content.decode()
    assert "If somebody here has that address" in page


def test_strangers_the_gone_and_people_of_the_directory_get_no_mail(client, li):
    with_password(UserFactory(email="gone@starhall.example", is_active=False))
    other = UserFactory(email="directory@starhall.example")
    other.set_unusable_password()
    other.save()
    for name in ("nobody", "gone", "directory"):
        ask(client, f"{name}@starhall.example")
    assert mail.outbox == []


def test_two_accounts_with_one_address_get_a_link_each(client, li):
    with_password(UserFactory(username="li2", email="LI@starhall.example"))
    ask(client)
    assert sorted(
        re.search(r"account (\w+) at", message.body)[1] for message in mail.outbox
    ) == ["li", "li2"]


def test_the_message_speaks_the_language_of_the_account(client, li):
    li.language = "zh-hans"
    li.save()
    ask(client)
    assert mail.outbox[0].subject == "设置 Starhall 新密码"
    assert "4 小时内有效" in mail.outbox[0].body


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "testserver@evil.example"},
        {"HTTP_HOST": "testserver:80@evil.example"},
        {"HTTP_HOST": "evil.example/testserver"},
    ],
)
def test_a_made_up_host_gets_no_link_sent(client, li, headers):
    assert ask(client, **headers).status_code == 400
    assert mail.outbox == []


def test_a_forwarded_host_is_not_believed(client, li):
    ask(client, HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil.example" not in mail.outbox[0].body
    assert link().startswith("http://testserver/accounts/password/new/")


def test_a_reset_ends_every_session_and_every_lock_and_keeps_the_factor(client, li):
    elsewhere = Client()
    sign_in(elsewhere)
    give_app(li)
    for _again in range(5):
        sign_in(Client(), password="wrong")
    ask(client)
    set_password(client, link())
    assert not is_in(elsewhere)
    assert sign_in(Client(), password=NEW)["Location"] == SECOND_STEP


def test_without_mail_nothing_is_offered(client, db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = client.get(SIGN_IN).content.decode()
    assert FORGOTTEN not in page
    assert "Your administrator sets a new one." in page
    assert client.get(FORGOTTEN).status_code == 404
    assert ask(client).status_code == 404


def test_one_address_is_not_flooded(client, li):
    for _again in range(5):
        assert ask(client).status_code == 302
    flooded = ask(client)
    assert flooded.status_code == 429
    assert "Too many requests" in flooded.content.decode()
    assert len(mail.outbox) == 5


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, li):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    url = reverse("account_change_password")
    data = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert "That is not your password." in client.post(url, data).content.decode()
    assert is_in(elsewhere)
    done = client.post(url, data | {"oldpassword": PASSWORD})
    assert done["Location"] == reverse("accounts:my_account")
    assert is_in(client)
    assert not is_in(elsewhere)


def test_who_signs_in_through_the_directory_has_no_password_to_change(client, li):
    li.set_unusable_password()
    li.save()
    client.force_login(li)
    assert client.get(reverse("account_change_password")).status_code == 404
    page = client.get(reverse("accounts:my_account")).content.decode()
    assert "Kept by your company's directory." in page
