from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.checks.models import Check, Correction, FloorTap
from evaluations.complaints.models import Case
from evaluations.feedback.models import Delivery as RatingDelivery
from evaluations.feedback.models import Rating
from evaluations.ledger.models import Entry
from evaluations.mystery.models import Visit
from evaluations.rankings.services.verifying import verify_run
from outlets.flow.models import Delivery, HourlyFlow, Ticket
from staffing.people.models import (
    Employee,
    Erasure,
    PersonalExport,
    RetentionReport,
    RetentionRule,
)
from staffing.people.personal.keeping import kinds, rule_of, rules_in_force
from staffing.people.personal.models import Action
from staffing.people.personal.selectors import leavers
from staffing.people.personal.services.keeping import apply_retention, set_rule
from staffing.people.personal.services.refusals import ReasonMissing, RuleImpossible
from staffing.rosters.models import RosterDay
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory, granted_user
from tests.staffing.people.personal.life import a_life
from tests.staffing.people.personal.when import LEFT_ON

TODAY = date(2026, 11, 25)


def rule(kind, months, action) -> None:
    RetentionRule.objects.create(kind=kind, months=months, action=action, reason="test")


def report_of(kind, today=TODAY) -> RetentionReport:
    """Apply everything once and return the report of one kind."""
    [found] = [one for one in apply_retention(today) if one.kind == kind]
    return found


@pytest.fixture
def life():
    """A life whose records are old enough for every kind, everything settled."""
    found = a_life()
    for model in (Check, Rating, Visit, Case):
        model.objects.update(pending=False)
    return found


def test_what_is_shipped():
    shipped = {
        code: (kind.months, kind.actions[0].value) for code, kind in kinds().items()
    }
    assert shipped == {
        "leavers": (36, "propose"),
        "erasure_wait": (6, "keep"),
        "personal_exports": (36, "delete"),
        "retention_reports": (36, "delete"),
        "flow_tickets": (24, "delete"),
        "flow_alerts": (13, "delete"),
        "flow_deliveries": (3, "delete"),
        "sessions": (1, "delete"),
        "roster_days": (36, "delete"),
        "notices": (12, "delete"),
        "bulletins": (36, "delete"),
        "check_words": (36, "pseudonymise"),
        "floor_words": (12, "pseudonymise"),
        "held_checks": (36, "delete"),
        "check_photos": (12, "delete"),
        "live_photos": (3, "delete"),
        "review_flags": (24, "delete"),
        "visit_words": (36, "pseudonymise"),
        "shopper_words": (36, "pseudonymise"),
        "visit_evidence": (12, "delete"),
        "rating_words": (24, "pseudonymise"),
        "feedback_deliveries": (3, "delete"),
        "call_words": (24, "pseudonymise"),
        "complaint_words": (36, "pseudonymise"),
        "complaint_contacts": (6, "pseudonymise"),
        "complaint_lines": (36, "pseudonymise"),
        "red_line_words": (60, "pseudonymise"),
        "order_words": (36, "pseudonymise"),
        "appeals": (1, "keep"),
        "history": (36, "delete"),
        "sign_in_failures": (12, "delete"),
        "import_files": (1, "delete"),
        "import_faults": (12, "delete"),
    }


@pytest.mark.django_db
class TestTheNight:
    @pytest.mark.parametrize(
        ("kind", "model", "field"),
        [
            ("rating_words", Rating, "comment"),
            ("visit_words", Visit, "comment"),
            ("complaint_words", Case, "summary"),
            ("check_words", Check, "note"),
            ("floor_words", FloorTap, "note"),
        ],
    )
    def test_words_go_on_the_day_after_their_months(self, life, kind, model, field):
        rule(kind, 6, "pseudonymise")
        # The records are of 14 March: kept whole on 14 September, not a day longer.
        kept = report_of(kind, date(2026, 9, 14))
        assert (kept.cut_off, kept.count) == (date(2026, 3, 14), 0)
        assert not model.objects.filter(**{field: ""}).exists()
        gone = report_of(kind, date(2026, 9, 15))
        assert gone.cut_off == date(2026, 3, 15)
        assert set(model.objects.values_list(field, flat=True)) == {""}
        assert gone.count == model.objects.count() + (
            Correction.objects.count() if kind == "check_words" else 0
        )

    def test_twice_in_one_night_changes_nothing_more(self, life):
        for kind in ("rating_words", "visit_words", "complaint_words", "check_words"):
            rule(kind, 1, "pseudonymise")
        first = {one.kind: one.count for one in apply_retention(TODAY)}
        second = {one.kind: one.count for one in apply_retention(TODAY)}
        assert (first["rating_words"], first["check_words"]) == (4, 4)
        assert {kind: n for kind, n in second.items() if n} == {}
        assert RetentionReport.objects.count() == len(first) + len(second)

    def test_batches_go_on_until_nothing_is_left(self, life, monkeypatch):
        rule("rating_words", 1, "pseudonymise")
        kind = kinds()["rating_words"]
        monkeypatch.setattr(
            "staffing.people.personal.keeping._kinds",
            kinds() | {"rating_words": replace(kind, batch=1)},
        )
        assert report_of("rating_words").count == 4
        assert not Rating.objects.exclude(comment="", ticket_no="").exists()

    def test_figures_stay_and_the_published_run_verifies(self, life):
        before = list(Entry.objects.order_by("pk").values())
        marks = list(Rating.objects.order_by("pk").values_list("score", "rater"))
        for kind in ("rating_words", "visit_words", "complaint_words", "check_words"):
            rule(kind, 1, "pseudonymise")
        apply_retention(TODAY)
        assert list(Entry.objects.order_by("pk").values()) == before
        assert (
            list(Rating.objects.order_by("pk").values_list("score", "rater")) == marks
        )
        assert verify_run(run_id=life.run.pk).holds

    def test_what_the_ledger_has_not_read_is_left_alone(self, life):
        rule("rating_words", 1, "pseudonymise")
        Rating.objects.update(pending=True)
        assert report_of("rating_words").count == 0

    def test_an_undecided_complaint_keeps_its_summary(self, life):
        rule("complaint_words", 1, "pseudonymise")
        Case.objects.filter(employee=life.person).update(kind="attitude", verdict="")
        assert report_of("complaint_words").count == 1
        assert Case.objects.get(employee=life.person).summary != ""

    def test_a_ranking_that_can_be_appealed_holds_its_records_back(self):
        a_life(published_days_ago=5)
        rule("rating_words", 1, "pseudonymise")
        rule("roster_days", 1, "delete")
        held = report_of("rating_words")
        assert (held.cut_off, held.held_back, held.count) == (
            date(2026, 3, 1),
            True,
            0,
        )
        assert RosterDay.objects.count() == 2

    def test_a_ranking_that_stands_lets_its_records_go(self):
        a_life(published_days_ago=60)
        rule("rating_words", 1, "pseudonymise")
        rule("roster_days", 1, "delete")
        freed = report_of("rating_words")
        assert (freed.cut_off, freed.held_back, freed.count) == (
            date(2026, 10, 25),
            False,
            4,
        )
        assert RosterDay.objects.count() == 0

    def test_what_is_kept_is_neither_touched_nor_reported(self, life):
        rule("rating_words", 1, "keep")
        codes = {one.kind for one in apply_retention(TODAY)}
        assert codes & {"rating_words", "erasure_wait", "appeals"} == set()
        assert Rating.objects.filter(comment="").count() == 0

    def test_marks_of_deliveries_go_after_three_months(self):
        for model in (Delivery, RatingDelivery):
            for day in (24, 25):
                model.objects.create(
                    sender="service:1",
                    kind="tickets",
                    uuid=uuid4(),
                    digest="d",
                    received_at=datetime(2026, 8, day, 4, 0, tzinfo=UTC),
                )
        counts = {one.kind: one.count for one in apply_retention(TODAY)}
        assert (counts["flow_deliveries"], counts["feedback_deliveries"]) == (1, 1)
        assert Delivery.objects.get().received_at.day == 25

    def test_old_tickets_are_moved_out_batch_by_batch_and_figures_stay(self):
        kind = kinds()["flow_tickets"]
        outlet = OutletFactory()
        for month in range(1, 13):
            row = ticket(outlet, "A1", f"2024-{month:02}-10T09:00", wait=60)
            take("tickets", [row])
        with patch.dict(
            "staffing.people.personal.keeping._kinds",
            {"flow_tickets": replace(kind, batch=2)},
        ):
            report = report_of("flow_tickets")
        # Kept whole from 25 November 2024 on, so that November stays.
        assert (report.cut_off, report.count) == (date(2024, 11, 25), 10)
        assert Ticket.objects.count() == 2
        assert HourlyFlow.objects.count() == 12

    def test_the_row_of_an_export_goes_and_not_before_its_file(self):
        person, hr = EmployeeFactory(), granted_user("hr")
        old = datetime(2023, 11, 24, 4, 0, tzinfo=UTC)
        for file in ("", "exports/still-there.zip"):
            PersonalExport.objects.create(
                employee=person,
                requested_by=hr,
                requested_at=old,
                file=file,
                expires_at=old,
            )
        assert report_of("personal_exports").count == 1
        assert PersonalExport.objects.get().file.name == "exports/still-there.zip"


@pytest.mark.django_db
class TestLeavers:
    def test_as_shipped_they_are_proposed_and_nothing_happens(self, life):
        gone = EmployeeFactory(left_on=TODAY - timedelta(days=4 * 365))
        assert list(leavers(timezone.localdate())) == [gone]
        report = report_of("leavers", timezone.localdate())
        assert (report.action, report.count) == ("propose", 1)
        gone.refresh_from_db()
        assert gone.erased_at is None

    def test_switched_on_the_night_erases_who_can_be_erased(self, life):
        rule("leavers", 3, "pseudonymise")
        held = EmployeeFactory(left_on=LEFT_ON)
        Case.objects.filter(employee=life.colleague).update(
            employee=held, closed_at=None, closed_on=None, days_to_close=None
        )
        working = EmployeeFactory()
        report = report_of("leavers", timezone.localdate())
        assert report.count == 1
        erased = Employee.objects.exclude(erased_at=None)
        assert list(erased) == [life.person]
        assert working.erased_at is None
        erasure = Erasure.objects.get()
        assert (erasure.proposed_by, erasure.confirmed_by) == (None, None)
        assert (erasure.state, erasure.counts["person"]) == ("done", 1)
        assert report_of("leavers", timezone.localdate()).count == 0


@pytest.mark.django_db
class TestSettingARule:
    def test_it_holds_from_then_on_and_what_held_before_stays_readable(self):
        administrator = granted_user("administrator")
        for months in (12, 18):
            set_rule(
                kind="rating_words",
                months=months,
                action="keep",
                reason="works council",
                by=administrator,
            )
        found = rule_of("rating_words")
        assert (found.months, found.action) == (18, Action.KEEP)
        rows = RetentionRule.objects.filter(kind="rating_words").order_by("id")
        assert list(rows.values_list("months", "by")) == [
            (12, administrator.pk),
            (18, administrator.pk),
        ]

    def test_setting_what_holds_already_changes_nothing(self):
        set_rule(
            kind="rating_words",
            months=24,
            action="pseudonymise",
            reason="as it is",
            by=granted_user("administrator"),
        )
        assert RetentionRule.objects.count() == 0

    @pytest.mark.parametrize("role", ["hr", "auditor", "operations"])
    def test_it_takes_an_administrator(self, role):
        with pytest.raises(PermissionDenied):
            set_rule(
                kind="rating_words",
                months=1,
                action="keep",
                reason="no",
                by=granted_user(role),
            )
        assert RetentionRule.objects.count() == 0

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"months": 0}, RuleImpossible),
            ({"months": 241}, RuleImpossible),
            ({"action": "delete"}, RuleImpossible),
            ({"reason": " "}, ReasonMissing),
        ],
    )
    def test_what_is_impossible_is_refused(self, given, error):
        values = {"months": 12, "action": "keep", "reason": "yes"} | given
        with pytest.raises(error):
            set_rule(kind="rating_words", by=granted_user("administrator"), **values)
        assert RetentionRule.objects.count() == 0

    def test_all_rules_are_read_with_one_query(self, django_assert_num_queries):
        for months in range(1, 21):
            rule("rating_words", months, "keep")
        with django_assert_num_queries(1):
            assert len(rules_in_force()) == len(kinds())
