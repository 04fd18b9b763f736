"""Recording, correcting, undoing and settling, each down to the ledger."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.utils import timezone

from evaluations.checks.models import Check, CheckMark, Correction
from evaluations.checks.posting import day_id, outlet_check_id, post_days
from evaluations.checks.rules import Mark, rater_of_staff
from evaluations.checks.services import (
    choose_check,
    correct_check,
    record_check,
    undo_check,
)
from evaluations.checks.services.refusals import (
    DayIsOver,
    MarksAndScore,
    NothingToCheck,
    NotOnShift,
    NotStanding,
    OwnCheck,
    ReasonMissing,
    UnknownItem,
    UnknownRound,
    UuidTaken,
)
from evaluations.ledger.models import Entry
from tests.evaluations.checks.factories import (
    another_lead,
    make_floor,
    tap,
    version_of,
)
from tests.evaluations.standards.factories import make_standard, publish_items
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=2)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


def standing(component):
    entries = Entry.objects.standing().filter(component=component)
    return [(e.points, e.out_of, e.n, e.version) for e in entries]


def yesterday(check):
    """Let a check have been made yesterday."""
    Check.objects.filter(pk=check.pk).update(on=check.on - timedelta(days=1))
    return Check.objects.get(pk=check.pk)


class TestRecording:
    def test_one_tap_is_one_row_and_lands_in_the_ledger_at_once(self, floor):
        clerk = floor.people[0]
        check = tap(floor, clerk)
        assert CheckMark.objects.count() == 0
        check.refresh_from_db()
        assert (check.employee, check.by, check.by_name, check.pending) == (
            clerk,
            floor.manager,
            "Manager Chen",
            False,
        )
        daily = Entry.objects.get(component="daily")
        assert (daily.employee, daily.outlet, daily.on) == (
            clerk,
            floor.outlet,
            floor.today,
        )
        assert (daily.points, daily.out_of, daily.n) == (10_000, 10_000, 1)
        assert daily.source_id == day_id(clerk.uuid, floor.today)
        assert daily.by == floor.manager
        rate = Entry.objects.get(component="daily_rate")
        # A woman: 17 items less the two for men.
        assert (rate.points, rate.out_of) == (1500, 1500)
        assert rate.rater == rater_of_staff(floor.manager.employee.uuid)

    def test_failed_items_are_kept_and_judged(self, floor):
        check = tap(
            floor,
            floor.people[0],
            marks={"G03": "failed", "G09": "not_applicable", "G16": "not_observed"},
        )
        assert {m.item.code: m.mark for m in check.marks.all()} == {
            "G03": "failed",
            "G09": "not_applicable",
            "G16": "not_observed",
        }
        assert standing("daily") == [(0, 10_000, 1, 1)]
        assert standing("daily_rate") == [(1200, 1300, 1, 1)]

    def test_all_checks_of_a_day_are_pooled_and_the_entry_is_re_entered(self, floor):
        clerk = floor.people[0]
        tap(floor, clerk, marks={"G04": "failed", "G05": "failed"})  # 13 of 15
        assert standing("daily") == [(0, 10_000, 1, 1)]
        tap(floor, clerk, "CONDUCT")  # 36 of 38
        assert standing("daily") == [(10_000, 10_000, 1, 2)]
        totals = Entry.objects.filter(component="daily").aggregate(
            points=Sum("points"), n=Sum("n")
        )
        assert totals == {"points": 10_000, "n": 1}

    def test_two_raters_of_a_day_each_keep_their_share(self, floor):
        clerk = floor.people[0]
        tap(floor, clerk, marks={"G04": "failed"})
        tap(floor, clerk, "DISCIPLINE", by=another_lead(floor))
        assert sorted(standing("daily_rate")) == [(700, 700, 1, 1), (1400, 1500, 1, 1)]
        assert standing("daily") == [(10_000, 10_000, 1, 1)]

    def test_nothing_observed_is_no_checked_day(self, floor):
        items = version_of("DISCIPLINE").items.all()
        marks = {item.code: "not_observed" for item in items}
        tap(floor, floor.people[0], "DISCIPLINE", marks=marks)
        assert Entry.objects.count() == 0
        assert Check.objects.count() == 1

    def test_a_check_of_the_outlet_judges_nobody_personally(self, floor):
        check = tap(floor, None, "ENVIRONMENT", marks={"E06": "failed"})
        entry = Entry.objects.get()
        assert (entry.component, entry.employee, entry.outlet) == (
            "environment",
            None,
            floor.outlet,
        )
        assert (entry.points, entry.out_of, entry.n) == (1500, 1600, 1)
        assert entry.source_id == outlet_check_id(check.uuid)

    def test_both_rounds_of_the_outlet_are_entries_of_their_own(self, floor):
        tap(floor, None, "ENVIRONMENT")
        tap(floor, None, "ENVIRONMENT", slot="random", marks={"E06": "failed"})
        assert sorted(standing("environment")) == [
            (1500, 1600, 1, 1),
            (1600, 1600, 1, 1),
        ]

    def test_the_same_uuid_again_changes_nothing_whatever_it_carries(self, floor):
        uuid = uuid4()
        first = tap(floor, floor.people[0], uuid=uuid)
        again = tap(floor, floor.people[0], uuid=uuid, marks={"G01": "failed"})
        assert again.pk == first.pk
        assert CheckMark.objects.count() == 0
        assert Entry.objects.count() == 2

    def test_a_uuid_cannot_be_used_for_somebody_else(self, floor):
        uuid = uuid4()
        tap(floor, floor.people[0], uuid=uuid)
        with pytest.raises(UuidTaken):
            tap(floor, floor.people[1], uuid=uuid)
        assert Check.objects.count() == 1

    def test_a_score_stands_where_the_items_are_not_known(self, floor):
        tap(floor, floor.people[0], score=8999)
        assert standing("daily") == [(0, 10_000, 1, 1)]
        assert standing("daily_rate") == [(90, 100, 1, 1)]

    def test_a_person_who_worked_at_two_outlets_counts_where_she_was_seen_last(self):
        here, there = make_floor(people=1), make_floor(people=0)
        clerk = here.people[0]
        AssignmentFactory(employee=clerk, outlet=there.outlet)
        now = timezone.now()
        tap(there, clerk, "CONDUCT", observed_at=now)
        tap(here, clerk, observed_at=now - timedelta(seconds=1))
        daily = Entry.objects.standing().get(component="daily")
        assert daily.outlet == there.outlet


class TestRefusals:
    def test_nobody_checks_herself(self, floor):
        with pytest.raises(OwnCheck):
            tap(floor, floor.manager.employee)
        assert not Check.objects.exists()

    @pytest.mark.parametrize(
        "who",
        [
            lambda floor: staff_user("clerk", floor.outlet),
            lambda floor: staff_user("store_manager"),
            lambda floor: granted_user("auditor"),
            lambda floor: granted_user("hr"),
            lambda floor: granted_user(
                "regional_supervisor", region=floor.outlet.region
            ),
        ],
        ids=["clerk", "foreign manager", "auditor", "hr", "county"],
    )
    def test_only_who_records_at_the_outlet_takes_checks(self, floor, who):
        with pytest.raises(PermissionDenied):
            tap(floor, floor.people[0], by=who(floor))
        assert not Check.objects.exists()

    def test_a_day_that_is_over_takes_no_check(self, floor):
        with pytest.raises(DayIsOver):
            tap(floor, floor.people[0], on=floor.today - timedelta(days=1))
        with pytest.raises(DayIsOver):
            tap(floor, floor.people[0], on=floor.today + timedelta(days=1))

    def test_a_tablet_that_was_offline_delivers_late_and_says_so(self, floor):
        seen = timezone.now() - timedelta(days=2)
        on = seen.astimezone(floor.outlet.zone).date()
        check = tap(floor, floor.people[0], on=on, observed_at=seen)
        check.refresh_from_db()
        assert check.is_late
        assert Entry.objects.get(component="daily").on == on

    @pytest.mark.parametrize("days", [8, -1])
    def test_too_old_or_from_the_future_is_refused(self, floor, days):
        seen = timezone.now() - timedelta(days=days)
        on = seen.astimezone(floor.outlet.zone).date()
        with pytest.raises(DayIsOver):
            tap(floor, floor.people[0], on=on, observed_at=seen)

    def test_somebody_who_does_not_work_there_is_refused(self, floor):
        with pytest.raises(NotOnShift):
            tap(floor, EmployeeFactory())

    def test_an_unknown_item_is_refused(self, floor):
        with pytest.raises(UnknownItem, match="X1"):
            tap(floor, floor.people[0], marks={"X1": "failed"})

    def test_an_item_for_men_is_unknown_on_a_womans_check(self, floor):
        woman = floor.people[0]
        assert woman.gender == "F"
        with pytest.raises(UnknownItem):
            tap(floor, woman, marks={"G12": "failed"})

    def test_marks_and_a_score_exclude_each_other(self, floor):
        with pytest.raises(MarksAndScore):
            tap(floor, floor.people[0], marks={"G01": "failed"}, score=9000)

    def test_a_checklist_about_people_does_not_judge_the_outlet(self, floor):
        with pytest.raises(NothingToCheck):
            tap(floor, None, "GROOMING")

    def test_a_round_that_the_checklist_does_not_have_is_refused(self, floor):
        with pytest.raises(UnknownRound):
            tap(floor, floor.people[0], slot="midnight")


class TestCorrecting:
    def test_the_author_corrects_the_same_day_and_the_old_value_is_kept(self, floor):
        check = tap(floor, floor.people[0], marks={"G01": "failed"}, note="No jacket")
        correct_check(
            uuid=check.uuid, marks={"G02": Mark.FAILED}, note="", by=floor.manager
        )
        correction = Correction.objects.get()
        assert correction.previous == {
            "marks": {"G01": "failed"},
            "score": None,
            "note": "No jacket",
            "state": "standing",
        }
        assert (correction.by, correction.action) == (floor.manager, "corrected")
        assert standing("daily") == [(10_000, 10_000, 1, 2)]
        assert [e.points for e in Entry.objects.filter(component="daily")] == [
            0,
            0,
            10_000,
        ]

    def test_saying_the_same_again_changes_nothing(self, floor):
        check = tap(floor, floor.people[0], marks={"G02": "failed"}, note="Crease")
        correct_check(
            uuid=check.uuid,
            marks={"G02": Mark.FAILED},
            note="Crease",
            by=floor.manager,
        )
        assert not Correction.objects.exists()

    def test_a_colleague_may_not_correct_the_authors_check(self, floor):
        check = tap(floor, floor.people[0])
        with pytest.raises(PermissionDenied):
            correct_check(uuid=check.uuid, marks={}, note="x", by=another_lead(floor))

    def test_after_the_day_the_author_may_not(self, floor):
        check = yesterday(tap(floor, floor.people[0], marks={"G02": "failed"}))
        with pytest.raises(PermissionDenied):
            correct_check(uuid=check.uuid, marks={}, by=floor.manager, reason="Late")
        assert check.marks.count() == 1

    def test_after_the_day_the_county_may_with_a_reason(self, floor, county):
        check = yesterday(tap(floor, floor.people[0], marks={"G01": "failed"}))
        with pytest.raises(ReasonMissing):
            correct_check(uuid=check.uuid, marks={}, by=county, reason="  ")
        correct_check(uuid=check.uuid, marks={}, by=county, reason="Wrong person")
        entry = Entry.objects.standing().get(component="daily", on=check.on)
        assert (entry.points, entry.by, entry.reason) == (
            10_000,
            county,
            "Wrong person",
        )
        assert Correction.objects.get().reason == "Wrong person"

    def test_an_outsider_does_not_even_find_it(self, floor):
        check = tap(floor, floor.people[0])
        with pytest.raises(Check.DoesNotExist):
            correct_check(
                uuid=check.uuid, marks={}, by=staff_user("store_manager"), reason="x"
            )

    def test_nobody_corrects_a_check_of_herself(self, floor):
        lead = another_lead(floor)
        check = tap(floor, floor.manager.employee, by=lead, marks={"G01": "failed"})
        with pytest.raises(OwnCheck):
            correct_check(uuid=check.uuid, marks={}, by=floor.manager, reason="me")

    def test_a_check_of_the_outlet_is_corrected_in_the_ledger(self, floor):
        check = tap(floor, None, "ENVIRONMENT", marks={"E06": "failed"})
        correct_check(uuid=check.uuid, marks={}, by=floor.manager)
        assert standing("environment") == [(1600, 1600, 1, 2)]


class TestUndoing:
    def test_undo_takes_the_day_back_and_keeps_the_record(self, floor):
        check = tap(floor, floor.people[0])
        undo_check(uuid=check.uuid, by=floor.manager)
        assert standing("daily") == standing("daily_rate") == []
        assert Entry.objects.aggregate(points=Sum("points"))["points"] == 0
        assert Check.objects.get().state == "set_aside"
        assert Correction.objects.get().action == "undone"

    def test_undoing_twice_changes_nothing(self, floor):
        check = tap(floor, floor.people[0])
        undo_check(uuid=check.uuid, by=floor.manager)
        undo_check(uuid=check.uuid, by=floor.manager)
        assert (Correction.objects.count(), Entry.objects.count()) == (1, 4)

    def test_after_undoing_the_card_takes_a_new_check(self, floor):
        undo_check(uuid=tap(floor, floor.people[0]).uuid, by=floor.manager)
        tap(floor, floor.people[0], marks={"G01": "failed"})
        assert standing("daily") == [(0, 10_000, 1, 2)]

    def test_what_was_undone_cannot_be_corrected(self, floor):
        check = tap(floor, floor.people[0])
        undo_check(uuid=check.uuid, by=floor.manager)
        with pytest.raises(NotStanding):
            correct_check(uuid=check.uuid, marks={}, note="x", by=floor.manager)


class TestTwoTablets:
    def test_the_second_that_says_otherwise_is_kept_and_waits(self, floor):
        tap(floor, floor.people[0])
        lead = another_lead(floor)
        second = tap(floor, floor.people[0], marks={"G01": "failed"}, by=lead)
        assert second.state == "conflict"
        assert second.marks.count() == 1
        assert standing("daily") == [(10_000, 10_000, 1, 1)]

    def test_the_second_that_agrees_is_set_aside(self, floor):
        tap(floor, floor.people[0])
        assert tap(floor, floor.people[0], by=another_lead(floor)).state == "set_aside"
        assert standing("daily_rate") == [(1500, 1500, 1, 1)]

    def test_choosing_the_second_counts_it_and_no_longer_the_first(self, floor):
        first = tap(floor, floor.people[0])
        lead = another_lead(floor)
        second = tap(floor, floor.people[0], marks={"G01": "failed"}, by=lead)
        choose_check(uuid=second.uuid, by=floor.manager)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("set_aside", "standing")
        assert standing("daily") == [(0, 10_000, 1, 2)]
        rater = Entry.objects.standing().get(component="daily_rate").rater
        assert rater == rater_of_staff(lead.employee.uuid)

    def test_choosing_the_first_sets_the_second_aside(self, floor):
        first = tap(floor, floor.people[0])
        second = tap(floor, floor.people[0], marks={"G01": "failed"})
        choose_check(uuid=first.uuid, by=floor.manager)
        second.refresh_from_db()
        assert second.state == "set_aside"
        assert standing("daily") == [(10_000, 10_000, 1, 1)]

    def test_nobody_settles_a_conflict_about_herself(self, floor):
        lead = another_lead(floor)
        tap(floor, floor.manager.employee, by=lead)
        second = tap(floor, floor.manager.employee, by=lead, marks={"G01": "failed"})
        with pytest.raises(OwnCheck):
            choose_check(uuid=second.uuid, by=floor.manager)

    def test_settling_after_the_day_takes_the_county_and_a_reason(self, floor, county):
        tap(floor, None, "ENVIRONMENT")
        second = tap(floor, None, "ENVIRONMENT", marks={"E01": "failed"})
        Check.objects.update(on=floor.today - timedelta(days=1))
        with pytest.raises(PermissionDenied):
            choose_check(uuid=second.uuid, by=floor.manager)
        with pytest.raises(ReasonMissing):
            choose_check(uuid=second.uuid, by=county)
        choose_check(uuid=second.uuid, by=county, reason="Sign was missing")
        assert standing("environment") == [(1500, 1600, 1, 1)]


def test_an_outlet_that_works_past_midnight_checks_on_the_evening_before(
    floor, monkeypatch
):
    floor.outlet.day_starts_at = time(3)
    floor.outlet.save()
    # 01:30 in Shanghai on the 11th still belongs to the 10th.
    now = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert f"{floor.today:%F}" == "2026-03-10"
    assert f"{tap(floor, floor.people[0]).on:%F}" == "2026-03-10"


def test_a_check_is_kept_under_the_version_that_the_card_showed(floor):
    standard = make_standard(on_card=True)
    shown = version_of("S")
    publish_items(standard, ["S1", "S2", "S3"], floor.today)
    check = record_check(
        uuid=uuid4(),
        outlet=floor.outlet,
        employee=floor.people[0],
        on=floor.today,
        slot="opening",
        version=shown,
        marks={},
        by=floor.manager,
    )
    assert check.version == shown
    assert standing("daily_rate") == [(200, 200, 1, 1)]


def test_what_was_asked_of_a_post_stays_when_the_person_is_promoted(floor):
    make_standard("POSTS", {"P1": {}, "P2": {"posts": "clerk"}}, on_card=True)
    clerk = floor.people[0]
    check = tap(floor, clerk, "POSTS", marks={"P2": "failed"})
    assert check.post == "clerk"
    assert standing("daily_rate") == [(100, 200, 1, 1)]
    clerk.post = "supervisor"
    clerk.save()
    post_days([(clerk.pk, floor.today)])
    assert standing("daily_rate") == [(100, 200, 1, 1)]
