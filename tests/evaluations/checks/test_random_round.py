"""The round at a random hour: unseen before its hour, due after, missing at the end."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.checks.drawing import seal
from evaluations.checks.models import Check, RoundDraw
from evaluations.checks.selectors.coverage import coverage_of
from evaluations.checks.selectors.rounds import draw_for
from evaluations.checks.services.drawing import keep_draws
from evaluations.checks.services.refusals import NotDue
from evaluations.ledger.models import Entry
from outlets.places.models import Outlet
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.checks.queue import queued, send
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
CARD = "/checks/?standard=ENVIRONMENT"
DAY = date(2026, 10, 15)
MORNING = datetime.fromisoformat("2026-10-15T09:30:00+08:00")
NIGHT = datetime.fromisoformat("2026-10-15T18:00:00+08:00")


@pytest.fixture
def clock(monkeypatch):
    """Set the clock with `clock(instant)`; it begins in the morning."""
    moment = {"now": MORNING}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return lambda instant: moment.update(now=instant)


@pytest.fixture
def floor(clock):
    return make_floor(people=1, hours="Mon-Sun 09:00-18:00")


@pytest.fixture
def due_at(floor):
    return draw_for(floor.outlet, DAY).due_at


def shown(client, path=CARD):
    page = client.get(path)
    return page.context["card"], page.content.decode()


def sealed_in(text):
    """Read what the page keeps of the hour to come."""
    held = text.partition('id="card-data"')[2].partition(">")[2]
    return json.loads(held.partition("</script>")[0])["seal"]


def random_tap(floor, **given):
    return tap(floor, None, "ENVIRONMENT", slot="random", **given)


class TestCard:
    def test_before_its_hour_nothing_tells_it(self, client, floor, due_at):
        client.force_login(floor.manager)
        card, text = shown(client)
        assert [row.slot for row in card.rows] == ["opening"]
        assert (card.current.checked, card.current.total) == (0, 1)
        assert card.round_due is None
        # The page says from when on any day's hour may come, which can be this one's.
        first_at = sealed_in(text)["first_at"]
        assert text.count(first_at) == 1
        text = text.replace(first_at, "")
        local = due_at.astimezone(floor.outlet.zone)
        assert f"{local:%H:%M}" not in text
        assert due_at.isoformat() not in text
        assert draw_for(floor.outlet, DAY).seed not in text

    def test_who_only_reads_the_card_gets_no_seal_of_it(self, client, floor):
        client.force_login(granted_user("auditor"))
        card, text = shown(client, f"{CARD}&outlet={floor.outlet.code}")
        assert card.sealed == ()
        assert "seal" not in text

    def test_its_seal_opens_at_the_hour_and_not_before(self, client, floor, due_at):
        client.force_login(floor.manager)
        told = sealed_in(shown(client)[1])
        first = datetime.fromisoformat(told["first_at"])
        step = timedelta(seconds=told["step_seconds"])
        fits = [n for n in range(96) if seal(told["salt"], n) == told["digest"]]
        assert [first + n * step for n in fits] == [due_at]

    def test_from_its_hour_on_it_is_due_on_every_tab(
        self, client, clock, floor, due_at
    ):
        clock(due_at + timedelta(minutes=70))
        client.force_login(floor.manager)
        card, text = shown(client, "/checks/?standard=GROOMING")
        assert card.round_due.standard.code == "ENVIRONMENT"
        local = due_at.astimezone(floor.outlet.zone)
        assert text.count(f"due since {local:%H:%M} (1 h 10 min)") == 1
        card, text = shown(client)
        assert [row.slot for row in card.rows] == ["opening", "random"]
        assert card.current.total == 2
        assert card.sealed == ()
        assert text.count(f"due since {local:%H:%M} (1 h 10 min)") == 2

    def test_once_done_nothing_is_due(self, client, clock, floor, due_at):
        clock(due_at)
        random_tap(floor)
        client.force_login(floor.manager)
        card, text = shown(client)
        assert card.round_due is None
        assert f"due since {due_at.astimezone(floor.outlet.zone):%H:%M}" not in text

    def test_a_day_that_is_over_says_what_was_not_done(
        self, client, clock, floor, due_at
    ):
        clock(NIGHT + timedelta(days=1))
        client.force_login(floor.manager)
        text = shown(client, f"{CARD}&on={DAY:%F}")[1]
        local = due_at.astimezone(floor.outlet.zone)
        assert f"was due at {local:%H:%M} and not done" in text

    def test_without_opening_hours_it_may_be_taken_at_any_time(self, client, clock):
        floor = make_floor(people=1)
        client.force_login(floor.manager)
        card = shown(client)[0]
        assert [row.slot for row in card.rows] == ["opening", "random"]
        assert card.round_due is None
        random_tap(floor)
        assert RoundDraw.objects.count() == 0


class TestTaking:
    def test_before_its_hour_it_is_refused_and_nothing_is_kept(self, clock, floor):
        with pytest.raises(NotDue):
            random_tap(floor)
        assert Check.objects.count() == 0

    def test_a_moment_to_come_does_not_ask_the_hour_out(self, clock, floor, due_at):
        clock(due_at - timedelta(minutes=6))
        with pytest.raises(NotDue):
            random_tap(floor, observed_at=due_at - timedelta(minutes=2))

    def test_a_clock_five_minutes_ahead_is_no_offence(self, clock, floor, due_at):
        clock(due_at - timedelta(minutes=5))
        assert random_tap(floor).slot == "random"

    def test_what_a_tablet_took_too_early_waits_for_a_person(
        self, clock, floor, due_at
    ):
        record = queued(floor, None, "ENVIRONMENT", slot="random")
        clock(due_at + timedelta(minutes=10))
        assert send(record) == [("held", "not_due")]

    def test_what_a_tablet_took_in_time_counts_later(self, clock, floor, due_at):
        clock(due_at + timedelta(minutes=1))
        record = queued(floor, None, "ENVIRONMENT", slot="random")
        clock(due_at + timedelta(hours=3))
        assert send(record) == [("accepted", None)]

    def test_its_draw_is_kept_and_outlives_other_hours(self, clock, floor, due_at):
        clock(due_at)
        random_tap(floor)
        Outlet.objects.update(hours="Mon-Sun 13:00-16:00")
        kept = draw_for(Outlet.objects.get(), DAY)
        assert (kept.due_at, kept.hours) == (due_at, "Mon-Sun 09:00-18:00")

    def test_not_done_never_stands_in_the_ledger(self, clock, floor):
        tap(floor, None, "ENVIRONMENT")
        clock(NIGHT + timedelta(days=2))
        assert Entry.objects.filter(component="environment").count() == 1


class TestLive:
    def rounds(self, at, **how):
        (only,) = coverage_of(Outlet.objects.all(), DAY, at)
        return [(one.slot, one.state.value) for one in only.rounds]

    def test_rounds_are_due_then_missing_and_never_told_ahead(self, floor, due_at):
        assert self.rounds(MORNING - timedelta(hours=1)) == []
        assert self.rounds(MORNING) == [("opening", "due")]
        assert self.rounds(due_at - timedelta(seconds=1)) == [("opening", "due")]
        both = [("opening", "due"), ("random", "due")]
        assert self.rounds(due_at) == both
        assert self.rounds(NIGHT - timedelta(seconds=1)) == both
        assert self.rounds(NIGHT) == [("opening", "missing"), ("random", "missing")]

    def test_what_is_done_is_done(self, clock, floor, due_at):
        tap(floor, None, "ENVIRONMENT")
        clock(due_at)
        random_tap(floor)
        assert self.rounds(NIGHT) == [("opening", "done"), ("random", "done")]

    def test_three_queries_for_any_number_of_outlets(
        self, floor, django_assert_num_queries
    ):
        for _ in range(4):
            make_floor(people=1, hours="Mon-Sun 09:00-18:00")
        with django_assert_num_queries(9):
            coverage_of(Outlet.objects.all(), DAY, NIGHT)

    def test_the_page_says_so(self, client, clock, floor):
        clock(NIGHT)
        client.force_login(floor.manager)
        page = client.get(reverse("checks:live"))
        assert (page.context["due"], page.context["missing"]) == (0, 2)
        assert "Round at a random hour: missing" in page.content.decode()


class TestKeeping:
    def test_the_days_of_all_outlets_are_kept_once(self, floor):
        make_floor(people=1)  # its hours are not known
        make_floor(people=1, hours="Mon-Sun 09:00-18:00", closed_on=date(2026, 1, 1))
        assert keep_draws() == 1
        assert keep_draws() == 0
        (kept,) = RoundDraw.objects.all()
        assert (kept.outlet, kept.on, kept.holds) == (floor.outlet, DAY, True)

    def test_a_row_that_was_tampered_with_does_not_hold(self, floor):
        keep_draws()
        RoundDraw.objects.update(minute=(RoundDraw.objects.get().minute + 5))
        assert not RoundDraw.objects.get().holds

    def test_it_is_written_once(self, floor):
        keep_draws()
        with pytest.raises(TypeError):
            RoundDraw.objects.get().save()


class TestDraws:
    @pytest.fixture
    def kept(self, floor):
        keep_draws()
        return RoundDraw.objects.get()

    def test_an_hour_to_come_is_nobodys(self, client, clock, kept, due_at):
        client.force_login(granted_user("auditor"))
        clock(due_at - timedelta(seconds=1))
        assert client.get("/checks/draws/").context["rows"] == []
        assert client.get(f"/checks/draws/{kept.uuid}/").status_code == 404

    def test_once_it_has_come_it_is_proved(self, client, clock, floor, kept, due_at):
        clock(due_at + timedelta(minutes=12))
        random_tap(floor)
        client.force_login(granted_user("auditor"))
        (row,) = client.get("/checks/draws/").context["rows"]
        assert (row.draw, row.after_minutes, row.of_this_secret) == (kept, 12, True)
        text = client.get(f"/checks/draws/{kept.uuid}/").content.decode()
        assert f"{kept.seed}:{floor.outlet.code}|2026-10-15" in text
        assert "the seed draws this hour" in text

    def test_another_secret_is_said(self, client, clock, kept, due_at, settings):
        settings.CHECKS_DRAW_SECRET = "another"
        clock(due_at)
        client.force_login(granted_user("auditor"))
        text = client.get(f"/checks/draws/{kept.uuid}/").content.decode()
        assert "made by another secret" in text

    def test_the_outlet_itself_verifies_nothing(self, client, floor, kept):
        client.force_login(floor.manager)
        assert client.get("/checks/draws/").status_code == 403
