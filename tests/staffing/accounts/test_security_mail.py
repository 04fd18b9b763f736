"""What the owner of an account is told by mail, and when nothing may go wrong."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from staffing.accounts import tasks
from staffing.accounts.services.second_factor import forget_factors
from staffing.accounts.services.security_mail import Notice, send_security_mail
from staffing.people.models import User
from staffing.people.services.users import reset_password
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.conftest import (
    PASSWORD,
    code_of,
    give_app,
    give_codes,
    sign_in,
    with_password,
)
from tests.staffing.accounts.factories import person_with_pin, tablet_of, type_pin
from tests.staffing.accounts.test_sign_in import HOME, is_in
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db
NEW = "another-long-phrase-7"
FACTS = {"at": "2026-11-25T10:00:00+00:00", "address": "", "agent": ""}
SAFARI = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (iPad; CPU OS 18_1) Version/18.1 Safari/604.1",
    "REMOTE_ADDR": "203.0.113.7",
}


@pytest.fixture
def mails_of(django_capture_on_commit_callbacks):
    """Return a function that acts and returns the mails that went out because of it."""

    def mails_of(act, *args, **kwargs):
        mail.outbox = []
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return mail.outbox

    return mails_of


@pytest.fixture
def known(client, li):
    """Return a browser that `li` is signed in with, and that knows her."""
    sign_in(client)
    return client


def subjects(messages):
    return [message.subject for message in messages]


def change_password(client, **more):
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        **more,
    )


def test_a_changed_password_is_mailed_with_time_and_place(known, mails_of):
    (sent,) = mails_of(change_password, known, **SAFARI)
    assert sent.to == ["li@starhall.example"]
    assert sent.subject == "Starhall: Your password was changed"
    lines = sent.body.splitlines()
    assert lines[0] == "Your password was changed."
    assert lines[2] == "Account: li"
    assert re.fullmatch(r"When: .+ \(Asia/Shanghai\)", lines[3])
    assert lines[4] == "From: 203.0.113.7, Safari, iPad"
    assert "tell your administrator at once" in sent.body
    assert PASSWORD not in sent.body


def test_the_mail_is_in_the_language_of_the_account(known, li, mails_of):
    li.language = "zh-hans"
    li.save()
    (sent,) = mails_of(change_password, known)
    assert sent.subject == "Starhall：您的密码已更改"
    assert "账号：li" in sent.body
    assert not re.search("[a-z]{4,} [a-z]{3,}", sent.body)


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_notice_has_words_in_both_languages(li, notice, language):
    send_security_mail(user_id=li.pk, notice=notice, language=language, **FACTS)
    (sent,) = mail.outbox
    chinese = bool(re.search("[一-鿿]", sent.subject))
    assert chinese is (language == "zh-hans")
    assert ("From" in sent.body, "来源" in sent.body) == (False, False)
    assert "18:00" in sent.body  # in Shanghai


def test_an_app_set_up_and_removed_is_mailed(known, mails_of):
    url = reverse("mfa_activate_totp")
    known.post(known.get(url)["Location"], {"password": PASSWORD})
    known.get(url)
    code = code_of(known.session["mfa.totp.secret"])
    assert subjects(mails_of(known.post, url, {"code": code})) == [
        "Starhall: An authenticator app was set up"
    ]
    assert subjects(mails_of(known.post, reverse("mfa_deactivate_totp"))) == [
        "Starhall: The authenticator app was removed"
    ]


def test_new_recovery_codes_are_mailed(known, li, mails_of):
    give_app(li)
    give_codes(li)
    url = reverse("mfa_generate_recovery_codes")
    known.post(known.get(url)["Location"], {"password": PASSWORD})
    assert subjects(mails_of(known.post, url)) == [
        "Starhall: New recovery codes were made"
    ]


def test_factors_forgotten_at_the_server_are_mailed(li, mails_of):
    assert mails_of(forget_factors, user=li, by=None) == []  # there were none
    give_app(li)
    (sent,) = mails_of(forget_factors, user=li, by=None)
    assert sent.subject == "Starhall: An administrator removed all your second factors"
    assert "From:" not in sent.body


def test_a_first_password_made_by_an_administrator_is_mailed(li, mails_of):
    before = li.password
    administrator = granted_user("administrator")
    (sent,) = mails_of(reset_password, user=li.uuid, by=administrator)
    li.refresh_from_db()
    assert li.password != before
    assert "An administrator made a new first password for you" in sent.body
    assert not re.search(r"\w{4}-\w{4}-\w{4}", sent.body)  # it is passed on in person


def test_a_new_browser_is_mailed_once(li, mails_of):
    browser = Client(**SAFARI)
    (sent,) = mails_of(sign_in, browser)
    assert sent.subject == "Starhall: A browser new to your account signed in"
    assert "From: 203.0.113.7, Safari, iPad" in sent.body
    browser.post(reverse("accounts:sign_out"))
    assert mails_of(sign_in, browser) == []
    assert len(mails_of(sign_in, Client())) == 1


def test_a_wrong_password_is_no_sign_in(li, mails_of):
    assert mails_of(sign_in, Client(), password="wrong") == []


def test_a_browser_knows_several_people_and_forgets_the_oldest(
    li, mails_of, monkeypatch
):
    monkeypatch.setattr("staffing.accounts.services.browsers.MOST", 2)
    for name in ("wang", "zhao"):
        with_password(UserFactory(username=name, email=f"{name}@starhall.example"))
    browser = Client()

    def signs_in(name):
        sent = mails_of(sign_in, browser, username=name)
        browser.post(reverse("accounts:sign_out"))
        return len(sent)

    assert [signs_in(name) for name in ("li", "wang", "li", "zhao")] == [1, 1, 0, 1]
    assert signs_in("li") == 0
    assert signs_in("wang") == 1  # two came after her


def test_what_the_browser_keeps_names_nobody(client, li):
    cookie = sign_in(client).cookies["browser"]
    assert re.fullmatch("[0-9a-f]{16}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 400 * 24 * 3600
    assert "browser" not in client.get(HOME).cookies


@pytest.mark.parametrize("forged", ["", ".", "." * 5000, "x" * 5000, "a;b", "\xff"])
def test_a_forged_memory_changes_nothing_but_the_mail(li, mails_of, forged):
    browser = Client()
    browser.cookies["browser"] = forged
    (sent,) = mails_of(sign_in, browser)
    assert re.fullmatch("[0-9a-f]{16}", browser.cookies["browser"].value)
    assert is_in(browser)


def test_in_production_the_cookie_is_secure(settings, client, li):
    settings.BROWSER_COOKIE_SECURE = True
    assert sign_in(client).cookies["browser"]["secure"] is True


def test_a_pin_at_an_enrolled_tablet_is_no_new_browser(db, mails_of):
    outlet = OutletFactory()
    user = person_with_pin(outlet)
    user.email = "clerk@starhall.example"
    user.save()
    _device, browser = tablet_of(outlet)
    assert mails_of(type_pin, browser, user) == []
    assert browser.get(HOME).status_code == 200
    assert "browser" not in browser.cookies


def test_who_has_no_address_is_told_nothing_and_nothing_fails(client, li, mails_of):
    li.email = ""
    li.save()
    assert mails_of(sign_in, client) == []
    assert mails_of(change_password, client) == []
    li.refresh_from_db()
    assert li.check_password(NEW)


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_a_mail_that_comes_too_late_is_not_sent(li, change):
    User.objects.filter(pk=li.pk).update(**change)
    facts = FACTS | {"user_id": li.pk, "notice": "new_browser", "language": "en"}
    assert send_security_mail(**facts) == 0
    assert mail.outbox == []


def test_without_mail_nothing_is_queued(client, li, settings, mails_of, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    monkeypatch.setattr(tasks.send_security_mail, "delay", None)
    assert mails_of(sign_in, client) == []
    assert is_in(client)


def test_the_console_of_the_demo_prints_it(client, li, settings, mails_of, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    mails_of(sign_in, client)
    assert "Subject: Starhall: A browser new to your account" in capsys.readouterr().out


def test_an_operator_can_switch_them_off(client, li, settings, mails_of):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = False
    assert mails_of(sign_in, client) == []
    assert mails_of(change_password, client) == []


def test_a_queue_that_is_down_stops_nobody(known, li, mails_of, monkeypatch, caplog):
    def down(**facts):
        raise OperationalError

    monkeypatch.setattr(tasks.send_security_mail, "delay", down)
    assert mails_of(change_password, known) == []
    li.refresh_from_db()
    assert li.check_password(NEW)
    assert "No mail about password_changed could be queued" in caplog.text
