import pytest
from django.test import Client
from django.urls import reverse

from tests.staffing.accounts.conftest import SIGN_IN, sign_in

CHOOSE = reverse("set_language")
MINE = reverse("accounts:my_account")


def speaks(response):
    return "zh" if '<html lang="zh-Hans">' in response.content.decode() else "en"


def test_a_choice_is_kept_with_the_account_for_every_device(client, li):
    sign_in(client)
    client.post(CHOOSE, {"language": "zh-hans", "next": MINE})
    li.refresh_from_db()
    assert li.language == "zh-hans"
    other = Client()
    assert speaks(other.get(SIGN_IN)) == "en"
    sign_in(other)
    assert other.cookies["django_language"].value == "zh-hans"
    assert speaks(other.get(MINE)) == "zh"


def test_the_account_wins_over_the_cookie_and_the_cookie_follows(client, li):
    li.language = "zh-hans"
    li.save()
    client.cookies["django_language"] = "en"
    sign_in(client)
    assert speaks(client.get(MINE)) == "zh"
    assert client.cookies["django_language"].value == "zh-hans"
    client.post(reverse("accounts:sign_out"))
    assert speaks(client.get(SIGN_IN)) == "zh"


def test_changing_back_is_a_choice_too(client, li):
    li.language = "zh-hans"
    li.save()
    sign_in(client)
    client.post(CHOOSE, {"language": "en", "next": MINE})
    assert client.cookies["django_language"].value == "en"
    assert speaks(client.get(MINE)) == "en"


def test_without_a_choice_the_cookie_decides(client, li):
    client.cookies["django_language"] = "zh-hans"
    sign_in(client)
    assert speaks(client.get(MINE)) == "zh"
    li.refresh_from_db()
    assert li.language == ""


@pytest.mark.parametrize("language", ["tlh", "", "en'--"])
def test_a_language_that_we_do_not_speak_is_not_kept(client, li, language):
    sign_in(client)
    client.post(CHOOSE, {"language": language})
    li.refresh_from_db()
    assert li.language == ""


def test_visitors_choose_by_cookie_as_before(client, db):
    client.post(CHOOSE, {"language": "zh-hans", "next": SIGN_IN})
    assert speaks(client.get(SIGN_IN)) == "zh"
