"""Take the pictures of the daily card anew: each state, size and language.

python -m tests.browser.pictures docs/screenshots
"""

import sys
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

from tests.browser.serving import prepare, served

SIZES = {"768": (768, 1024), "390": (390, 844)}
LANGUAGES = {"": "en", "-zh": "zh-hans"}
NAMES = {
    "en": (
        *("Li Na", "Wang Fang", "Zhang Wei", "Liu Yang"),
        *("Chen Jing", "Yang Fan", "Zhao Min", "Huang Lei"),
    ),
    "zh-hans": ("李娜", "王芳", "张伟", "刘洋", "陈静", "杨帆", "赵敏", "黄磊"),
}
PLACES = {"en": "Nanshan Service Hall", "zh-hans": "南山营业厅"}
LEADS = {"en": "Manager Chen", "zh-hans": "陈经理"}
RIVALS = {"en": "Supervisor Lin", "zh-hans": "林主管"}
NOTES = {"en": "Garlic at lunch", "zh-hans": "午餐吃了大蒜"}


def main(folder: Path) -> None:
    prepare()
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM
    from tests.browser.tablets import ARGUMENTS

    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for end, language in LANGUAGES.items():
            for width, size in SIZES.items():
                floor = _floor(language, f"GZ-{width}{len(end)}")
                page = _opened(browser, address, floor, language, size)
                for state in _states(page, floor, language):
                    page.screenshot(path=folder / f"card-{state}-{width}{end}.png")
                page.context.close()
        browser.close()


def _floor(language: str, code: str) -> Any:
    """Return an outlet whose people have a shift today; the last of them is ill."""
    from evaluations.checks.models.away import AwayReason
    from evaluations.checks.services.away import mark_away
    from staffing.rosters.models import RosterDay, ShiftKind
    from tests.evaluations.checks.factories import make_floor

    floor = make_floor(people=8, code=code, name=PLACES[language])
    shift, _is_new = ShiftKind.objects.get_or_create(
        code="EARLY", defaults={"starts_at": time(8), "ends_at": time(17)}
    )
    names = [*NAMES[language], LEADS[language]]
    for person, name in zip(
        [*floor.people, floor.manager.employee], names, strict=True
    ):
        _name(person, name)
        RosterDay.objects.create(
            employee=person, outlet=floor.outlet, on=floor.today, shift=shift
        )
    mark_away(
        outlet=floor.outlet,
        employee=floor.people[-1],
        reason=AwayReason.SICK,
        by=floor.manager,
    )
    return floor


def _name(person: Any, name: str) -> None:
    person.name = name
    person.save(update_fields=["name"])


def _opened(browser: Any, address: str, floor: Any, language: str, size: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        has_touch=True,
        reduced_motion="reduce",
        color_scheme="light",
        locale={"en": "en-GB", "zh-hans": "zh-CN"}[language],
        timezone_id=str(floor.outlet.zone),
    )
    client = Client()
    client.force_login(floor.manager)
    session = settings.SESSION_COOKIE_NAME
    cookies = {
        settings.LANGUAGE_COOKIE_NAME: language,
        session: client.cookies[session].value,
    }
    context.add_cookies(
        [{"name": n, "value": v, "url": address} for n, v in cookies.items()]
    )
    page = context.new_page()
    _open(page)
    return page


def _open(page: Any) -> None:
    page.goto("/checks/")
    page.wait_for_selector("html[data-kept=true]", state="attached")


def _row(page: Any, person: Any) -> Any:
    return page.locator(f"#row-{person.pk}-opening")


def _emptied(page: Any) -> None:
    page.wait_for_selector("#check-queue[data-waiting='0']")


def _states(page: Any, floor: Any, language: str) -> Iterator[str]:
    """Bring the card from state to state, and name each when it is reached."""
    from tests.evaluations.checks.factories import another_lead, tap

    people = floor.people
    yield "fresh"
    for person in people[:3]:
        _row(page, person).locator(".check-ok").tap()
    _emptied(page)
    _mark(page, people[3], "G03")
    yield "failing"
    _save(page, people[3])
    _mark(page, people[4], "G16", note=NOTES[language])
    _save(page, people[4])
    _emptied(page)
    _to_top(page)
    yield "half"
    page.context.set_offline(True)
    for person in people[5:7]:
        _row(page, person).locator(".check-ok").tap()
    _row(page, people[0]).locator(".check-undo").tap()
    page.locator("#check-queue summary").tap()
    page.wait_for_selector("#check-queue[data-waiting='3'][data-offline='true']")
    _to_top(page)
    yield "offline"
    page.context.set_offline(False)
    _emptied(page)
    _open(page)
    rival = another_lead(floor)
    _name(rival.employee, RIVALS[language])
    tap(floor, people[0], marks={"G01": "failed"}, by=rival)
    _row(page, people[0]).locator(".check-ok").tap()
    page.locator(".check-choice").wait_for()
    _row(page, people[0]).scroll_into_view_if_needed()
    yield "conflict"


def _mark(page: Any, person: Any, code: str, note: str = "") -> None:
    row = _row(page, person)
    row.locator("a.check-name").tap()
    row.locator(f'.check-item[data-code="{code}"] > label').tap()
    if note:
        row.locator('[name="note"]').fill(note)


def _save(page: Any, person: Any) -> None:
    row = _row(page, person)
    row.locator(".check-save").tap()
    row.locator(".check-undo").wait_for()


def _to_top(page: Any) -> None:
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
