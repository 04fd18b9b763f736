"""A spreadsheet from upload to outcome, as somebody at a desk does it."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from outlets.exchange.models import Import
from staffing.people.models import Employee
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FAULTY = "工号,姓名,岗位\nE1,李娜,clerk\nE2,,boss\n"
MENDED = "工号,姓名,岗位\nE1,李娜,clerk\nE2,王伟,supervisor\n"


def choose(page, text):
    page.get_by_label("File").set_input_files(
        {"name": "员工.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Send", exact=True).click()


def test_upload_check_mend_and_confirm(browse):
    page = browse(granted_user("operations"))
    page.goto("/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_role("link", name="Employees").click()
    choose(page, FAULTY)
    expect(page.get_by_label("姓名")).to_have_value("name")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("1 row would be refused.")).to_be_visible()
    expect(page.locator("#faults tbody tr")).to_contain_text("is required")
    assert Employee.objects.count() == 0

    page.get_by_role("link", name="Send the mended file").click()
    choose(page, MENDED)
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("button", name="Load 2 rows").click()
    expect(page.get_by_text("The file is loaded.")).to_be_visible()
    with transaction.atomic():
        names = set(Employee.objects.values_list("name", flat=True))
        states = list(Import.objects.order_by("id").values_list("state", flat=True))
    assert names == {"李娜", "王伟"}
    assert states == ["checked", "loaded"]


def test_a_file_can_be_dropped_and_one_too_large_is_said_before_it_leaves(
    browse, settings
):
    settings.IMPORT_MOST_BYTES = 1000
    page = browse(granted_user("operations"))
    page.goto("/imports/new/employees/")
    drop = """(size) => {
        const data = new DataTransfer();
        data.items.add(new File(["x".repeat(size)], "staff.csv"));
        document.querySelector("[data-imports-drop]").dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true}));
    }"""
    button = page.get_by_role("button", name="Send", exact=True)
    page.evaluate(drop, 2000)
    expect(page.locator("[data-imports-too-large]")).to_be_visible()
    expect(button).to_be_disabled()
    page.evaluate(drop, 500)
    expect(page.locator("[data-imports-too-large]")).to_be_hidden()
    expect(button).to_be_enabled()
