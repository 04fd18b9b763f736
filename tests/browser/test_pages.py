"""Every page that the navigation offers, opened in a real browser.

`browse` fails on requests that leave the host and on breaches of the content policy.
"""

import pytest

from evaluations.today.navigation import links_for
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.evaluations.checks.factories import make_floor
from tests.evaluations.standards.factories import ship_standards
from tests.staffing.people.factories import (
    RoleGrantFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.browser


def head_office():
    """Return somebody whose roles together open every page at a desk."""
    user = granted_user("operations")
    RoleGrantFactory(user=user, role="administrator")
    return user


PEOPLE = {
    "clerk": lambda: staff_user("clerk"),
    "store_manager": lambda: make_floor(people=3).manager,
    "head_office": head_office,
}


@pytest.mark.parametrize(
    ("who", "size", "language", "theme"),
    [
        ("clerk", PHONE, "zh-hans", "dark"),
        ("store_manager", TABLET, "zh-hans", "dark"),
        ("head_office", DESK, "en", "light"),
    ],
)
def test_every_page_opens_fits_and_stays_on_the_host(
    browse, who, size, language, theme
):
    ship_standards()
    user = PEOPLE[who]()
    page = browse(user, size=size, language=language, theme=theme)
    wrong = []
    for link in links_for(user, "/"):
        answer = page.goto(link.url)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if answer.status != 200 or wide > size[0]:
            wrong.append((link.url, answer.status, wide))
    assert wrong == []
