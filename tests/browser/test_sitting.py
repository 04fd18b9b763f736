"""A weekly test on a phone: begun, lost its network for a while, submitted, marked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.knowledge.models import Sitting, SittingQuestion
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_queue import AT_REST
from tests.evaluations.knowledge.sitting import plan, shown
from tests.staffing.people.factories import staff_user

SAVED = re.compile(r"^\s*saved\s*$")
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def clerk(browse):
    clerk = staff_user("clerk")
    assert plan() == 1
    return clerk


def answer(page, question):
    """Choose what is right on the page."""
    form = page.locator(f"#question-{question.position}")
    chosen = shown(question)
    if question.version.kind == "fill":
        form.locator('input[name="chosen"]').fill(chosen[0])
        form.locator('input[name="chosen"]').blur()
    elif question.version.kind == "order":
        for at, place in enumerate(chosen, start=1):
            form.locator(f'select[name="place-{place}"]').select_option(str(at))
    else:
        for place in chosen:
            form.locator(f'input[value="{place}"]').check()
    return form.locator("[data-saved]")


def given(page, question):
    """Return what stands chosen on the page, sorted; an order as its places."""
    form = page.locator(f"#question-{question.position}")
    if question.version.kind == "fill":
        return [form.locator('input[name="chosen"]').input_value()]
    if question.version.kind == "order":
        places = form.locator("select").evaluate_all(
            "all => all.map(one => [Number(one.value), one.name.slice(6)])"
        )
        assert [place for _at, place in sorted(places)] == shown(question)
        return sorted(shown(question))
    marked = form.locator("input:checked")
    return sorted(marked.evaluate_all("all => all.map(one => one.value)"))


def test_what_was_answered_without_a_network_is_sent_again_and_counts(browse, clerk):
    page = browse(clerk, size=PHONE, has_touch=True)
    page.goto(reverse("knowledge:mine"))
    page.get_by_role("button", name="Begin the test").tap()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.locator("html[data-ready]")).to_be_attached()
    sitting = Sitting.objects.get()
    questions = list(
        SittingQuestion.objects.filter(sitting=sitting).select_related("version")
    )
    assert len(questions) == 10
    *first, last = questions
    for question in first[:5]:
        expect(answer(page, question)).to_have_text(SAVED)
    # The device keeps the page from here on; then it loses its network.
    expect(page.locator("html[data-standing]")).to_be_attached()
    page.context.set_offline(True)
    for question in first[5:]:
        lost = answer(page, question)
    expect(lost).to_contain_text("Kept on this device")
    rows = SittingQuestion.objects.filter(sitting=sitting).order_by("position")
    assert list(rows.values_list("position", flat=True).exclude(given=[])) == [
        question.position for question in first[:5]
    ]
    page.reload()
    expect(page.locator("html[data-kept][data-ready]")).to_be_attached()
    assert [given(page, question) for question in first] == [
        sorted(shown(question)) for question in first
    ]
    minutes = page.locator("[data-clock]").inner_text().split(":")[0]
    assert int(minutes) in (13, 14)  # loading it again has given no time back
    page.context.set_offline(False)
    for question in first[5:]:
        saved = page.locator(f"#question-{question.position} [data-saved]")
        expect(saved).to_have_text(SAVED)
    page.reload()  # what was answered stands, and the clock goes on
    answer(page, last)
    page.get_by_role("button", name="Submit the test").tap()
    expect(page.get_by_text("100 points of 100")).to_be_visible()
    sitting.refresh_from_db()
    assert sitting.score == 10_000
    assert sitting.deadline_at - sitting.started_at == timedelta(minutes=15)
    assert sitting.submitted_at <= timezone.now()


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("zh-hans", PHONE, "dark"), ("en", TABLET, "light")],
)
def test_nobody_stumbles_over_a_test(browse, clerk, language, size, theme):
    page = browse(clerk, size=size, language=language, theme=theme)
    wrong = {}

    def look(name):
        page.evaluate(AT_REST)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found = violations(page) + ([f"{wide} px wide"] if wide > size[0] else [])
        if found:
            wrong[name] = found

    page.goto(reverse("knowledge:mine"))
    look("mine")
    page.locator("main form button").click()
    look("questions")
    page.locator("[data-submit] button").click()
    expect(page.locator("section[id^=question-]").last).to_be_visible()
    look("marks")
    page.goto(reverse("knowledge:articles"))
    look("articles")
    assert wrong == {}
