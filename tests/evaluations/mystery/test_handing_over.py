"""A planned visit goes to another shopper, or is given up."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.mystery.models import Report, Wave
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
from evaluations.mystery.services.steps import ReportMoved
from evaluations.mystery.services.submitting import begin, deliver
from evaluations.mystery.services.waves import (
    start_wave,
)
from tests.evaluations.mystery.factories import (
    ShopperFactory,
)
from tests.evaluations.mystery.field import Clock, Field, filled
from tests.evaluations.mystery.programme import planned
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
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
