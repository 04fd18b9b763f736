"""The demo complaints: every state can be looked at, and twice makes nothing twice."""

import pytest

from evaluations.complaints.models import (
    ComplaintMeeting,
    Handling,
    RedLineFile,
    SupervisionOrder,
)
from evaluations.complaints.models.red_lines import RedLineParty
from evaluations.ledger.models import Entry
from simulation.complaint_desk import make_complaints
from staffing.notices.models import Notice
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_demo_has_cases_orders_files_and_a_meeting_in_every_state():
    city = RegionFactory(code="C", level="city")
    county = RegionFactory(code="K", level="county", parent=city)
    home, near, far = (OutletFactory(region=county) for _n in range(3))
    clerk = staff_user("clerk", home)
    for outlet in (home, home, near, near, far, far):
        staff_user("clerk", outlet)
    people = {
        "leader": granted_user("regional_supervisor", region=city),
        "operations": granted_user("operations"),
        "manager": staff_user("store_manager", home),
        "clerk": clerk,
    }
    assert make_complaints(home=home, **people) == 16
    states = set(Handling.objects.values_list("state", flat=True))
    assert states == {"open", "offered", "assigned", "paused", "closed"}
    verdicts = Handling.objects.values_list("case__verdict", flat=True)
    assert set(verdicts) == {"", "upheld", "not_upheld"}
    assert Handling.objects.filter(events__kind="reopen").count() == 1
    assert Handling.objects.filter(escalations__level="city").exists()
    assert set(SupervisionOrder.objects.values_list("state", flat=True)) == {
        "issued",
        "in_progress",
        "reported",
        "verified",
    }
    assert set(RedLineParty.objects.values_list("state", "finding")) == {
        ("decided", "breach"),
        ("inquiry", ""),
    }
    assert RedLineFile.objects.filter(parties=None).count() == 1
    assert ComplaintMeeting.objects.get().pack["complaints"] > 0
    bars = Entry.objects.standing().filter(component="red_line", kind="bar")
    assert bars.count() == 1
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds >= {"complaints_daily", "red_line_reported", "supervision_order"}
    assert make_complaints(home=home, **people) == 0
    assert RedLineFile.objects.count() == 3
