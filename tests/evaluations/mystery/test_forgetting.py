"""What was begun and never sent is forgotten: when it changes hands, and by its age."""

from datetime import date
from uuid import uuid4

import pytest

from evaluations.mystery.models import Answer, Report, ReportEvent, VisitEvidence
from evaluations.mystery.services.evidence import Piece, received, take_piece
from evaluations.mystery.services.handing_over import cancel_visit, hand_over
from evaluations.mystery.services.reviewing import return_report
from evaluations.mystery.services.submitting import deliver
from evaluations.mystery.shopping_holdings import EVIDENCE, KINDS, WORDS
from staffing.people.personal.models import Action
from tests.evaluations.mystery.factories import ShopperFactory
from tests.evaluations.mystery.field import Clock, Field, filled
from tests.staffing.people.factories import UserFactory

pytestmark = pytest.mark.django_db
KEPT = {kind.code: kind for kind in KINDS}


@pytest.fixture
def field(monkeypatch):
    Clock(monkeypatch)
    field = Field()
    field.begin()
    return field


def half_a_file(field):
    """Send the first half of a file, and return its uuid."""
    piece = Piece(
        evidence=uuid4(), question="HELLO", length=20, offset=0, content=bytes(10)
    )
    assert take_piece(report=field.report, piece=piece, by=field.shopper.user) == 10
    return piece.evidence


def on_disk(*names):
    storage = VisitEvidence._meta.get_field("content").storage
    return [storage.exists(name) for name in names]


def test_the_next_shopper_finds_nothing_of_what_the_former_had_sent(
    field, django_capture_on_commit_callbacks
):
    photo = field.bring("HELLO").content.name
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=filled(),
        by=field.shopper.user,
    )
    return_report(
        report=field.report.uuid, words="Which counter?", by=field.reviewer_anew()
    )
    begun = half_a_file(field)
    assert (Answer.objects.count(), on_disk(photo)) == (5, [True])
    field.wave.agencies.add(field.agency)
    other = ShopperFactory(agency=field.agency, user=UserFactory(username="other"))
    with django_capture_on_commit_callbacks(execute=True):
        hand_over(
            number=field.report.number,
            shopper=other,
            why="She is ill.",
            by=field.reviewer_anew(),
        )
    report = Report.objects.get()
    assert (report.shopper, report.state, report.version) == (other, "new", None)
    assert (report.badge, report.comment, report.visited_on) == ("", "", None)
    assert (report.submitted_at, report.delivery) == (None, None)
    assert not Answer.objects.exists()
    assert not VisitEvidence.objects.exists()
    assert (on_disk(photo), received(report, begun)) == ([False], 0)


def test_a_visit_that_is_given_up_keeps_no_files(
    field, django_capture_on_commit_callbacks
):
    photo, begun = field.bring("HELLO").content.name, half_a_file(field)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_visit(number=field.report.number, why="Fire.", by=field.reviewer_anew())
    assert not VisitEvidence.objects.exists()
    assert (on_disk(photo), received(field.report, begun)) == ([False], 0)


def test_files_of_a_report_that_nobody_sent_go_by_the_last_day_planned(field):
    photo, begun = field.bring("HELLO").content.name, half_a_file(field)
    for cut_off, gone in ((date(2026, 10, 15), False), (date(2026, 10, 16), True)):
        KEPT[EVIDENCE].apply(cut_off, Action.DELETE, 100)
        assert (not VisitEvidence.objects.exists()) is gone
        assert on_disk(photo) == [not gone]
        assert received(field.report, begun) == (0 if gone else 10)


def test_words_of_a_report_that_never_became_a_visit_go_by_the_last_day_planned(field):
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=filled(),
        by=field.shopper.user,
    )
    Report.objects.update(visited_on=date(2026, 10, 15))
    return_report(
        report=field.report.uuid, words="Which counter?", by=field.reviewer_anew()
    )
    cancel_visit(number=field.report.number, why="Fire.", by=field.reviewer_anew())
    for cut_off, words in ((date(2026, 10, 15), "Fire."), (date(2026, 10, 16), "")):
        KEPT[WORDS].apply(cut_off, Action.PSEUDONYMISE, 100)
        assert ReportEvent.objects.get(what="cancel").words == words
        assert bool(Report.objects.get().comment) is bool(words)
        said = Answer.objects.get(question__code="WORDS").value
        assert said == ("Come in" if words else "")
