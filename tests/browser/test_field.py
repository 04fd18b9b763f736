"""A shopper's phone: a report written without a network, sent once it is back."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.mystery.models import Report, Sending
from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.test_queue import AT_REST
from tests.evaluations.mystery.field import Field, picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_what_was_written_without_a_network_is_sent_once_it_is_back(browse):
    field = Field()
    field.ask_for_receipt()
    today = timezone.localdate(timezone=field.report.outlet.zone)
    Report.objects.update(from_on=today, to_on=today)
    page = browse(field.shopper.user, size=PHONE, has_touch=True)
    page.goto(reverse("mystery:field"))
    page.get_by_text(field.report.outlet.name).tap()
    page.get_by_role("button", name="Begin").tap()
    form = page.locator("#sheet")
    expect(form).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-kept", "true")
    page.context.set_offline(True)

    def choose(code, value):
        form.locator(f'[data-question="{code}"] input[value="{value}"]').tap()

    form.locator('[name="visited_on"]').fill(f"{today:%F}")
    form.locator('[name="arrived_at"]').fill("00:01")
    form.locator('[name="left_at"]').fill("00:02")
    form.locator('[name="badge"]').fill("10023")
    choose("HELLO", "yes")
    choose("SMILE", "3")
    form.locator('[name="answer-WAIT"][inputmode]').fill("7")
    explained = form.locator('[data-question="EXPLAINED"]')
    expect(explained).to_be_hidden()
    choose("OFFERED", "yes")
    expect(explained).to_be_visible()
    choose("OFFERED", "no")
    expect(explained).to_be_hidden()
    bill = {"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    form.locator('[name="file-BILL"]').set_input_files([bill])
    expect(form.locator(".sheet-thumb")).to_be_visible()
    expect(page.locator("#field-status")).to_have_text("Kept on this phone")
    page.reload()  # the page too comes from what the phone holds
    expect(form.locator('[name="badge"]')).to_have_value("10023")
    expect(form.locator('[name="answer-SMILE"][value="3"]')).to_be_checked()
    expect(explained).to_be_hidden()
    expect(form.locator(".sheet-thumb")).to_be_visible()
    page.wait_for_function("[...document.images].every((one) => one.complete)")
    # From the top, where nothing lies half under the bar that stays in view.
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(AT_REST)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    for target in form.locator(".sheet-option:visible, .btn:visible").all():
        assert target.bounding_box()["height"] >= 44
    page.get_by_role("button", name="Send to the agency").tap()
    expect(page.get_by_role("heading", name="Ready to be sent")).to_be_visible()
    assert Report.objects.get().state == "new"
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sent to your agency")).to_be_visible()
    report = Report.objects.get()
    assert (report.state, report.points, report.out_of) == ("submitted", 700, 1400)
    assert [
        (one.question.code, one.value)
        for one in report.answers.select_related("question")
    ] == [("HELLO", "yes"), ("SMILE", "3"), ("WAIT", "7"), ("OFFERED", "no")]
    assert [one.kind for one in report.evidence.all()] == ["receipt"]
    assert Sending.objects.count() == 1
