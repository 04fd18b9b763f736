"""The centre, the bell, quiet hours and announcements as people use them."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.notices import kinds
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Bulletin, Notice, QuietHours
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.notices.factories import NoticeFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

# What pages say; the queries below them are asked on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
CENTRE = reverse("notices:centre")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _two_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(
        NoticeKind(
            "test", "Tests", lambda one: f"Test {one.key}", lambda one: "/rosters/"
        ),
        NoticeKind("loud", "Loud", lambda one: "Loud", lambda one: "", urgent=True),
    )


@pytest.fixture
def li(client):
    user = staff_user()
    client.force_login(user)
    return user


def mine(li, **given):
    return NoticeFactory(employee=li.employee, **given)


def text_of(answer):
    return answer.content.decode()


class TestCentre:
    def test_what_waits_comes_first_and_of_it_what_is_urgent(self, client, li):
        now = timezone.now()
        read = mine(li, key="read", read_at=now, sent_at=now - timedelta(minutes=1))
        old = mine(li, key="old")
        over = mine(li, key="over", ends_at=now, sent_at=now - timedelta(hours=1))
        urgent = mine(li, kind="loud", urgent=True)
        centre = client.get(CENTRE).context["centre"]
        assert [line.notice for line in centre.lines] == [urgent, old, read, over]
        assert centre.waiting == 2
        assert [line.waits for line in centre.lines] == [True, True, False, False]

    def test_filters(self, client, li):
        read = mine(li, read_at=timezone.now())
        asking = mine(li, asks=True)
        loud = mine(li, kind="loud")

        def shown(**query):
            lines = client.get(CENTRE, query).context["centre"].lines
            return {line.notice for line in lines}

        assert shown(show="waiting") == {asking, loud}
        assert shown(show="asking") == {asking}
        assert shown(kind="loud") == {loud}
        assert shown(show="no such", kind="no such") == {read, asking, loud}

    def test_an_empty_centre_says_what_will_come(self, client, li):
        assert "You have not been told anything yet" in text_of(client.get(CENTRE))
        text = text_of(client.get(CENTRE, {"show": "asking"}))
        assert "Nothing of this kind" in text

    def test_what_no_room_knows_any_more_shows_its_code(self, client, li):
        mine(li, kind="forgotten")
        assert "forgotten" in text_of(client.get(CENTRE))

    def test_fifty_cost_the_queries_of_one(self, client, li, django_assert_num_queries):
        client.get(CENTRE)  # the session is written once a minute
        for more in (1, 50):
            for _one in range(more):
                mine(li, outlet=OutletFactory())
            # Session, user, employee, grants; the page, the kinds, the number.
            with django_assert_num_queries(7):
                client.get(CENTRE)

    def test_following_reads_it_and_leads_there(self, client, li):
        notice = mine(li)
        answer = client.post(reverse("notices:follow", args=[notice.uuid]))
        assert answer.url == "/rosters/"
        notice.refresh_from_db()
        assert notice.read_at is not None
        nowhere = mine(li, kind="loud")
        answer = client.post(reverse("notices:follow", args=[nowhere.uuid]))
        assert answer.url == CENTRE

    def test_reading_one_comes_back_to_the_same_filter(self, client, li):
        notice = mine(li)
        url = reverse("notices:read", args=[notice.uuid])
        assert client.post(f"{url}?show=waiting").url == f"{CENTRE}?show=waiting"

    def test_htmx_gets_the_list_and_the_bell_anew(self, client, li):
        first, _second = mine(li), mine(li)
        url = reverse("notices:read", args=[first.uuid])
        text = text_of(client.post(url, headers=HTMX))
        assert text.startswith('\n<section id="notices"') or text.startswith(
            '<section id="notices"'
        )
        assert "<html" not in text
        assert 'hx-swap-oob="true"' in text
        assert "1 waits for you" in text

    def test_reading_all_takes_what_the_page_showed(self, client, li):
        shown = mine(li)
        until = client.get(CENTRE).context["centre"].newest
        later = mine(li)
        client.post(reverse("notices:read_all"), {"until": until})
        assert list(Notice.objects.waiting(timezone.now())) == [later]
        for odd in ("", "x", "9" * 40):
            client.post(reverse("notices:read_all"), {"until": odd})
        assert list(Notice.objects.waiting(timezone.now())) == [later]
        assert shown.pk == until

    def test_confirming_what_asks_nothing_says_so(self, client, li):
        notice = mine(li)
        url = reverse("notices:acknowledge", args=[notice.uuid])
        text = text_of(client.post(url, headers=HTMX))
        assert "does not ask to be acknowledged" in text

    def test_anothers_notice_is_not_there(self, client, li):
        notice = NoticeFactory(asks=True)
        for name in ("follow", "read", "acknowledge"):
            url = reverse(f"notices:{name}", args=[notice.uuid])
            assert client.post(url).status_code == 404
        assert (
            client.get(reverse("notices:notice", args=[notice.uuid])).status_code == 404
        )


class TestBell:
    def test_every_page_fetches_it_beside_itself(self, client, li):
        text = text_of(client.get(reverse("today:home")))
        assert f'hx-get="{reverse("notices:bell")}"' in text

    def test_it_costs_one_query(self, client, li, django_assert_num_queries):
        for _one in range(3):
            mine(li)
        client.get(reverse("notices:bell"))
        with django_assert_num_queries(5):  # session, user, employee, grants; it
            text = text_of(client.get(reverse("notices:bell")))
        assert "3 wait for you" in text
        assert "hx-get" not in text

    def test_without_anything_it_is_silent(self, client, li):
        assert "badge" not in text_of(client.get(reverse("notices:bell")))

    def test_more_than_ninety_nine_are_many(self, client, li):
        for _one in range(100):
            mine(li)
        assert ">99+<" in text_of(client.get(reverse("notices:bell")))


class TestQuietHours:
    URL = reverse("notices:quiet_hours")

    def test_the_house_says_first_and_she_says_after(self, client, li):
        assert "22:00 to 07:00 holds for everybody" in text_of(client.get(self.URL))
        answer = client.post(self.URL, {"begins": "20:30", "ends": "06:00"})
        assert answer.url == self.URL
        row = QuietHours.objects.get(user=li)
        assert (row.begins, row.ends) == (time(20, 30), time(6))
        assert "You have not chosen yet" not in text_of(client.get(self.URL))

    def test_no_time_is_refused(self, client, li):
        answer = client.post(self.URL, {"begins": "25:00", "ends": ""})
        assert answer.status_code == 200
        assert set(answer.context["form"].errors) == {"begins", "ends"}
        assert not QuietHours.objects.exists()


class TestAnnouncing:
    NEW = reverse("notices:bulletin_new")

    @pytest.fixture
    def outlet(self):
        county = RegionFactory(code="NS", name="Nanshan")
        return OutletFactory(code="P1", name="North Gate", region=county)

    @pytest.fixture
    def manager(self, client, outlet):
        user = staff_user("store_manager", outlet)
        client.force_login(user)
        return user

    def fields(self, **given):
        today = timezone.localdate()
        return {
            "key": str(uuid4()),
            "title_en": "Fire drill",
            "body_en": "At nine.",
            "outlets": ["P1"],
            "shown_from": f"{today:%F}",
            "shown_until": f"{today + timedelta(days=7):%F}",
            "asks": "on",
            **given,
        }

    def test_first_whom_it_reaches_then_it_is_published(self, client, outlet, manager):
        clerk = staff_user(outlet=outlet)
        fields = self.fields()
        text = text_of(client.post(self.NEW, fields))
        assert "It reaches 1 person today (outlets: 1)." in text
        assert "It is written in one language only." in text
        assert not Bulletin.objects.exists()
        answer = client.post(self.NEW, {**fields, "step": "publish"})
        bulletin = Bulletin.objects.get()
        assert answer.url == reverse("notices:bulletin", args=[bulletin.uuid])
        assert "0 of 1 confirmed" in text_of(client.get(answer.url))
        client.force_login(clerk)
        notice = Notice.objects.get()
        Notice.objects.update(appears_at=notice.sent_at)  # it may be night now
        answer = client.post(reverse("notices:follow", args=[notice.uuid]))
        text = text_of(client.get(answer.url))
        assert "At nine." in text
        assert "I have read and understood it" in text
        client.post(reverse("notices:acknowledge", args=[notice.uuid]))
        assert "You confirmed at" in text_of(client.get(answer.url))
        client.force_login(manager)
        report = reverse("notices:bulletin", args=[bulletin.uuid])
        assert "1 of 1 confirmed" in text_of(client.get(report))
        assert "1 of 1 confirmed" in text_of(client.get(reverse("notices:bulletins")))

    @pytest.mark.parametrize(
        ("given", "field", "says"),
        [
            ({"title_en": ""}, "title_en", "Title and text go together"),
            ({"body_en": ""}, "body_en", "Title and text go together"),
            ({"title_en": "", "body_en": ""}, "title_en", "one language at least"),
            ({"outlets": []}, "outlets", "choose a place"),
            ({"outlets": ["NO"]}, "outlets", "NO"),
            ({"shown_from": "2020-01-01"}, "shown_from", "This day is over"),
            ({"shown_until": "2020-01-01"}, "shown_until", "before the first"),
            ({"shown_until": "2999-01-01"}, "shown_until", "a year at most"),
            ({"asks": "", "due_on": "2999-01-01"}, "due_on", "needs the tick"),
            ({"due_on": "2999-01-01"}, "due_on", "has to lie in the days"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(
        self, client, manager, given, field, says
    ):
        answer = client.post(self.NEW, self.fields(step="publish", **given))
        assert answer.status_code == 200
        assert says in str(answer.context["form"].errors[field])
        assert not Bulletin.objects.exists()

    def test_a_place_without_people_is_refused_in_words(self, client, manager):
        answer = client.post(self.NEW, self.fields(step="publish"))
        assert "Nobody of these posts works at these places." in text_of(answer)
        assert not Bulletin.objects.exists()

    def test_an_outlet_beyond_her_reach_is_no_choice(self, client, manager):
        AssignmentFactory(outlet=OutletFactory(code="FAR"))
        fields = self.fields(outlets=["FAR"], step="publish")
        assert "outlets" in client.post(self.NEW, fields).context["form"].errors

    def test_one_chooses_among_what_one_leads(self, client, outlet, manager):
        form = client.get(self.NEW).context["form"]
        assert "region" not in form.fields
        client.force_login(granted_user("regional_supervisor", region=outlet.region))
        form = client.get(self.NEW).context["form"]
        assert [one.code for one in form.fields["region"].queryset] == ["NS"]
        both = self.fields(region="NS")
        errors = client.post(self.NEW, both).context["form"].errors
        assert "not both" in str(errors["outlets"])

    def test_withdrawing(self, client, outlet, manager):
        staff_user(outlet=outlet)
        client.post(self.NEW, self.fields(step="publish"))
        bulletin = Bulletin.objects.get()
        url = reverse("notices:bulletin_withdraw", args=[bulletin.uuid])
        page = client.post(url, follow=True)
        assert "Withdrawn: nobody is asked" in text_of(page)
        assert "has been withdrawn already" in text_of(client.post(url, follow=True))

    def test_who_reads_and_who_writes(self, client, outlet):
        pages = [reverse("notices:bulletins"), self.NEW]
        for user, answers in (
            (granted_user("auditor"), [200, 403]),
            (granted_user("hr"), [200, 200]),
            (staff_user(outlet=outlet), [403, 403]),
            (UserFactory(), [403, 403]),
        ):
            client.force_login(user)
            assert [client.get(page).status_code for page in pages] == answers

    def test_an_empty_list_teaches(self, client, manager):
        text = text_of(client.get(reverse("notices:bulletins")))
        assert "Nothing has been announced yet" in text
        assert self.NEW in text

    def test_twenty_cost_the_queries_of_one(
        self, client, outlet, manager, django_assert_num_queries
    ):
        staff_user(outlet=outlet)
        url = reverse("notices:bulletins")
        client.get(url)
        for more in (1, 19):
            for _one in range(more):
                client.post(self.NEW, self.fields(step="publish"))
            client.get(url)  # says once that they are published
            # Session, user, employee, grants, post; the page, its outlets, tallies.
            with django_assert_num_queries(8):
                client.get(url)
