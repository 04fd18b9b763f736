"""A report: begun, filled in, submitted once, and what of it is worth what."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.mystery.models import Answer, Report, Sending, VisitEvidence
from evaluations.mystery.rules.filling import Lack, Why
from evaluations.mystery.services import refusals
from evaluations.mystery.services.reviewing import approve_report, return_report
from evaluations.mystery.services.steps import ReportMoved
from evaluations.mystery.services.submitting import begin, deliver, is_late
from evaluations.mystery.services.visits import release_visit
from evaluations.mystery.shopping_holdings import KINDS, WORDS
from outlets.exchange.acting import acting
from staffing.accounts.models import HistoryRecord
from staffing.people.personal.models import Action
from tests.evaluations.mystery.factories import ShopperFactory, VersionFactory
from tests.evaluations.mystery.field import Clock, Field, filled
from tests.staffing.people.factories import (
    AgencyFactory,
    EmployeeFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def field(clock):
    return Field()


def answers(report):
    rows = report.answers.select_related("question").order_by("question__position")
    return [(one.question.code, one.value, one.points, one.out_of) for one in rows]


def sent(field, delivery=None, report=None, **changes):
    return deliver(
        report=(report or field.report).uuid,
        delivery=delivery or uuid4(),
        filled=filled(**changes),
        by=field.shopper.user,
    )


def test_a_report_is_worth_what_its_answers_are(field):
    field.begin()
    sent(field)
    report = Report.objects.get()
    # Greeted 2 of 2, smile 3 of 5 on weight 5, wait 50 % of 4; explained is not asked.
    assert answers(report) == [
        ("HELLO", "yes", 200, 200),
        ("SMILE", "3", 300, 500),
        ("WAIT", "7", 200, 400),
        ("OFFERED", "no", 0, 300),
        ("WORDS", "Come in", None, None),
    ]
    assert (report.state, report.points, report.out_of) == ("submitted", 700, 1400)
    assert (report.visited_on, report.arrived_at) == (date(2026, 10, 12), time(10, 5))
    assert [one.what for one in report.events.all()] == ["begin", "submit"]


def test_an_answer_to_what_is_not_asked_is_not_kept(field):
    field.begin()
    sent(field, EXPLAINED="yes")
    assert not Answer.objects.filter(question__code="EXPLAINED").exists()


def test_what_becomes_asked_has_to_be_answered(field):
    field.begin()
    with pytest.raises(refusals.ReportIncomplete) as refused:
        sent(field, OFFERED="yes")
    assert refused.value.lacks == (Lack("EXPLAINED", Why.MISSING),)
    sent(field, OFFERED="yes", EXPLAINED="na")
    report = Report.objects.get()
    assert (report.points, report.out_of) == (1000, 1400)


def test_every_fault_is_told_with_its_place_and_nothing_is_kept(field):
    field.begin()
    with pytest.raises(refusals.ReportIncomplete) as refused:
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=replace(
                filled(HELLO="", SMILE="9", WAIT="-1", OFFERED="perhaps"),
                visited_on=date(2026, 9, 30),
                left_at=time(9, 0),
                badge="",
            ),
            by=field.shopper.user,
        )
    assert refused.value.lacks == (
        Lack("visited_on", Why.EARLY),
        Lack("left_at", Why.ORDER),
        Lack("badge", Why.NOBODY),
        Lack("HELLO", Why.MISSING),
        Lack("SMILE", Why.SCALE),
        Lack("WAIT", Why.NUMBER),
        Lack("OFFERED", Why.CHOICE),
    )
    report = Report.objects.get()
    assert (report.state, report.answers.count()) == ("new", 0)


@pytest.mark.parametrize(
    ("on", "late"), [(date(2026, 10, 15), False), (date(2026, 10, 18), True)]
)
def test_a_visit_little_after_its_days_is_taken_and_said_to_be_late(
    field, clock, on, late
):
    clock.move_to(datetime(2026, 10, 18, 6, tzinfo=UTC))
    field.begin()
    delivered = deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=replace(filled(), visited_on=on),
        by=field.shopper.user,
    )
    assert is_late(delivered.report) is late


def test_a_report_that_comes_late_is_taken_and_said_to_be_late(field, clock):
    field.begin()
    clock.move_to(datetime(2026, 12, 1, tzinfo=UTC))
    assert is_late(sent(field).report)


def test_the_same_delivery_again_changes_nothing(field):
    field.begin()
    delivery = uuid4()
    first, again = sent(field, delivery), sent(field, delivery)
    assert (first.held, again.held) == ("", "")
    assert Sending.objects.count() == 1
    assert Report.objects.get().events.filter(what="submit").count() == 1


def test_another_content_under_the_same_delivery_is_held(field):
    field.begin()
    delivery = uuid4()
    sent(field, delivery)
    other = sent(field, delivery, HELLO="no")
    assert other.held == "content"
    report = Report.objects.get()
    assert (report.points, answers(report)[0]) == (700, ("HELLO", "yes", 200, 200))
    held = report.sendings.held().get()
    assert '"HELLO": ["no", ""]' in held.content
    # Nor does it become two when it comes once more.
    assert sent(field, delivery, HELLO="no").held == "content"
    assert report.sendings.held().count() == 1


def test_a_second_report_of_a_visit_is_held(field):
    field.begin()
    sent(field)
    assert sent(field, HELLO="no").held == "moved"
    assert Report.objects.get().points == 700


def test_what_was_written_before_a_visit_was_handed_over_is_held(field):
    field.begin()
    Report.objects.update(shopper=ShopperFactory(agency=field.agency))
    assert sent(field).held == "handed"
    assert Report.objects.get().state == "new"


def test_nothing_is_begun_or_sent_by_anybody_else(field):
    others = ShopperFactory(agency=field.agency, user=granted_user("auditor"))
    for stranger in (others.user, granted_user("operations"), field.another_agency()):
        with pytest.raises(Report.DoesNotExist):
            begin(report=field.report.uuid, by=stranger)
    field.shopper.active = False
    field.shopper.save()
    with pytest.raises(Report.DoesNotExist):
        begin(report=field.report.uuid, by=field.shopper.user)
    assert Report.objects.get().version is None


def test_a_visit_of_a_wave_that_is_planned_is_nobodys_yet(field):
    field.wave.state = "planned"
    field.wave.save()
    for user in (field.shopper.user, field.reviewer):
        with pytest.raises(Report.DoesNotExist):
            begin(report=field.report.uuid, by=user)


def test_nothing_is_begun_once_the_wave_is_closed_but_what_was_is_taken(field):
    other = field.another_report()
    field.begin()
    field.wave.state = "closed"
    field.wave.save()
    with pytest.raises(refusals.WaveOver):
        begin(report=other.uuid, by=field.shopper.user)
    assert sent(field).report.state == "submitted"


def test_a_visit_keeps_its_questions_when_a_new_version_comes(field):
    later = field.another_report()
    field.begin()
    second = VersionFactory(questionnaire=field.version.questionnaire, number=2)
    field.questions(second, hello_weight=10)
    sent(field)
    begin(report=later.uuid, by=field.shopper.user)
    sent(field, report=later)
    reports = {one.pk: one for one in Report.objects.all()}
    first, other = reports[field.report.pk], reports[later.pk]
    assert (first.version_id, first.points, first.out_of) == (
        field.version.pk,
        700,
        1400,
    )
    assert (other.version_id, other.points, other.out_of) == (second.pk, 1500, 2200)
    # What was released does not move, whatever version follows.
    visit = approve_report(report=first.uuid, by=field.reviewer).visit
    release_visit(visit_no=visit.visit_no, by=granted_user("operations"))
    field.questions(
        VersionFactory(questionnaire=field.version.questionnaire, number=3),
        hello_weight=50,
    )
    visit.refresh_from_db()
    assert (visit.points, visit.out_of) == (700, 1400)
    assert answers(first)[0] == ("HELLO", "yes", 200, 200)


def test_evidence_that_is_asked_for_has_to_be_there(field):
    field.ask_for_receipt()
    field.begin()
    with pytest.raises(refusals.ReportIncomplete) as refused:
        sent(field)
    assert refused.value.lacks == (Lack("BILL", Why.EVIDENCE),)
    file = field.bring("BILL")
    with pytest.raises(refusals.EvidenceMissing) as missing:
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=filled(),
            evidence=[file.uuid, lost := uuid4()],
            by=field.shopper.user,
        )
    assert missing.value.missing == (lost,)
    extra = field.bring("")
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=filled(),
        evidence=[file.uuid],
        by=field.shopper.user,
    )
    # What she took out again is gone.
    assert list(VisitEvidence.objects.all()) == [file]
    assert extra.uuid != file.uuid


# --- The agency ----------------------------------------------------------------------


def test_a_report_that_is_given_back_keeps_its_answers_and_is_sent_again(field):
    field.begin()
    sent(field)
    with pytest.raises(refusals.WordsNeeded):
        return_report(report=field.report.uuid, words=" ", by=field.reviewer)
    return_report(report=field.report.uuid, words="Which day?", by=field.reviewer)
    report = Report.objects.get()
    assert (report.state, report.points, report.answers.count()) == ("new", None, 5)
    sent(field, HELLO="no")
    report.refresh_from_db()
    assert (report.state, report.points) == ("submitted", 500)
    assert report.answers.count() == 5


def test_what_is_passed_on_becomes_a_visit_that_nobody_sees_yet(field):
    worn = EmployeeFactory(number="10023")
    field.begin()
    sent(field)
    visit = approve_report(report=field.report.uuid, by=field.reviewer).visit
    assert (visit.visit_no, visit.outlet, visit.employee) == (
        field.report.number,
        field.report.outlet,
        worn,
    )
    assert (visit.points, visit.out_of, visit.badge) == (700, 1400, "10023")
    assert (visit.agency, visit.released_at) == (field.agency, None)
    assert (visit.comment, visit.date) == ("Clean", date(2026, 10, 12))
    assert Report.objects.get().state == "reviewed"


def test_what_the_region_sent_back_changes_the_visit_that_it_was(field):
    field.begin()
    sent(field)
    visit = approve_report(report=field.report.uuid, by=field.reviewer).visit
    Report.objects.update(state="submitted")  # as the region does
    return_report(report=field.report.uuid, words="Look", by=field.reviewer)
    sent(field, HELLO="no")
    again = approve_report(report=field.report.uuid, by=field.reviewer).visit
    assert again.pk == visit.pk
    again.refresh_from_db()
    assert (again.points, again.released_at) == (500, None)


def test_whose_visit_the_region_found_it_to_be_outlives_the_same_badge_only(field):
    met, worn = EmployeeFactory(number="E-7"), EmployeeFactory(number="E-8")
    field.begin()
    sent(field)
    visit = approve_report(report=field.report.uuid, by=field.reviewer).visit
    visit.employee = met
    visit.save()
    for badge, whose in (("10023", met), ("E-8", worn)):
        Report.objects.update(state="submitted")  # as the region does
        return_report(report=field.report.uuid, words="Look", by=field.reviewer)
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=replace(filled(), badge=badge),
            by=field.shopper.user,
        )
        approve_report(report=field.report.uuid, by=field.reviewer)
        visit.refresh_from_db()
        assert visit.employee == whose


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({}, True),
        ({"comment": "Cleaner"}, True),
        ({"described": "small, a woman"}, False),
        ({"visited_on": date(2026, 10, 11)}, False),
    ],
)
def test_without_a_badge_the_person_found_outlives_only_the_same_description_and_day(
    field, changes, stays
):
    met, nameless = EmployeeFactory(), replace(filled(), badge="", described="glasses")
    field.begin()

    def passed_on(what):
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=what,
            by=field.shopper.user,
        )
        return approve_report(report=field.report.uuid, by=field.reviewer).visit

    visit = passed_on(nameless)
    visit.employee = met  # as the region finds out
    visit.save()
    Report.objects.update(state="submitted")
    return_report(report=field.report.uuid, words="Look", by=field.reviewer)
    passed_on(replace(nameless, **changes))
    visit.refresh_from_db()
    assert visit.employee == (met if stays else None)


def test_a_new_description_beside_the_same_badge_says_anew_whose_visit_it_is(field):
    worn, met = EmployeeFactory(number="10023"), EmployeeFactory()
    field.begin()
    sent(field)
    visit = approve_report(report=field.report.uuid, by=field.reviewer).visit
    visit.employee = met  # as the region finds out
    visit.save()
    Report.objects.update(state="submitted")
    return_report(report=field.report.uuid, words="Look", by=field.reviewer)
    with acting(by=field.shopper.user):
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=replace(filled(), described="small, a woman"),
            by=field.shopper.user,
        )
    approve_report(report=field.report.uuid, by=field.reviewer)
    visit.refresh_from_db()
    assert visit.employee == worn
    # Who came stays unknown to who reads the history once the visit is released.
    line = HistoryRecord.objects.get_for_object(visit).first()
    assert (line.actor, list(line.changes)) == (None, ["employee"])


def test_who_carried_it_out_does_not_review_it(field):
    field.begin()
    sent(field)
    herself = field.shopper.user
    field.grant_agency(herself)
    for act in (approve_report, lambda **k: return_report(words="x", **k)):
        with pytest.raises(PermissionDenied):
            act(report=field.report.uuid, by=herself)
    with pytest.raises(PermissionDenied):
        approve_report(report=field.report.uuid, by=granted_user("operations"))
    with pytest.raises(Report.DoesNotExist):
        approve_report(report=field.report.uuid, by=field.another_agency())
    assert Report.objects.get().state == "submitted"


def test_nothing_is_reviewed_twice(field):
    field.begin()
    sent(field)
    approve_report(report=field.report.uuid, by=field.reviewer)
    with pytest.raises(ReportMoved):
        approve_report(report=field.report.uuid, by=field.reviewer)


def test_an_agency_enters_for_a_shopper_who_does_not_report_herself(field):
    row = field.another_report(shopper=ShopperFactory(agency=field.agency))
    begin(report=row.uuid, by=field.reviewer)
    deliver(report=row.uuid, delivery=uuid4(), filled=filled(), by=field.reviewer)
    row.refresh_from_db()
    assert (row.state, row.points, row.out_of) == ("submitted", 700, 1400)


def test_an_agency_enters_nothing_that_its_shopper_has_begun(field):
    field.begin()
    with pytest.raises(refusals.BegunByShopper):
        deliver(
            report=field.report.uuid,
            delivery=uuid4(),
            filled=filled(),
            by=field.reviewer,
        )
    assert Report.objects.get().state == "new"


def test_an_agency_that_is_stopped_does_nothing(field):
    field.begin()
    sent(field)
    field.agency.active = False
    field.agency.save()
    with pytest.raises(Report.DoesNotExist):
        approve_report(report=field.report.uuid, by=field.reviewer_anew())
    assert AgencyFactory().active


def test_what_was_held_is_cleared_after_its_months_and_not_a_day_before(field):
    field.begin()
    delivery = uuid4()
    sent(field, delivery)
    assert sent(field, delivery, HELLO="no").held == "content"
    Sending.objects.held().update(at=datetime(2026, 10, 12, 4, tzinfo=UTC))
    for cut_off, cleared in ((date(2026, 10, 12), False), (date(2026, 10, 13), True)):
        kind = next(one for one in KINDS if one.code == WORDS)
        kind.apply(cut_off, Action.PSEUDONYMISE, 100)
        assert (Sending.objects.held().get().content == "") is cleared
