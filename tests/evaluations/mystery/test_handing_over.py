"""A planned visit goes to another shopper, or is given up."""

from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from evaluations.mystery.models import Report, Visit, VisitAppeal, Wave
from evaluations.mystery.services import (
    attribute,
    handing_over,
    send_back,
    settle,
    waves,
)
from evaluations.mystery.services.handing_over import (
    ReasonMissing,
    ShopperElsewhere,
    ShopperFull,
    ShopperKnown,
    ShopperLockedOut,
    ShopperNotInWave,
    cancel_visit,
    hand_over,
)
from evaluations.mystery.services.refusals import BegunByShopper
from evaluations.mystery.services.reviewing import approve_report, return_report
from evaluations.mystery.services.steps import ReportMoved
from evaluations.mystery.services.submitting import begin, deliver
from evaluations.mystery.services.waves import (
    WaveNotRunning,
    close_wave,
    start_wave,
)
from evaluations.today.cards.outside import agency as agency_card
from evaluations.today.cards.shopping import visits_to_check
from outlets.exchange.errors import DomainError
from staffing.accounts.holdings.history import HOLDINGS
from staffing.accounts.models import Deed, HistoryRecord
from tests.at_once import at_once
from tests.evaluations.mystery.factories import (
    ShopperFactory,
)
from tests.evaluations.mystery.field import Clock, Field, filled
from tests.evaluations.mystery.programme import planned
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db


def test_a_visit_is_handed_over_within_the_limits(programme, office, agency):
    wave, outlets, shoppers = programme
    planned(wave, office)
    start_wave(code="OCT", by=office)
    report = Report.objects.select_related("outlet").get(number="OCT-0001")
    here = set(
        Report.objects.filter(outlet=report.outlet).values_list("shopper", flat=True)
    )
    other = next(one for one in shoppers if one.pk not in here)
    Report.objects.exclude(shopper=report.shopper).filter(shopper=other).update(
        shopper=report.shopper
    )
    twin = next(one for one in shoppers if one.pk in here - {report.shopper_id})

    def give(shopper, why=""):
        return hand_over(number="OCT-0001", shopper=shopper, why=why, by=office)

    with pytest.raises(ShopperLockedOut):
        give(twin)
    with pytest.raises(ShopperNotInWave):
        give(ShopperFactory(), why="nobody else")
    elsewhere = RegionFactory()
    other.regions.add(elsewhere)
    with pytest.raises(ShopperElsewhere):
        give(other)
    other.regions.clear()
    Wave.objects.update(most_each=0)
    with pytest.raises(ShopperFull):
        give(other)
    other.avoids.add(report.outlet)
    with pytest.raises(ShopperKnown):
        give(other, why="nobody else")
    other.avoids.clear()
    report.refresh_from_db()
    assert report.shopper_id != other.pk
    give(other, why="The other is ill.")
    report.refresh_from_db()
    assert report.shopper == other
    last = report.events.last()
    assert (last.what, last.words, last.by) == (
        "hand_over",
        "The other is ill.",
        office,
    )


def test_an_agency_hands_over_and_cancels_its_own_once_the_wave_runs(
    programme, office, agency
):
    wave, _outlets, shoppers = programme
    by = granted_user("agency", agency=agency)
    stranger = granted_user("agency", agency=AgencyFactory())
    planned(wave, office)
    with pytest.raises(Report.DoesNotExist):
        cancel_visit(number="OCT-0001", why="x", by=by)
    start_wave(code="OCT", by=office)
    with pytest.raises(Report.DoesNotExist):
        cancel_visit(number="OCT-0001", why="x", by=stranger)
    with pytest.raises(PermissionDenied):
        cancel_visit(number="OCT-0001", why="x", by=granted_user("auditor"))
    with pytest.raises(ReasonMissing):
        cancel_visit(number="OCT-0001", why=" ", by=by)
    assert cancel_visit(number="OCT-0001", why="The road is closed.", by=by).state == (
        "cancelled"
    )
    with pytest.raises(ReportMoved):
        hand_over(number="OCT-0001", shopper=shoppers[0], why="x", by=by)


# --- While the wave is being closed --------------------------------------------------


def test_a_begun_visit_is_not_handed_over_once_its_wave_closes_meanwhile(
    field, other, office, monkeypatch
):
    locked_wave = handing_over.locked_wave

    def closed_a_moment_ago(wave_id):
        close_wave(code=field.wave.code, by=office)
        return locked_wave(wave_id)

    monkeypatch.setattr(handing_over, "locked_wave", closed_a_moment_ago)
    with pytest.raises(WaveNotRunning):
        given_to(field, other)
    report = Report.objects.get()
    assert (report.shopper, report.version) == (field.shopper, field.version)


def test_the_wave_is_locked_before_its_visit(field, other, monkeypatch):
    asked = []

    def noted(name):
        lock = getattr(handing_over, name)

        def act(pk):
            asked.append(name)
            return lock(pk)

        monkeypatch.setattr(handing_over, name, act)

    noted("locked")
    noted("locked_wave")
    given_to(field, other)
    cancel_visit(number=field.report.number, why="Fire.", by=field.reviewer_anew())
    assert asked == ["locked_wave", "locked"] * 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_closing_and_handing_over_at_once_do_not_wait_for_each_other_for_ever(
    programme, office, monkeypatch
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    wave, _outlets, shoppers = programme
    planned(wave, office)
    start_wave(code="OCT", by=office)
    report = Report.objects.order_by("pk").first()
    other = next(one for one in shoppers if one.pk != report.shopper_id)
    both, locked, not_begun = Barrier(2), handing_over.locked, waves.not_begun

    def meet():
        with suppress(BrokenBarrierError):
            both.wait(3)

    def has_the_visit(pk):
        row = locked(pk)
        meet()
        return row

    def has_the_wave(wave):
        meet()
        return not_begun(wave)

    monkeypatch.setattr(handing_over, "locked", has_the_visit)
    monkeypatch.setattr(waves, "not_begun", has_the_wave)
    raised = at_once(
        lambda: close_wave(code="OCT", by=office),
        lambda: hand_over(number=report.number, shopper=other, why="Ill.", by=office),
    )
    assert [one for one in raised if not isinstance(one, DomainError)] == []


# --- What the next one finds ---------------------------------------------------------


@pytest.fixture
def field(monkeypatch):
    Clock(monkeypatch)
    field = Field()
    field.wave.agencies.add(field.agency)
    field.begin()
    return field


@pytest.fixture
def other(field):
    return ShopperFactory(agency=field.agency, user=UserFactory(username="other"))


def given_to(field, shopper):
    return hand_over(
        number=field.report.number,
        shopper=shopper,
        why="Somebody is ill.",
        by=field.reviewer_anew(),
    )


def sent(field, by, **changes):
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=replace(filled(), **changes),
        by=by,
    )


def test_an_agency_enters_what_came_back_to_its_shopper_and_she_has_not_begun_anew(
    field, other
):
    given_to(field, other)
    given_to(field, field.shopper)
    agency = field.reviewer_anew()
    begin(report=field.report.uuid, by=agency)
    sent(field, agency)
    assert Report.objects.get().state == "submitted"


def test_an_agency_enters_nothing_that_its_shopper_began_once_it_came_back(
    field, other
):
    given_to(field, other)
    given_to(field, field.shopper)
    field.begin()
    with pytest.raises(BegunByShopper):
        begin(report=field.report.uuid, by=field.reviewer_anew())


# --- A visit that the region sent back -----------------------------------------------


@pytest.fixture
def judge(field):
    return granted_user("regional_supervisor", region=field.report.outlet.region)


@pytest.fixture
def clerk(field):
    stint = AssignmentFactory(employee__number="E-7", outlet=field.report.outlet)
    return stint.employee


@pytest.fixture
def sent_back(field, clerk, judge):
    """A visit that the region attributed and then sent back; its report is new."""
    number = field.report.number
    sent(field, field.shopper.user, badge="", described="tall, glasses")
    approve_report(report=field.report.uuid, by=field.reviewer_anew())
    attribute(visit_no=number, employee_number="E-7", words="glasses", by=judge)
    send_back(visit_no=number, words="Which day?", by=judge)
    return Visit.objects.get()


def returned(field):
    return_report(
        report=field.report.uuid, words="Which day?", by=field.reviewer_anew()
    )


def called_off(field, office):
    return cancel_visit(number=field.report.number, why="It never happened.", by=office)


def test_a_visit_by_somebody_else_is_not_whose_the_former_one_was(
    field, other, sent_back
):
    returned(field)
    given_to(field, other)
    assert not Visit.objects.exists()
    begin(report=field.report.uuid, by=other.user)
    sent(field, other.user, badge="", described="tall, glasses")
    approve_report(report=field.report.uuid, by=field.reviewer_anew())
    visit = Visit.objects.get()
    assert (visit.visit_no, visit.employee) == (field.report.number, None)


@pytest.mark.parametrize("by_shopper", [False, True])
def test_a_visit_that_is_called_off_after_it_came_back_waits_for_nobody(
    field, office, judge, sent_back, client, by_shopper
):
    if by_shopper:
        returned(field)
    report = called_off(field, office)
    assert (report.state, report.visit) == ("cancelled", None)
    assert report.events.last().words == "It never happened."
    assert "No visit waits" in agency_card(field.reviewer_anew()).says
    assert visits_to_check(judge) is None
    client.force_login(judge)
    listed = client.get(reverse("mystery:list"), {"state": "unreleased"})
    assert listed.context["lines"] == []
    page = client.get(reverse("mystery:visit", args=[report.number]))
    release = client.post(reverse("mystery:release", args=[report.number]))
    assert (page.status_code, release.status_code) == (404, 404)


@pytest.mark.parametrize("stands", ["appeal", "entry", "release"])
def test_a_visit_on_which_something_stands_stays(
    field, office, judge, clerk, sent_back, stands
):
    if stands == "appeal":
        VisitAppeal.objects.create(
            visit=sent_back, ground="fact", words="No.", by=judge, due_on=sent_back.date
        )
    else:
        Visit.objects.update(released_at=timezone.now())
    if stands == "entry":
        settle(sent_back.date)
        Visit.objects.update(released_at=None)
    assert called_off(field, office).visit == sent_back


def test_she_whom_it_met_does_not_learn_of_a_visit_that_was_called_off(
    field, office, clerk, judge, sent_back
):
    called_off(field, office)
    history = next(one for one in HOLDINGS if one.code == "history")
    kept = HistoryRecord.objects.filter(employee=clerk, object_repr=sent_back.visit_no)
    assert [one.action for one in kept.newest_first()] == [Deed.DELETED, Deed.CHANGED]
    told = [line["kind"] for line in history.rows_of(clerk)]
    assert "people.employee" in told
    assert "mystery.visit" not in told
