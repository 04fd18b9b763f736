"""Few failures per person and address, many per address; said, and forgotten."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from tests.staffing.accounts.conftest import (
    PASSWORD,
    code_of,
    give_app,
    give_codes,
    sign_in,
    with_password,
)
from tests.staffing.accounts.test_sign_in import HOME, SECOND_STEP, is_in
from tests.staffing.people.factories import UserFactory

HERE, THERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.1"}


def fail(times, username="li", **where):
    for _again in range(times):
        response = sign_in(Client(), username, "wrong", **where)
    return response


def forget(**ago):
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(**ago))


def test_the_fifth_failure_locks_and_says_for_how_long(client, li):
    assert fail(4, **HERE).status_code == 200
    locked = fail(1, **HERE)
    assert locked.status_code == 429
    assert "Nobody can sign in this way for 15 minutes." in locked.content.decode()
    assert locked["Retry-After"] == "900"
    assert sign_in(client, **HERE).status_code == 429  # the right password too
    assert not is_in(client)


def test_the_lock_says_the_minutes_that_are_left(client, li):
    fail(5, **HERE)
    forget(minutes=14, seconds=10)
    page = sign_in(client, **HERE).content.decode()
    assert "Nobody can sign in this way for 1 minute." in page


def test_the_lock_speaks_chinese(client, li):
    fail(5, **HERE)
    client.cookies["django_language"] = "zh-hans"
    page = sign_in(client, **HERE).content.decode()
    assert "15 分钟内无法以此方式登录" in page


def test_trying_on_does_not_lengthen_the_lock(client, li):
    fail(5, **HERE)
    forget(minutes=10)
    fail(3, **HERE)
    forget_at = AccessAttempt.objects.get().attempt_time
    assert timezone.now() - forget_at > timedelta(minutes=9)


def test_the_lock_ends_by_itself(client, li):
    fail(5, **HERE)
    forget(minutes=15, seconds=1)
    assert sign_in(client, **HERE)["Location"] == HOME


def test_the_same_person_elsewhere_and_others_here_are_let_in(client, li):
    with_password(UserFactory(username="wang"))
    fail(5, **HERE)
    assert sign_in(Client(), "wang", **HERE)["Location"] == HOME
    assert sign_in(client, "li", **THERE)["Location"] == HOME


def test_another_way_of_writing_is_the_same_person(client, li):
    for written in ("li", "LI", " Li", "lI ", "LI"):
        sign_in(Client(), written, "wrong", **HERE)
    assert sign_in(client, **HERE).status_code == 429


def test_another_browser_is_the_same_person(client, li):
    for agent in "abcde":
        sign_in(Client(), password="wrong", HTTP_USER_AGENT=agent, **HERE)
    assert sign_in(client, **HERE).status_code == 429


def test_names_that_nobody_has_lock_like_the_others(db):
    assert fail(4, "nobody", **HERE).status_code == 200
    assert fail(1, "nobody", **HERE).status_code == 429


def test_an_address_has_a_limit_of_its_own(client, li, settings):
    settings.ADDRESS_FAILURE_LIMIT = 6
    for number in range(6):
        fail(1, f"guess{number}", **HERE)
    assert sign_in(client, **HERE).status_code == 429
    assert sign_in(client, **THERE)["Location"] == HOME


def test_success_forgets_the_own_failures_and_not_those_of_the_address(
    client, li, settings
):
    settings.ADDRESS_FAILURE_LIMIT = 6
    fail(4, **HERE)
    fail(4, "guess", **HERE)
    settings.ADDRESS_FAILURE_LIMIT = 50
    assert sign_in(client, **HERE)["Location"] == HOME
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["guess"]
    assert fail(4, **HERE).status_code == 200  # begins anew


def test_behind_a_proxy_the_client_is_counted_and_not_the_proxy(client, li, settings):
    settings.PROXY_COUNT = 1
    proxy = {"REMOTE_ADDR": "10.0.0.1"}
    for made_up in range(5):
        forwarded = f"198.51.100.{made_up}, 203.0.113.7"
        fail(1, HTTP_X_FORWARDED_FOR=forwarded, **proxy)
    inside = {"HTTP_X_FORWARDED_FOR": "203.0.113.7"} | proxy
    outside = {"HTTP_X_FORWARDED_FOR": "203.0.113.8"} | proxy
    assert sign_in(Client(), **inside).status_code == 429
    assert sign_in(client, **outside)["Location"] == HOME


def test_codes_count_like_passwords_and_lock_the_right_one_out(client, li):
    secret = give_app(li)
    recovery = give_codes(li)
    sign_in(client, **HERE)
    for _again in range(4):
        response = client.post(SECOND_STEP, {"code": "000000"}, **HERE)
        assert response.status_code == 200
    assert client.post(SECOND_STEP, {"code": "000000"}, **HERE).status_code == 429
    assert (
        client.post(SECOND_STEP, {"code": code_of(secret)}, **HERE).status_code == 429
    )
    assert client.post(SECOND_STEP, {"code": recovery[0]}, **HERE).status_code == 429
    assert not is_in(client)


def test_the_right_password_does_not_forgive_wrong_codes(client, li):
    give_app(li)
    for _round in range(2):
        sign_in(client, **HERE)
        for _again in range(2):
            client.post(SECOND_STEP, {"code": "000000"}, **HERE)
        client.post("/accounts/sign-out/")
    sign_in(client, **HERE)
    assert client.post(SECOND_STEP, {"code": "000000"}, **HERE).status_code == 429


def test_nothing_secret_is_kept_of_a_failure(client, li):
    give_app(li)
    sign_in(client, password="my-other-password", **HERE)
    sign_in(client, **HERE)
    client.post(SECOND_STEP, {"code": "123456"}, **HERE)
    kept = str(list(AccessAttempt.objects.values()))
    for secret in ("my-other-password", PASSWORD, "123456"):
        assert secret not in kept


@pytest.mark.parametrize("written", ["x" * 500, "a\0b"])
def test_absurd_names_are_refused_quietly(client, db, written):
    assert sign_in(client, written, "wrong").status_code == 200
