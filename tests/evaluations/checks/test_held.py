"""What waits for a person: who sees it, who decides, and what comes of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.checks.models import Check, CheckState, HeldCheck, HeldState
from evaluations.checks.services.held import (
    AlreadySettled,
    CannotBeEntered,
    dismiss_held,
    enter_held,
    may_settle,
)
from evaluations.checks.services.refusals import ReasonMissing
from evaluations.ledger.models import Entry
from staffing.people.models import Assignment
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.queue import queued, send, undo_of
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    EmployeeFactory,
    UserFactory,
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


def hold(floor, employee=None, why="not_on_shift", **given):
    """Return what waits after a tablet sent it; by default of somebody off shift."""
    person = employee or EmployeeFactory(name="Off Shift", gender="F")
    record = queued(floor, person, **given)
    assert send(record) == [("held", why)]
    return HeldCheck.objects.get(uuid=record["uuid"])


def test_the_county_enters_it_and_the_check_counts(floor, county):
    held = hold(floor, failed=["G03"], note="No badge", seconds=9)
    settled = enter_held(key=held.key, reason="She helped out", by=county)
    check = Check.objects.get()
    assert (settled.state, settled.entered) == (HeldState.ENTERED, check)
    assert (settled.settled_by, settled.settled_because) == (county, "She helped out")
    assert (check.uuid, check.employee, check.by) == (
        held.uuid,
        held.employee,
        floor.manager,
    )
    assert [m.item.code for m in check.marks.all()] == ["G03"]
    assert (check.note, check.seconds, check.state) == ("No badge", 9, "standing")
    assert check.observed_at == held.observed_at
    assert Entry.objects.standing().filter(component="daily").count() == 1


def test_where_the_author_had_no_right_the_one_who_enters_it_judges(floor, county):
    Assignment.objects.filter(employee=floor.manager.employee).update(
        ends_on=floor.today - timedelta(days=1)
    )
    held = hold(floor, floor.people[0], "right_missing")
    enter_held(key=held.key, reason="It was so", by=county)
    assert Check.objects.get().by == county


def test_her_own_check_counts_as_that_of_who_enters_it(floor, county):
    held = hold(floor, floor.manager.employee, "own_check")
    enter_held(key=held.key, reason="I saw it too", by=county)
    check = Check.objects.get()
    assert (check.by, check.employee) == (county, floor.manager.employee)


def test_dismissed_it_stays_to_be_read(floor, county):
    held = hold(floor)
    dismiss_held(key=held.key, reason="A mistake", by=county)
    held.refresh_from_db()
    assert (held.state, held.settled_because) == (HeldState.DISMISSED, "A mistake")
    assert not Check.objects.exists()
    record = {"uuid": str(held.uuid)}
    assert record["uuid"] == str(HeldCheck.objects.get().uuid)


@pytest.mark.parametrize("decide", [enter_held, dismiss_held])
def test_it_is_decided_once_and_with_a_reason(floor, county, decide):
    held = hold(floor)
    with pytest.raises(ReasonMissing):
        decide(key=held.key, reason="  ", by=county)
    assert HeldCheck.objects.get().state == HeldState.WAITING
    decide(key=held.key, reason="Because", by=county)
    with pytest.raises(AlreadySettled):
        decide(key=held.key, reason="Again", by=county)
    assert HeldCheck.objects.get().settled_because == "Because"


def test_who_decides(floor, county):
    held = hold(floor)
    elsewhere = staff_user("store_manager", OutletFactory(), number="X-1")
    people = {
        "its author": floor.manager,
        "another lead": another_lead(floor),
        "the county": county,
        "operations": granted_user("operations"),
        "an auditor": granted_user("auditor"),
        "a clerk": UserFactory(employee=floor.people[0]),
        "another outlet": elsewhere,
    }
    assert {name for name, one in people.items() if may_settle(held, one)} == {
        "another lead",
        "the county",
        "operations",
    }
    HeldCheck.objects.update(on=floor.today - timedelta(days=1))
    held.refresh_from_db()
    assert {name for name, one in people.items() if may_settle(held, one)} == {
        "the county",
        "operations",
    }


@pytest.mark.parametrize("who", ["its author", "an auditor"])
def test_who_may_read_but_not_decide_changes_nothing(floor, who):
    held = hold(floor)
    by = floor.manager if who == "its author" else granted_user("auditor")
    for decide in (enter_held, dismiss_held):
        with pytest.raises(PermissionDenied):
            decide(key=held.key, reason="x", by=by)
    assert HeldCheck.objects.get().state == HeldState.WAITING


def test_nobody_sees_what_waits_about_herself(floor):
    lead = another_lead(floor)
    held = hold(floor, floor.manager.employee, "own_check")
    assert not HeldCheck.objects.visible_to(floor.manager).exists()
    assert list(HeldCheck.objects.visible_to(lead)) == [held]


def test_what_names_no_outlet_is_seen_by_who_corrects_everywhere(floor, county):
    record = queued(floor, floor.people[0], outlet_code="nowhere")
    send(record)
    operations = granted_user("operations")
    assert not HeldCheck.objects.visible_to(county).exists()
    held = HeldCheck.objects.visible_to(operations).get()
    with pytest.raises(CannotBeEntered):
        enter_held(key=held.key, reason="x", by=operations)
    dismiss_held(key=held.key, reason="No such outlet", by=operations)
    assert HeldCheck.objects.get().state == HeldState.DISMISSED


def test_a_person_who_is_known_by_now_can_be_entered(floor, county):
    send(queued(floor, None, employee_number="NEW-1"))
    held = HeldCheck.objects.get()
    with pytest.raises(CannotBeEntered) as refusal:
        enter_held(key=held.key, reason="New", by=county)
    assert "Nobody has this employee number." in str(refusal.value)
    person = EmployeeFactory(number="NEW-1")
    enter_held(key=held.key, reason="New", by=county)
    assert Check.objects.get().employee == person


def test_what_cannot_be_read_can_only_be_dismissed(floor, county):
    held = hold(floor, floor.people[0], "unreadable", failed="G03")
    with pytest.raises(CannotBeEntered):
        enter_held(key=held.key, reason="x", by=county)
    assert HeldCheck.objects.get().state == HeldState.WAITING


def test_entered_beside_a_check_that_differs_it_waits_on_the_card(floor, county):
    person = floor.people[0]
    mine = tap(floor, person)
    held = hold(floor, person, "uuid_taken", uuid=str(mine.uuid), failed=["G01"])
    entered = enter_held(key=held.key, reason="Both", by=county).entered
    assert (entered.state, entered.uuid != mine.uuid) == (CheckState.CONFLICT, True)
    mine.refresh_from_db()
    assert mine.state == CheckState.STANDING


def test_taking_back_somebody_elses_check_is_the_countys(floor, county):
    check = tap(floor, floor.people[0])
    lead = another_lead(floor)
    record = queued(floor, floor.people[0], by=lead, uuid=str(check.uuid))
    assert send(undo_of(floor, record)) == [("held", "not_author")]
    held = HeldCheck.objects.get()
    assert not may_settle(held, floor.manager)
    settled = enter_held(key=held.key, reason="Agreed", by=county)
    check.refresh_from_db()
    assert (check.state, settled.entered) == (CheckState.SET_ASIDE, check)
    assert check.corrections.get().reason == "Agreed"


def test_the_pages_lead_from_the_card_to_the_decision(floor, client):
    lead = another_lead(floor)
    held = hold(floor, failed=["G03"])
    client.force_login(lead)
    card = client.get(f"/checks/?outlet={floor.outlet.code}").content.decode()
    assert "1 record from a tablet waits for a decision" in card
    listed = client.get("/checks/held/").content.decode()
    assert "The person does not work at this outlet on that day." in listed
    # The name of somebody who works elsewhere is not theirs to read.
    assert held.number in listed
    assert "Off Shift" not in listed
    path = f"/checks/held/{held.key}/"
    assert "Enter it all the same" in client.get(path).content.decode()
    empty = client.post(f"{path}enter/", {"reason": ""}, follow=True)
    assert "needs a reason" in empty.content.decode()
    done = client.post(f"{path}enter/", {"reason": "She helped"}, follow=True)
    assert "The record is entered." in done.content.decode()
    assert "Nothing waits" in done.content.decode()
    settled = client.get("/checks/held/?state=settled").content.decode()
    assert "She helped" in settled
    check = client.get(f"/checks/{held.uuid}/").content.decode()
    assert "entered it: She helped" in check
    assert "She helped" in client.get(path).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(
    floor, client, django_assert_num_queries
):
    client.force_login(another_lead(floor))
    hold(floor)
    client.get("/checks/held/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/checks/held/")
    for _n in range(9):
        hold(floor)
    with django_assert_num_queries(len(one)):
        client.get("/checks/held/")


def test_the_home_page_says_that_something_waits(floor, county, client):
    hold(floor)
    for viewer in (another_lead(floor), county):
        client.force_login(viewer)
        home = client.get("/").content.decode()
        assert "1 record from a tablet" in home
        assert 'href="/checks/held/"' in home
    client.force_login(granted_user("auditor"))
    assert 'href="/checks/held/"' not in client.get("/").content.decode()


def test_a_late_check_says_when_it_was_seen_and_came_and_from_where(floor, client):
    from tests.staffing.accounts.factories import DeviceFactory

    check = tap(floor, floor.people[0])
    seen = timezone.now() - timedelta(hours=2)
    Check.objects.filter(pk=check.pk).update(
        observed_at=seen,
        device=DeviceFactory(outlet=floor.outlet, name="Counter 7"),
        clock_ahead_seconds=-600,
    )
    client.force_login(floor.manager)
    page = client.get(f"/checks/{check.uuid}/").content.decode()
    assert "received late" in page
    assert "Counter 7" in page
    assert "10 min behind, corrected" in page
