"""The monthly pack against counted cases, and that it is frozen once held."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.complaints.acting import Action
from evaluations.complaints.packs import digest_of, dimension_of, pack_of
from evaluations.complaints.services import act
from evaluations.complaints.services.meetings import (
    HeldAlready,
    MonthNotOver,
    hold_meeting,
)
from evaluations.complaints.services.refusals import WordsMissing
from evaluations.ledger.periods import Period
from outlets.flow.models import DailyVolume
from tests.evaluations.complaints.factories import CaseFactory, logged
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db
OCTOBER = Period.parse("2026-10")


def case(outlet, day="2026-10-12", **given):
    on = date.fromisoformat(day)
    received = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    return CaseFactory(outlet=outlet, on=on, received_at=received, **given)


def pack(region):
    return pack_of(region, OCTOBER, timezone.now())


def test_cases_are_counted_by_reason_outlet_class_and_dimension(clock, outlet, regions):
    outlet.outlet_class = "A"
    outlet.save()
    for day in ("2026-10-01", "2026-10-31"):
        case(outlet, day, category="waiting")
    case(outlet, category="queue", kind="wrong_transaction", verdict="upheld")
    case(outlet, "2026-09-30", category="waiting")
    case(OutletFactory(), category="waiting")
    DailyVolume.objects.create(
        outlet=outlet, date=date(2026, 10, 3), service="x", quantity=2000
    )
    found = pack(regions["city"])
    assert (found["complaints"], found["before"], found["upheld"]) == (3, 1, 1)
    assert (found["transactions"], found["rate"]) == (2000, 15.0)
    assert [(r["reason"], r["n"], r["before"]) for r in found["reasons"]] == [
        ("waiting", 2, 1),
        ("queue", 1, 0),
    ]
    told = {one["dimension"]: one["n"] for one in found["dimensions"]}
    assert told == {
        "reliability": 1,
        "responsiveness": 2,
        "assurance": 0,
        "empathy": 0,
        "tangibles": 0,
        "": 0,
    }
    assert [(o["code"], o["n"], o["rate"]) for o in found["outlets"]] == [
        ("HALL", 3, 15.0)
    ]
    assert found["classes"] == [{"class": "A", "outlets": 1, "n": 3, "rate": 15.0}]
    trend = [(one["month"], one["n"], one["upheld"]) for one in found["trend"]]
    assert (len(trend), trend[0][0]) == (13, "2025-10")
    assert trend[-2:] == [("2026-09", 1, 0), ("2026-10", 3, 1)]


def test_three_of_a_reason_at_an_outlet_are_a_repeater_and_two_are_not(
    clock, outlet, regions
):
    for _n in range(3):
        case(outlet, category="billing")
    for _n in range(2):
        case(outlet, category="waiting")
    (one,) = pack(regions["county"])["repeaters"]
    assert (one["code"], one["reason"], one["n"]) == ("HALL", "billing", 3)


def test_clocks_and_satisfaction_come_from_what_was_handled(
    clock, outlet, regions, clerk, manager
):
    quick, slow = logged(outlet, clerk), logged(outlet, clerk, reason="waiting")
    logged(outlet, clerk, contact="enquiry")
    act(case=quick, action=Action.REPLY, by=clerk, note="told her")
    act(case=quick, action=Action.CLOSE, by=clerk, note="done")
    act(case=quick, action=Action.RATE, by=clerk, mark=4)
    clock.turn("10-16T10:00")
    act(case=slow, action=Action.REPLY, by=clerk, note="told her")
    act(case=slow, action=Action.CLOSE, by=clerk, note="done")
    act(case=slow, action=Action.RATE, by=clerk, mark=1)
    late = logged(outlet, clerk)
    act(case=late, action=Action.REPLY, by=clerk, note="told her")
    clock.turn("11-02T09:00")
    found = pack(regions["county"])
    assert found["clocks"] == {
        "handled": 3,
        "closed_late": 1,
        "open_late": 1,
        "reply_late": 1,
    }
    assert found["satisfaction"] == {"n": 2, "mean": 2.5, "satisfied": 1}
    hard = {one["reason"]: one["hard"] for one in found["reasons"]}
    assert hard == {"attitude": 0, "waiting": 1}
    assert found["typical"][0]["case_no"] == late.case_no


def test_the_pack_says_nothing_of_people_or_in_their_words(
    clock, outlet, regions, clerk, other
):
    logged(outlet, clerk, person=other.employee, summary="She shouted")
    text = json.dumps(pack(regions["county"]))
    for told in ("shouted", "Ms Li", "4711", other.employee.name, clerk.employee.name):
        assert told not in text


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("reason", "kind", "dimension"),
    [
        ("attitude", "attitude", "empathy"),
        ("privacy", "other", "assurance"),
        ("other", "other", ""),
        ("Long queue", "wrong_transaction", "reliability"),
        ("Long queue", "", ""),
    ],
)
def test_a_reason_belongs_to_one_dimension(reason, kind, dimension):
    assert dimension_of(reason, kind) == dimension


class TestHolding:
    def held(self, regions, by, minutes="Signs are put up"):
        return hold_meeting(
            region=regions["county"], month=OCTOBER, minutes=minutes, by=by
        )

    def test_what_was_shown_stays_whatever_comes_later(
        self, clock, outlet, regions, county
    ):
        case(outlet)
        clock.turn("11-05T10:00")
        meeting = self.held(regions, county)
        assert (meeting.pack["complaints"], meeting.held_on) == (1, date(2026, 11, 5))
        assert meeting.digest == digest_of(meeting.pack)
        case(outlet)
        meeting.refresh_from_db()
        assert meeting.pack["complaints"] == 1
        with pytest.raises(HeldAlready):
            self.held(regions, county)

    def test_a_month_that_goes_on_is_not_held(self, clock, regions, county):
        clock.turn("10-31T23:00")
        with pytest.raises(MonthNotOver):
            self.held(regions, county)

    def test_nobody_holds_it_who_does_not_lead_the_region_or_says_nothing(
        self, clock, regions, outlet, manager, county
    ):
        clock.turn("11-05T10:00")
        with pytest.raises(PermissionDenied):
            self.held(regions, manager)
        with pytest.raises(WordsMissing):
            self.held(regions, county, minutes=" ")
        assert not regions["county"].complaint_meetings.exists()
