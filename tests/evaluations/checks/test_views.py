"""The pages: who sees what, what one tap answers, and how many queries it takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.checks.models import Check, Correction
from evaluations.ledger.models import Entry
from outlets.places.models import Outlet
from staffing.people.models import Assignment
from staffing.rosters.models import RosterDay, ShiftKind
from tests.evaluations.checks.factories import (
    another_lead,
    make_floor,
    tap,
    version_of,
)
from tests.evaluations.standards.factories import make_standard
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
CARD = "/checks/"


@pytest.fixture
def floor():
    return make_floor(people=2)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


def post_data(floor, employee, standard="GROOMING", **given):
    version = version_of(standard)
    return {
        "uuid": uuid4(),
        "outlet": floor.outlet.code,
        "employee": employee.pk if employee else "",
        "on": f"{floor.today:%F}",
        "version": version.pk,
        "slot": version.standard.slots.split()[0],
    } | given


HTMX = {"HX-Request": "true"}


class TestCard:
    def test_the_manager_finds_her_people_in_the_order_of_their_numbers(
        self, client, floor
    ):
        client.force_login(floor.manager)
        page = client.get(CARD)
        rows = page.context["card"].rows
        assert [row.employee for row in rows] == [
            *floor.people,
            floor.manager.employee,
        ]
        assert [row.state for row in rows] == ["yet", "yet", "yet"]
        assert "0 of 3 checked" in page.content.decode()

    def test_tabs_say_how_far_each_checklist_is(self, client, floor):
        tap(floor, floor.people[0])
        tap(floor, None, "ENVIRONMENT")
        client.force_login(floor.manager)
        tabs = client.get(CARD).context["card"].tabs
        assert [(t.standard.code, t.checked, t.total) for t in tabs] == [
            ("GROOMING", 1, 3),
            ("CONDUCT", 0, 3),
            ("DISCIPLINE", 0, 3),
            ("ENVIRONMENT", 1, 2),
        ]

    def test_the_roster_says_who_is_on_shift_where_there_is_one(self, client, floor):
        RosterDay.objects.create(
            employee=floor.people[1],
            on=floor.today,
            outlet=floor.outlet,
            shift=ShiftKind.objects.get_or_create(
                code="EARLY",
                defaults={
                    "name_en": "E",
                    "name_zh": "早",
                    "starts_at": "08:00",
                    "ends_at": "16:00",
                },
            )[0],
        )
        client.force_login(floor.manager)
        rows = client.get(CARD).context["card"].rows
        assert [row.employee for row in rows] == [floor.people[1]]

    def test_who_was_checked_all_the_same_stays_on_the_card(self, client, floor):
        tap(floor, floor.people[0])
        floor.people[0].assignments.update(ends_on=floor.today - timedelta(days=1))
        client.force_login(floor.manager)
        rows = client.get(CARD).context["card"].rows
        assert floor.people[0] in [row.employee for row in rows]

    def test_an_empty_outlet_teaches_what_to_do(self, client, county, floor):
        floor.outlet.assignments.all().update(ends_on=floor.today - timedelta(days=1))
        client.force_login(county)
        page = client.get(CARD, {"outlet": floor.outlet.code})
        assert "Load the roster or the assignments" in page.content.decode()

    def test_who_reaches_several_outlets_picks_one(self, client, floor, county):
        other = make_floor(people=0, region=floor.outlet.region, name="Second outlet")
        client.force_login(county)
        page = client.get(CARD)
        assert set(page.context["outlets"]) == {
            floor.outlet,
            other.outlet,
        }
        found = client.get(CARD, {"q": "second"}).context["outlets"]
        assert found == [other.outlet]
        shown = client.get(CARD, {"outlet": other.outlet.code}).context["card"]
        assert shown.outlet == other.outlet

    def test_a_past_day_is_read_only(self, client, floor):
        client.force_login(floor.manager)
        on = f"{floor.today - timedelta(days=1):%F}"
        page = client.get(CARD, {"on": on})
        assert not page.context["card"].may_record
        assert reverse("checks:record") not in page.content.decode()

    @pytest.mark.parametrize("on", ["nonsense", "2999-01-01", "2026-13-01"])
    def test_no_day_but_a_day_that_was(self, client, floor, on):
        client.force_login(floor.manager)
        assert client.get(CARD, {"on": on}).context["card"].on == floor.today

    def test_opening_a_line_shows_the_items_for_this_person(self, client, floor):
        client.force_login(floor.manager)
        woman = floor.people[0]
        page = client.get(CARD, {"open": f"{woman.pk}:opening"}, headers=HTMX)
        codes = [
            line.item.code
            for section in page.context["sections"]
            for line in section.lines
        ]
        assert "G08" in codes
        assert "G12" not in codes
        assert page.templates[0].name == "evaluations/checks/_row.html"

    def test_the_line_about_herself_does_not_open(self, client, floor):
        client.force_login(floor.manager)
        own = floor.manager.employee
        page = client.get(CARD, {"open": f"{own.pk}:opening"}, headers=HTMX)
        assert "sections" not in page.context

    @pytest.mark.parametrize("people", [3, 30])
    def test_opening_costs_the_same_for_few_and_for_many(
        self, client, django_assert_num_queries, people
    ):
        floor = make_floor(people=people)
        for number, person in enumerate(floor.people):
            tap(floor, person, marks={"G02": "failed"} if number % 2 else {})
        client.force_login(floor.manager)
        client.get(CARD)
        with django_assert_num_queries(32):
            client.get(CARD)

    @pytest.mark.parametrize("people", [3, 30])
    def test_a_tap_costs_the_same_among_few_and_among_many(
        self, client, django_assert_num_queries, people
    ):
        floor = make_floor(people=people)
        for person in floor.people[1:]:
            tap(floor, person, marks={"G02": "failed"})
        client.force_login(floor.manager)
        data = post_data(floor, floor.people[0], failed=["G03", "G04"])
        with django_assert_num_queries(46):
            client.post("/checks/record/", data, headers=HTMX)
        assert Check.objects.filter(employee=floor.people[0]).count() == 1


class TestTaps:
    def test_all_right_answers_with_the_line_and_the_progress(self, client, floor):
        client.force_login(floor.manager)
        answer = client.post(
            "/checks/record/", post_data(floor, floor.people[0]), headers=HTMX
        )
        text = answer.content.decode()
        assert text.count("<section") == 1
        assert f'id="row-{floor.people[0].pk}-opening"' in text
        assert "1 of 3 checked" in text
        assert text.count('hx-swap-oob="true"') == 2
        assert Check.objects.get().by == floor.manager

    def test_without_scripts_the_card_comes_back(self, client, floor):
        client.force_login(floor.manager)
        answer = client.post("/checks/record/", post_data(floor, floor.people[0]))
        assert answer.status_code == 302
        assert answer.url.endswith(f"#row-{floor.people[0].pk}-opening")

    def test_marks_and_note_are_kept(self, client, floor):
        client.force_login(floor.manager)
        data = post_data(
            floor,
            floor.people[0],
            failed=["G03"],
            other=["", "G09:not_applicable", "G16:not_observed"],
            note="No badge",
        )
        client.post("/checks/record/", data, headers=HTMX)
        check = Check.objects.get()
        assert check.note == "No badge"
        assert {m.item.code: m.mark for m in check.marks.all()} == {
            "G03": "failed",
            "G09": "not_applicable",
            "G16": "not_observed",
        }

    def test_sending_a_tap_twice_changes_nothing_and_answers_the_same(
        self, client, floor
    ):
        client.force_login(floor.manager)
        data = post_data(floor, floor.people[0])
        first = client.post("/checks/record/", data, headers=HTMX)
        second = client.post("/checks/record/", data, headers=HTMX)
        assert "1 of 3 checked" in second.content.decode()
        assert first.status_code == second.status_code == 200
        assert (Check.objects.count(), Entry.objects.count()) == (1, 2)

    def test_an_item_marked_twice_is_refused_on_the_line(self, client, floor):
        client.force_login(floor.manager)
        data = post_data(
            floor, floor.people[0], failed=["G03"], other=["G03:not_observed"]
        )
        answer = client.post("/checks/record/", data, headers=HTMX)
        assert "G03 is marked twice" in answer.content.decode()
        assert not Check.objects.exists()
        answer = client.post("/checks/record/", data, follow=True)
        assert "G03 is marked twice" in answer.content.decode()

    def test_a_tap_about_herself_is_refused_on_the_line(self, client, floor):
        client.force_login(floor.manager)
        data = post_data(floor, floor.manager.employee)
        answer = client.post("/checks/record/", data, headers=HTMX)
        assert "Nobody checks herself" in answer.content.decode()

    @pytest.mark.parametrize(
        "broken",
        [
            {"uuid": "x"},
            {"uuid": ""},
            {"on": "today"},
            {"version": "one"},
            {"slot": ""},
            {"outlet": ""},
            {"employee": "me"},
        ],
    )
    def test_a_form_that_names_no_card_is_a_bad_request(self, client, floor, broken):
        client.force_login(floor.manager)
        data = post_data(floor, floor.people[0]) | broken
        assert client.post("/checks/record/", data).status_code == 400

    def test_a_stranger_on_the_card_is_not_found(self, client, floor):
        client.force_login(floor.manager)
        stranger = make_floor(people=1).people[0]
        data = post_data(floor, stranger)
        assert client.post("/checks/record/", data).status_code == 404

    def test_undo_takes_it_back(self, client, floor):
        check = tap(floor, floor.people[0])
        client.force_login(floor.manager)
        answer = client.post(f"/checks/{check.uuid}/undo/", headers=HTMX)
        assert "0 of 3 checked" in answer.content.decode()
        assert not Entry.objects.standing().exists()

    def test_choosing_between_two_tablets(self, client, floor):
        tap(floor, floor.people[0])
        lead = another_lead(floor)
        second = tap(floor, floor.people[0], marks={"G01": "failed"}, by=lead)
        client.force_login(floor.manager)
        text = client.get(CARD).content.decode()
        assert "Two tablets took this check" in text
        client.post(f"/checks/{second.uuid}/choose/", headers=HTMX)
        second.refresh_from_db()
        assert second.state == "standing"

    def test_the_county_corrects_a_past_day_from_the_page_of_the_check(
        self, client, floor, county
    ):
        check = tap(floor, floor.people[0], marks={"G01": "failed"})
        Check.objects.update(on=floor.today - timedelta(days=1))
        client.force_login(county)
        page = client.get(f"/checks/{check.uuid}/").content.decode()
        assert "Correct this check" in page
        url = f"/checks/{check.uuid}/correct/"
        answer = client.post(url, {"back": "check"}, follow=True)
        assert "needs a reason" in answer.content.decode()
        assert not Correction.objects.exists()
        data = {"back": "check", "failed": ["G02"], "reason": "It was the jacket"}
        answer = client.post(url, data, follow=True)
        assert "It was the jacket" in answer.content.decode()
        assert [m.item.code for m in check.marks.all()] == ["G02"]


def _check_paths(check, day):
    return {
        "check": ("get", f"/checks/{check.uuid}/"),
        "day": ("get", day),
        "correct": ("post", f"/checks/{check.uuid}/correct/"),
        "undo": ("post", f"/checks/{check.uuid}/undo/"),
        "choose": ("post", f"/checks/{check.uuid}/choose/"),
    }


VIEWERS = {
    "anonymous": lambda floor: None,
    "herself": lambda floor: UserFactory(employee=floor.people[0]),
    "colleague": lambda floor: UserFactory(employee=floor.people[1]),
    "author": lambda floor: floor.manager,
    "supervisor": another_lead,
    "foreign manager": lambda floor: staff_user("store_manager"),
    "county": lambda floor: granted_user(
        "regional_supervisor", region=floor.outlet.region
    ),
    "hr": lambda floor: granted_user("hr"),
    "auditor": lambda floor: granted_user("auditor"),
    "administrator": lambda floor: granted_user("administrator"),
    "agency": lambda floor: granted_user("agency"),
    "nobody": lambda floor: UserFactory(),
}
# 302 from a post: done, or refused in words on the page that follows.
#              check day  correct undo choose
STATUSES = {
    "anonymous": (302, 302, 302, 302, 302),
    "herself": (200, 200, 403, 403, 403),
    "colleague": (404, 404, 404, 404, 404),
    "author": (200, 200, 302, 302, 302),
    "supervisor": (200, 200, 403, 403, 302),
    "foreign manager": (404, 404, 404, 404, 404),
    "county": (200, 200, 302, 302, 302),
    "hr": (200, 200, 403, 403, 403),
    "auditor": (200, 200, 403, 403, 403),
    "administrator": (404, 404, 404, 404, 404),
    "agency": (404, 404, 404, 404, 404),
    "nobody": (404, 404, 404, 404, 404),
}


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("place", range(5))
def test_who_may_see_and_change_a_check(client, floor, viewer, place):
    check = tap(floor, floor.people[0], marks={"G01": "failed"})
    day = reverse("checks:day", args=[floor.people[0].uuid, floor.today])
    method, path = list(_check_paths(check, day).values())[place]
    user = VIEWERS[viewer](floor)
    if user is not None:
        client.force_login(user)
    assert getattr(client, method)(path).status_code == STATUSES[viewer][place]
    if viewer != "author":
        check.refresh_from_db()
        assert check.state == "standing"
        assert check.marks.count() == 1


@pytest.mark.parametrize("what", ["correct", "undo", "choose"])
def test_who_moved_away_learns_nothing_of_the_old_card(client, floor, what):
    """Her own check there she may read; how far that card is, is no longer hers."""
    check = tap(floor, floor.manager.employee, by=another_lead(floor))
    Assignment.objects.filter(employee=floor.manager.employee).update(
        outlet=make_floor(people=1).outlet
    )
    client.force_login(floor.manager)
    assert client.get(f"/checks/{check.uuid}/").status_code == 200
    answer = client.post(f"/checks/{check.uuid}/{what}/", headers=HTMX)
    assert answer.status_code == 403
    assert "checked" not in answer.content.decode()


#               card list findings standards
PAGES = ("/checks/", "/checks/list/", "/checks/findings/", "/checks/standards/")
PAGE_STATUSES = {
    "anonymous": (302, 302, 302, 302),
    "herself": (403, 200, 403, 200),
    "colleague": (403, 200, 403, 200),
    "author": (200, 200, 200, 200),
    "supervisor": (200, 200, 200, 200),
    "foreign manager": (200, 200, 200, 200),
    "county": (200, 200, 200, 200),
    "hr": (200, 200, 200, 200),
    "auditor": (200, 200, 200, 200),
    "administrator": (403, 403, 403, 200),
    "agency": (403, 403, 403, 200),
    "nobody": (403, 403, 403, 200),
}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_who_may_open_the_pages(client, floor, viewer):
    user = VIEWERS[viewer](floor)
    if user is not None:
        client.force_login(user)
    assert (
        tuple(client.get(page).status_code for page in PAGES) == PAGE_STATUSES[viewer]
    )


RECORD = {
    "herself": 404,
    "foreign manager": 404,
    "county": 403,
    "hr": 403,
    "auditor": 403,
    "administrator": 404,
    "nobody": 404,
}


@pytest.mark.parametrize("viewer", RECORD)
def test_nobody_else_records(client, floor, viewer):
    client.force_login(VIEWERS[viewer](floor))
    answer = client.post("/checks/record/", post_data(floor, floor.people[1]))
    assert answer.status_code == RECORD[viewer]
    assert not Check.objects.exists()


class TestLists:
    def test_days_are_counted_by_outlet(self, client, floor):
        tap(floor, floor.people[0], marks={"G01": "failed", "G02": "failed"})
        tap(floor, floor.people[0], "CONDUCT", marks={"C01": "failed"})
        tap(floor, floor.people[1])
        tap(floor, floor.people[1], marks={"G02": "failed"}, by=another_lead(floor))
        client.force_login(floor.manager)
        (row,) = client.get("/checks/list/").context["page"].rows
        assert row["on"] == floor.today
        assert {
            name: row[name]
            for name in ("people", "checks", "failed", "critical", "waiting")
        } == {"people": 2, "checks": 3, "failed": 3, "critical": 1, "waiting": 1}

    def test_who_has_not_been_checked_today_is_named(self, client, floor):
        tap(floor, floor.people[0])
        client.force_login(floor.manager)
        missing = client.get("/checks/list/").context["missing"]
        assert missing.people == [floor.people[1], floor.manager.employee]

    def test_the_county_sees_outlets_without_a_check(self, client, floor, county):
        other = make_floor(people=1, region=floor.outlet.region)
        tap(floor, floor.people[0])
        client.force_login(county)
        missing = client.get("/checks/list/").context["missing"]
        assert missing.outlets == [other.outlet]

    def test_a_clerk_sees_her_own_days_only(self, client, floor):
        tap(floor, floor.people[0], marks={"G01": "failed"})
        tap(floor, floor.people[1])
        client.force_login(UserFactory(employee=floor.people[0]))
        page = client.get("/checks/list/")
        assert [row["failed"] for row in page.context["page"].rows] == [1]

    def test_days_and_outlets_can_be_chosen(self, client, floor):
        tap(floor, floor.people[0])
        client.force_login(floor.manager)

        def rows(**query):
            return client.get("/checks/list/", query).context["page"].rows

        assert len(rows(outlet=floor.outlet.code.lower())) == 1
        assert rows(outlet="elsewhere") == []
        assert rows(last=f"{floor.today - timedelta(days=1):%F}") == []
        assert len(rows(first="nonsense")) == 1

    @pytest.mark.parametrize("outlets", [2, 20])
    def test_the_list_costs_the_same_for_few_and_many_outlets(
        self, client, django_assert_num_queries, outlets
    ):
        for _ in range(outlets):
            floor = make_floor(people=1)
            tap(floor, floor.people[0], marks={"G02": "failed"})
        client.force_login(granted_user("auditor"))
        client.get("/checks/list/")
        with django_assert_num_queries(6):
            client.get("/checks/list/")
        assert Outlet.objects.count() == outlets


class TestRecords:
    def test_the_day_tells_what_counts_and_why(self, client, floor):
        man = floor.people[1]
        tap(floor, man, marks={"G12": "failed", "G10": "failed"})
        undone = tap(floor, man, "CONDUCT", marks={"C14": "failed"})
        client.force_login(floor.manager)
        client.post(f"/checks/{undone.uuid}/undo/")
        page = client.get(reverse("checks:day", args=[man.uuid, floor.today]))
        text = page.content.decode()
        assert "G10, G11 leave the day" in text
        # 17 items less two for women and the two left out: 12 of 13.
        assert "12 / 13 = 92.31 %" in text
        assert "Kept, but not counted" in text
        assert not page.context["day"].day.critical

    def test_an_entry_about_the_outlet_leads_to_its_check(self, client, floor):
        check = tap(floor, None, "ENVIRONMENT", marks={"E06": "failed"})
        entry = Entry.objects.get()
        client.force_login(floor.manager)
        page = client.get(entry.get_absolute_url())
        assert f'href="/checks/{check.uuid}/"' in page.content.decode()

    def test_a_day_without_checks_is_not_found(self, client, floor):
        client.force_login(floor.manager)
        url = reverse("checks:day", args=[floor.people[0].uuid, floor.today])
        assert client.get(url).status_code == 404
        assert client.get("/checks/day/x/2026-99-99/").status_code == 404

    def test_findings_of_the_outlet_are_shown(self, client, floor):
        tap(floor, None, "ENVIRONMENT", marks={"E06": "failed"})
        tap(floor, None, "ENVIRONMENT", slot="random")
        client.force_login(floor.manager)
        page = client.get("/checks/findings/")
        summary = page.context["summary"]
        assert (summary.checks, summary.failures, summary.compliant_checks) == (2, 1, 2)
        assert [item.code for item in page.context["items"]] == ["E06"]
        assert page.context["worst"][0].code == floor.outlet.code

    def test_a_correction_stands_on_the_page_of_its_check(self, client, floor):
        check = tap(floor, floor.people[0], marks={"G01": "failed"}, note="Jacket")
        client.force_login(floor.manager)
        client.post(f"/checks/{check.uuid}/correct/", {"failed": ["G02"]})
        text = client.get(f"/checks/{check.uuid}/").content.decode()
        assert "What it said before" in text
        assert "G01 failed" in text


class TestStandards:
    def test_the_items_and_earlier_versions_can_be_read(self, client, floor):
        client.force_login(UserFactory(employee=floor.people[0]))
        page = client.get("/checks/standards/GROOMING/")
        assert "Clean, flat clothing" in page.content.decode()
        assert client.get("/checks/standards/NONE/").status_code == 404

    def test_only_the_administrator_puts_a_checklist_on_the_card(self, client, floor):
        standard = make_standard()
        url = "/checks/standards/S/card/"
        client.force_login(floor.manager)
        assert client.post(url, {"on": "1"}).status_code == 403
        client.force_login(granted_user("administrator"))
        client.post(url, {"on": "1"})
        standard.refresh_from_db()
        assert standard.on_card
        client.force_login(floor.manager)
        tabs = client.get(CARD).context["card"].tabs
        assert [tab.standard.code for tab in tabs][-1] == "S"


def test_pages_are_made_in_chinese_too(client, floor):
    check = tap(floor, floor.people[0], marks={"G03": "failed"})
    client.force_login(floor.manager)
    client.cookies["django_language"] = "zh-hans"
    assert "工号牌" in client.get(CARD).content.decode()
    assert "工号牌" in client.get(f"/checks/{check.uuid}/").content.decode()
    assert timezone.now() >= check.received_at
