"""Passkeys in a real browser, with an authenticator of the developer tools."""

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import expect

from staffing.people.models import User
from tests.browser.conftest import PHONE
from tests.staffing.people.factories import UserFactory

pytestmark = pytest.mark.browser
PASSWORD = "eight-stars-up"


@pytest.fixture
def li(browse):
    cache.clear()
    user = UserFactory(username="li")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def open_page(browse, live_server):
    """Open a page at `localhost`: browsers give no passkeys to a bare IP address."""

    def open_(**options):
        page = browse(**options)
        host = f"localhost:{urlsplit(live_server.url).port}"
        page.home = f"http://{host}"
        language = options.get("language", "en")
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": page.home}]
        )
        return page

    return open_


def authenticator(page, **differs):
    """Plug in an authenticator that says yes; return the session and its id."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    } | differs
    added = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools, added["authenticatorId"]


def sign_in(page):
    page.goto(page.home + "/accounts/sign-in/")
    page.fill("[name=username]", "li")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def add_passkey(page, *, alone=True):
    page.goto(page.home + "/accounts/me/factors/passkeys/add/")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[data-passkey=add]")
    page.set_checked("[name=passwordless]", alone)
    page.fill("[name=name]", "Tablet")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/factors/codes/")


def sign_out(page):
    page.goto(page.home + "/accounts/me/")
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url("**/accounts/sign-in/")


def test_a_passkey_is_set_up_and_then_opens_the_door_alone(open_page, li):
    page = open_page()
    authenticator(page)
    sign_in(page)
    page.wait_for_url(page.home + "/")
    add_passkey(page)
    assert page.locator(".recovery-codes li").count() == 10
    page.goto(page.home + "/accounts/me/factors/")
    expect(page.get_by_text("opens the door alone")).to_be_visible()
    sign_out(page)
    page.goto(page.home + "/accounts/sign-in/?next=/accounts/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/accounts/me/")
    expect(page.locator(".page-pretitle")).to_have_text("li")


def test_a_security_key_is_the_second_step_after_the_password(open_page, li):
    page = open_page()
    authenticator(page)
    sign_in(page)
    page.wait_for_url(page.home + "/")
    add_passkey(page, alone=False)
    sign_out(page)
    sign_in(page)
    page.wait_for_url("**/second-step/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(page.home + "/")


def test_a_passkey_confirms_that_it_is_you_and_can_be_renamed_and_removed(
    open_page, li
):
    page = open_page()
    authenticator(page)
    sign_in(page)
    page.wait_for_url(page.home + "/")
    add_passkey(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(page.home + "/")
    page.goto(page.home + "/accounts/me/factors/")
    page.get_by_role("link", name="Rename Tablet").click()
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_selector("[name=name]")
    page.fill("[name=name]", "Phone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Phone").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_a_refusal_of_the_authenticator_is_said_on_the_page(open_page, li):
    page = open_page(size=PHONE)
    authenticator(page, isUserVerified=False)
    page.goto(page.home + "/accounts/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That was not completed.")).to_be_visible(timeout=70_000)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_a_passkey_of_a_closed_account_opens_nothing(open_page, li):
    page = open_page()
    authenticator(page)
    sign_in(page)
    page.wait_for_url(page.home + "/")
    add_passkey(page)
    sign_out(page)
    User.objects.filter(pk=li.pk).update(is_active=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This account is closed.")).to_be_visible()


def test_without_scripts_there_is_no_button_that_does_nothing(open_page, li):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.goto(page.home + "/accounts/me/factors/passkeys/add/")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_text("This browser cannot use passkeys here")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
