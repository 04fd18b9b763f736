"""The charts of customer flow as a browser draws them."""

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = pytest.mark.browser

DRAWN = """() => {
  const painted = (canvas) => {
    const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(all.data.buffer)).size > 3;
  };
  const charts = [...document.querySelectorAll("[data-chart]")];
  return charts.length === 5 && charts.every(
    (chart) => [...chart.querySelectorAll("canvas")].some(painted)
  );
}"""


@pytest.fixture
def manager():
    outlet = OutletFactory(code="P1", name="Market Street")
    take(
        "tickets",
        [
            ticket(
                outlet, f"A{n}", f"2026-03-{10 + n % 5}T{9 + n % 8:02}:00", wait=n * 30
            )
            for n in range(40)
        ]
        + [
            ticket(outlet, f"B{n}", f"2026-03-14T{9 + n:02}:30", left=60)
            for n in range(4)
        ],
    )
    return staff_user("store_manager", outlet=outlet)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(DESK, "en", "light"), (PHONE, "zh-hans", "dark")],
    ids=["desk-en-light", "phone-zh-dark"],
)
def test_charts_are_drawn_in_either_theme_and_language(
    browse, manager, size, language, theme
):
    page = browse(manager, size=size, language=language, theme=theme)
    page.goto("/flow/outlets/P1/?day=2026-03-14", wait_until="networkidle")
    page.wait_for_function(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_chart_says_what_is_under_the_finger(browse, manager):
    page = browse(manager)
    page.goto("/flow/outlets/P1/?day=2026-03-14", wait_until="networkidle")
    page.wait_for_function(DRAWN)
    chart = page.locator("#hours [data-chart]").first
    before = chart.screenshot()
    chart.hover()
    page.wait_for_timeout(300)
    assert chart.screenshot() != before


def test_the_theme_repaints_the_charts(browse, manager):
    page = browse(manager, theme="light")
    page.goto("/flow/outlets/P1/?day=2026-03-14", wait_until="networkidle")
    page.wait_for_function(DRAWN)
    look = """() => document.querySelector("[data-chart] canvas").toDataURL()"""
    light = page.evaluate(look)
    page.locator("[data-theme-toggle]").first.click()
    page.wait_for_function(f"(light) => ({look})() !== light", arg=light)


def test_the_meaning_of_a_figure_is_one_tap_away(browse, manager):
    page = browse(manager)
    page.goto("/flow/outlets/P1/?day=2026-03-14")
    meaning = page.get_by_text("strictly more than 600 seconds").first
    assert not meaning.is_visible()
    page.locator("summary", has_text="Over 10 minutes").first.click()
    assert meaning.is_visible()


def test_without_scripts_the_tables_say_it_all(browse, manager):
    page = browse(manager, java_script_enabled=False)
    page.goto("/flow/outlets/P1/?day=2026-03-14")
    assert page.locator("#hours table").is_visible()
    assert not page.locator("#hours [data-chart]").first.is_visible()
