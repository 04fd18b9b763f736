import pytest

from tests.browser.conftest import DESK, PHONE, TABLET
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.browser


def test_sign_in_leads_to_the_page_that_was_wanted(browse):
    user = UserFactory(username="li")
    user.set_password("eight-stars")
    user.save()
    page = browse()
    page.goto("/accounts/sign-in/?next=/%3Ffrom%3Dmail")
    page.fill("[name=username]", "li")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    page.wait_for_selector(".alert-danger")
    page.fill("[name=password]", "eight-stars")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/?from=mail")


@pytest.mark.parametrize(
    ("size", "folded"), [(DESK, False), (TABLET, True), (PHONE, True)]
)
def test_the_menu_folds_on_small_screens_and_opens_by_touch(browse, size, folded):
    page = browse(granted_user("auditor"), size=size)
    page.goto("/")
    menu = page.locator("#navigation")
    assert menu.is_visible() is not folded
    if folded:
        page.click(".navbar-toggler")
        page.wait_for_selector("#navigation.show")
        assert menu.get_by_role("link", name="Today").is_visible()
        button = page.get_by_role("button", name="Show or hide the menu", expanded=True)
        button.click()
        assert menu.is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_the_menu_stands_open_without_scripts(browse):
    page = browse(granted_user("auditor"), size=PHONE, java_script_enabled=False)
    page.goto("/")
    assert page.locator("#navigation").get_by_role("link", name="Today").is_visible()


def test_the_theme_follows_the_system_until_it_is_chosen_and_then_stays(browse):
    page = browse(granted_user("auditor"), theme="dark")
    page.goto("/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.click("[data-theme-toggle]")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "light"


def test_the_language_switch_keeps_the_page(browse):
    page = browse(granted_user("auditor"))
    page.goto("/?from=here")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-Hans]")
    assert page.url.endswith("/?from=here")


def test_chinese_is_never_letter_spaced(browse):
    page = browse(granted_user("auditor"), language="zh-hans")
    page.goto("/")
    spaced = page.evaluate(
        "[...document.querySelectorAll('*')].filter((node) =>"
        " !['normal', '0px'].includes(getComputedStyle(node).letterSpacing)).length"
    )
    assert spaced == 0


def test_signing_out_ends_at_the_sign_in_page(browse):
    page = browse(granted_user("auditor"))
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/sign-in/")


def test_a_failed_request_is_said_on_the_page(browse):
    page = browse(granted_user("auditor"))
    page.goto("/")
    page.evaluate("htmx.ajax('GET', '/nowhere/', '#main')")
    page.wait_for_selector("#messages .alert-danger")
