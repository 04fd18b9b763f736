"""The card without a network: kept first, shown at once, sent when there is one."""

import json
import re
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from evaluations.checks.models import Away, Check, CheckPhoto, Delivery
from evaluations.ledger.models import Entry
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_card import emptied, line, open_card, soon
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.standards.factories import publish_items, ship_standards

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Bars that stay in sight cover, wherever the page happens to be scrolled to, a part of
# something: here they stand where they belong.
AT_REST = """() => {
  for (const bar of document.querySelectorAll(".check-save-bar, .check-queue")) {
    bar.style.position = "static";
  }
}"""

PICTURE = """async () => {
  const canvas = new OffscreenCanvas(2400, 1800);
  const pen = canvas.getContext("2d");
  for (let n = 0; n < 400; n++) {
    pen.fillStyle = `hsl(${n * 37 % 360} 80% 50%)`;
    pen.fillRect(n * 53 % 2400, n * 97 % 1800, 300, 200);
  }
  const blob = await canvas.convertToBlob({type: "image/png"});
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""

SMALL_PICTURE = PICTURE.replace("2400, 1800", "640, 480")


@pytest.fixture
def floor(browse):
    ship_standards()
    return make_floor(people=3)


@pytest.fixture
def tablet(browse, floor):
    page = browse(floor.manager, size=TABLET, has_touch=True, reduced_motion="reduce")
    open_card(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    return page


def all_right(page, employee):
    row = line(page, employee)
    row.get_by_role("button", name="All right").tap()
    expect(row.locator(".check-chip")).to_have_text("All right")


def waiting(page, count):
    expect(page.locator("#check-queue")).to_have_attribute("data-waiting", str(count))


def cut(page):
    """Take the network away; of a page that opens later, nothing leaves either."""
    page.context.set_offline(True)
    page.context.route("**/checks/queue/**", _lost)


def mend(page):
    page.context.unroute("**/checks/queue/**", _lost)
    page.context.set_offline(False)


def _lost(route):
    route.abort("internetdisconnected")


def test_a_shift_without_a_network(tablet, floor):
    """Tap, reload, start anew, go to another card: all of it is there, and is sent."""
    cut(tablet)
    all_right(tablet, floor.people[0])
    waiting(tablet, 1)
    expect(tablet.locator("#check-queue")).to_contain_text("1 waiting")
    tablet.reload()
    expect(line(tablet, floor.people[0]).locator(".check-chip")).to_have_text(
        "All right"
    )
    tablet.close()

    page = tablet.context.new_page()  # a cold start
    open_card(page)
    expect(page.locator("#check-progress")).to_contain_text("1 of 4 checked")
    page.get_by_role("link", name="Conduct").tap()
    page.wait_for_selector("html[data-queue=ready]", state="attached")
    page.locator(f"#row-{floor.people[1].pk}-floor .check-ok").tap()
    waiting(page, 2)
    page.locator("#check-queue summary").tap()
    details = page.locator("#check-queue li")
    expect(details).to_have_count(2)
    expect(details.first).to_contain_text(f"{floor.people[0].name} · Grooming · Check")
    assert re.search(r"since \d\d:\d\d", details.first.inner_text())

    mend(page)
    waiting(page, 0)
    taken = Check.objects.order_by("observed_at").values_list(
        "employee", "standard__code"
    )
    assert list(taken) == [
        (floor.people[0].pk, "GROOMING"),
        (floor.people[1].pk, "CONDUCT"),
    ]
    assert Entry.objects.standing().filter(component="daily").count() == 2


def test_undo_and_correction_wait_in_their_order(tablet, floor):
    cut(tablet)
    all_right(tablet, floor.people[0])
    line(tablet, floor.people[0]).get_by_role("button", name="Undo").tap()
    expect(line(tablet, floor.people[0]).locator(".check-ok")).to_be_visible()
    all_right(tablet, floor.people[1])
    row = line(tablet, floor.people[1])
    row.get_by_role("link", name=floor.people[1].name).tap()
    row.locator("label", has_text="Badge").first.tap()
    row.locator('[name="note"]').fill("at home")
    row.locator(".check-save").tap()
    expect(row.locator(".check-chip")).to_have_text("1 failed")
    waiting(tablet, 4)
    mend(tablet)
    waiting(tablet, 0)
    first = Check.objects.get(employee=floor.people[0])
    second = Check.objects.get(employee=floor.people[1])
    assert (first.state, second.state) == ("set_aside", "standing")
    assert [mark.item.code for mark in second.marks.all()] == ["G03"]
    assert second.note == "at home"


def test_a_page_kept_from_before_shows_what_was_sent_since(tablet, floor):
    all_right(tablet, floor.people[0])
    emptied(tablet)
    cut(tablet)
    tablet.reload()
    expect(line(tablet, floor.people[0]).locator(".check-chip")).to_have_text(
        "All right"
    )
    waiting(tablet, 0)


def test_a_record_goes_with_the_version_it_was_taken_under(tablet, floor):
    cut(tablet)
    all_right(tablet, floor.people[0])
    standard = Check._meta.get_field("standard").related_model.objects
    publish_items(standard.get(code="GROOMING"), ["N1"], floor.today)
    mend(tablet)
    waiting(tablet, 0)
    assert Check.objects.get().version.number == 1


def test_two_tabs_send_each_record_once(tablet, floor):
    other = tablet.context.new_page()
    open_card(other)
    cut(tablet)
    for employee in floor.people:
        all_right(tablet, employee)
    waiting(other, 3)
    sent = []
    tablet.context.on(
        "request",
        lambda request: (
            sent.extend(request.post_data_json["checks"])
            if request.url.endswith("/checks/queue/")
            else None
        ),
    )
    mend(tablet)
    waiting(tablet, 0)
    waiting(other, 0)
    assert len({one["uuid"] for one in sent}) == 3
    assert Delivery.objects.count() == 3


def test_leaving_with_unsent_work_warns_and_keeps_it(tablet, floor, live_server):
    tablet.context.route("**/checks/queue/", lambda route: route.abort())
    all_right(tablet, floor.people[0])
    said = []

    def answer(dialog):
        said.append(dialog.message)
        dialog.accept() if len(said) > 1 else dialog.dismiss()

    tablet.on("dialog", answer)
    tablet.get_by_role("button", name="Show or hide the menu").tap()
    button = tablet.get_by_role("button", name="Sign out")
    expect(button).to_be_visible()
    button.tap()
    assert soon(tablet, lambda: len(said), 1) == 1
    assert tablet.url.endswith("/checks/")
    button.tap()
    tablet.wait_for_url("**/accounts/sign-in/**")
    assert len(said) == 2
    assert "a check or photo that has not been sent" in said[0]
    kept = tablet.evaluate("caches.has('starhall-cards')")
    assert kept is False

    # Another person signs in on the same tablet: the record leaves in its own name.
    tablet.context.unroute("**/checks/queue/")
    lead = another_lead(floor)
    sign_in(tablet.context, lead, live_server.url)
    open_card(tablet)
    waiting(tablet, 0)
    assert Check.objects.get().by == floor.manager


def sign_in(context, user, url):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": url}]
    )


def test_without_a_network_nobody_stays_signed_in_for_the_next_person(tablet, floor):
    cut(tablet)
    tablet.get_by_role("button", name="Show or hide the menu").tap()
    tablet.get_by_role("button", name="Sign out").tap()
    expect(tablet.get_by_role("heading", name="No connection")).to_be_visible()
    tablet.goto("/checks/")
    expect(tablet.get_by_role("heading", name="No connection")).to_be_visible()
    mend(tablet)
    tablet.goto("/checks/")
    tablet.wait_for_url("**/accounts/sign-in/**")


def test_the_pages_of_one_person_go_when_another_opens_the_card(
    tablet, floor, live_server
):
    lead = another_lead(floor)
    sign_in(tablet.context, lead, live_server.url)
    tablet.reload()
    tablet.wait_for_selector("html[data-kept=true]", state="attached")
    people = tablet.evaluate(
        """async () => {
          const pages = await caches.open("starhall-cards");
          const keys = await pages.keys();
          const kept = await Promise.all(keys.map((key) => pages.match(key)));
          return [...new Set(kept.map((one) => one.headers.get("X-Card-Person")))];
        }"""
    )
    assert people == [str(lead.uuid)]


def test_a_saved_queue_is_brought_in_by_hand(tablet, floor, browse):
    cut(tablet)
    all_right(tablet, floor.people[0])
    tablet.locator("#check-queue summary").tap()
    with tablet.expect_download() as saving:
        tablet.get_by_role("button", name="Save as a file").tap()
    path = saving.value.path()
    saved = json.loads(path.read_text())
    assert saved["kind"] == "starhall-queue"
    assert [one["employee_number"] for one in saved["checks"]] == [
        floor.people[0].number
    ]
    page = browse(another_lead(floor), size=TABLET)
    page.goto("/checks/queue/file/")
    page.get_by_label("File that the tablet saved").set_input_files(path)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.locator("main")).to_contain_text("Accepted: 1")
    assert Check.objects.get().by == floor.manager
    # The tablet finds its network again: sending what was brought changes nothing.
    mend(tablet)
    waiting(tablet, 0)
    assert Check.objects.count() == 1


def test_a_photo_is_made_small_kept_and_sent_in_pieces(tablet, floor):
    picture = bytes(tablet.evaluate(PICTURE))
    cut(tablet)
    row = line(tablet, floor.people[0])
    row.get_by_role("link", name=floor.people[0].name).tap()
    item = row.locator('.check-item[data-code="G03"]')
    item.locator("> label").tap()
    item.locator('input[type="file"]').set_input_files(
        {"name": "badge.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(item.locator("img")).to_have_count(1)
    row.locator(".check-save").tap()
    expect(row.locator(".badge", has_text="photo")).to_have_text("1 photo")
    waiting(tablet, 2)
    tablet.reload()
    waiting(tablet, 2)
    mend(tablet)
    waiting(tablet, 0)
    photo = CheckPhoto.objects.get()
    assert photo.complete_at is not None
    assert (photo.check_uuid, photo.item) == (Check.objects.get().uuid, "G03")
    assert (photo.width, photo.height) == (1600, 1200)


def test_twenty_photos_wait_over_a_restart_and_all_arrive(tablet, floor):
    """Ten of each of two people, without a network; the page is closed in between."""
    picture = bytes(tablet.evaluate(SMALL_PICTURE))
    files = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": picture}
        for n in range(10)
    ]
    cut(tablet)
    for person in floor.people[:2]:
        row = line(tablet, person)
        row.get_by_role("link", name=person.name).tap()
        item = row.locator('.check-item[data-code="G03"]')
        item.locator("> label").tap()
        for n, file in enumerate(files, start=1):  # a camera gives one at a time
            item.locator('input[type="file"]').set_input_files(file)
            expect(item.locator("img")).to_have_count(n)
        row.locator(".check-save").tap()
        expect(row.locator(".check-chip")).to_have_text("1 failed")
    waiting(tablet, 22)
    tablet.close()
    page = tablet.context.new_page()
    open_card(page)
    waiting(page, 22)
    mend(page)
    expect(page.locator("#check-queue")).to_have_attribute(
        "data-waiting", "0", timeout=60_000
    )
    photos = CheckPhoto.objects.exclude(complete_at=None)
    checks = Check.objects.standing().values_list("uuid", flat=True)
    counts = Counter(photos.values_list("check_uuid", flat=True))
    assert counts == dict.fromkeys(checks, 10)
    assert len(counts) == 2


def test_who_is_not_here_leaves_the_card_by_two_taps(tablet, floor):
    row = line(tablet, floor.people[0])
    row.locator(".check-menu summary").tap()
    row.get_by_role("button", name="Sick leave").tap()
    expect(line(tablet, floor.people[0])).to_have_count(0)
    expect(tablet.locator(".check-away")).to_contain_text(floor.people[0].name)
    assert Away.objects.get().employee == floor.people[0]
    tablet.get_by_role("button", name="Here after all").tap()
    expect(line(tablet, floor.people[0])).to_have_count(1)


def test_who_is_here_cannot_be_said_without_a_network(tablet, floor):
    cut(tablet)
    row = line(tablet, floor.people[0])
    row.locator(".check-menu summary").tap()
    row.get_by_role("button", name="Sick leave").tap()
    expect(row.locator(".check-error")).to_contain_text("This needs a connection")
    assert not Away.objects.exists()


def test_a_keyboard_and_a_screen_reader_are_led_on(tablet, floor):
    button = line(tablet, floor.people[0]).get_by_role("button", name="All right")
    button.focus()
    tablet.keyboard.press("Enter")
    said = tablet.locator("#check-said")
    expect(said).to_contain_text(f"{floor.people[0].name}: All right.")
    expect(said).to_contain_text(f"Next: {floor.people[1].name}.")
    expect(line(tablet, floor.people[1]).locator(".check-ok")).to_be_focused()


def test_the_next_line_comes_into_view(browse, floor):
    page = browse(
        floor.manager, size=(390, 500), has_touch=True, reduced_motion="reduce"
    )
    open_card(page)
    all_right(page, floor.people[0])
    all_right(page, floor.people[1])
    expect(line(page, floor.people[2]).locator(".check-ok")).to_be_in_viewport(ratio=1)


def test_large_text_runs_nowhere_off_the_side(browse, floor):
    page = browse(floor.manager, size=PHONE, has_touch=True)
    open_card(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    line(page, floor.people[0]).locator("a.check-name").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_nobody_stumbles_over_a_full_card(browse, floor, language, theme):
    first, second = floor.people[:2]
    check = tap(floor, first, marks={"G01": "failed", "G16": "not_observed"}, note="x")
    tap(floor, first, by=another_lead(floor))
    tap(floor, second)
    page = browse(floor.manager, size=PHONE, language=language, theme=theme)
    open_card(page)
    page.locator("#check-queue summary").click()
    row = line(page, floor.people[2])
    row.locator("a.check-name").click()
    row.locator(".check-item > label").first.click()
    page.evaluate(AT_REST)
    found = {"/checks/ open": violations(page)}
    for path in (
        "/checks/",
        f"/checks/?open={floor.people[2].pk}:opening",
        f"/checks/{check.uuid}/",
        f"/checks/day/{first.uuid}/{floor.today:%F}/",
    ):
        page.goto(path)
        page.evaluate(AT_REST)
        found[path] = violations(page)
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.fixture
def packed_server(settings, tmp_path, transactional_db, django_db_serialized_rollback):
    """The product as it is served: hashed names, packed files, nothing from finders."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.staticfiles.HashedStorage"}
    }
    others = ["echarts*", "admin", "rest_framework", "drf_spectacular_sidecar"]
    call_command(
        "collectstatic", interactive=False, verbosity=0, ignore_patterns=others
    )
    server = LiveServerThread("localhost", lambda handler: handler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}"
    server.terminate()


def test_the_first_load_of_a_card_of_twelve_is_150_kilobytes_at_most(
    chromium, packed_server
):
    ship_standards()
    floor = make_floor(people=12)
    context = chromium.new_context(base_url=packed_server)
    sign_in(context, floor.manager, packed_server)
    page = context.new_page()
    sizes: list[float] = []
    probe = context.new_cdp_session(page)
    probe.send("Network.enable")
    probe.on(
        "Network.loadingFinished",
        lambda event: sizes.append(event["encodedDataLength"]),
    )
    open_card(page)
    assert line(page, floor.people[11]).count() == 1
    loaded = sum(sizes) / 1024
    print(f"first load: {loaded:.1f} kB in {len(sizes)} answers")  # noqa: T201
    assert 0 < loaded <= 150
    # The hashed names hold together: modules import each other, the worker keeps all.
    page.wait_for_selector("html[data-kept=true]", state="attached")
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-queue=ready]", state="attached")
    context.close()
