from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.complaints.acting import TABLE, Action, Part, State
from evaluations.complaints.models import Case, CaseEvent, Handling
from evaluations.complaints.services import act
from evaluations.complaints.services import refusals as why
from evaluations.ledger.models import Entry
from staffing.rosters.models import RosterDay, ShiftKind
from tests.evaluations.complaints.conftest import local
from tests.evaluations.complaints.factories import logged
from tests.staffing.people.factories import EmployeeFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


def do(case, by, action, note="so it was", **given):
    return act(case=case, action=Action(action), by=by, note=note, **given)


def state(case):
    return Handling.objects.get(pk=case.pk).state


def kinds(case):
    lines = CaseEvent.objects.filter(handling=case.pk).order_by("id")
    return list(lines.values_list("kind", flat=True))


def in_state(state, outlet, owner, holder):
    """Return a case of `owner` that got into a state in the usual way."""
    case = logged(outlet, owner)
    if state in (State.OFFERED, State.ASSIGNED):
        do(case, owner, "offer", person=holder.employee)
    if state == State.ASSIGNED:
        do(case, holder, "accept")
    if state == State.PAUSED:
        do(case, owner, "pause")
    if state == State.CLOSED:
        do(case, owner, "reply")
        do(case, owner, "close")
    return case


@pytest.mark.one_database  # who may do what is asked in Python
@pytest.mark.parametrize("at", list(State))
@pytest.mark.parametrize("action", list(Action))
def test_the_service_keeps_to_the_table(
    clock, outlet, clerk, manager, supervisor, at, action
):
    """Owner, holder, lead, closer, and a bystander with the outlet's records."""
    holder = staff_user("clerk")
    case = in_state(at, outlet, clerk, holder)
    people = {
        Part.OWNER: clerk,
        Part.LEAD: supervisor,
        Part.CLOSER: manager,
        None: granted_user("hr"),
    }
    if at in (State.OFFERED, State.ASSIGNED):
        people[Part.ASKED if at == State.OFFERED else Part.HOLDER] = holder
    before = kinds(case)
    for part, user in people.items():
        # A store manager records at her outlet, too.
        parts = {part, Part.LEAD} if part == Part.CLOSER else {part}
        if parts & TABLE[action].get(at, frozenset()):
            continue
        at_some_time = parts & set().union(*TABLE[action].values())
        late = at_some_time and at not in TABLE[action]
        expected = why.NotInThatState if late else PermissionDenied
        with pytest.raises(expected):
            do(case, user, action)
    assert (state(case), kinds(case)) == (at, before)


def test_a_task_stays_with_the_first_contact_until_it_is_accepted(
    clock, outlet, clerk, other
):
    case = logged(outlet, clerk)
    do(case, clerk, "offer", person=other.employee)
    assert state(case) == "offered"
    do(case, clerk, "reply")  # she goes on meanwhile
    do(case, other, "accept", note="")
    row = Handling.objects.get()
    assert (row.state, row.task_person, row.owner) == (
        "assigned",
        other.employee,
        clerk,
    )
    clock.turn("10-12T12:00")
    do(case, other, "note")
    with pytest.raises(PermissionDenied):
        do(case, other, "close")
    do(case, clerk, "close")
    assert kinds(case) == [
        *("received", "offer", "reply", "accept", "note", "close"),
    ]
    assert Handling.objects.get().owner == clerk


def test_a_declined_task_is_back_where_it_was(clock, outlet, clerk, other):
    case = logged(outlet, clerk)
    do(case, clerk, "offer", person=other.employee)
    do(case, other, "decline", note="that is the network's")
    row = Handling.objects.get()
    assert (row.state, row.task_person) == ("open", None)
    assert row.events.get(kind="decline").person == other.employee


def test_a_task_may_be_taken_back_given_back_and_given_to_another(
    clock, outlet, clerk, other, supervisor
):
    case = logged(outlet, clerk)
    do(case, clerk, "offer", person=other.employee)
    do(case, clerk, "withdraw", note="")
    assert state(case) == "open"
    do(case, clerk, "offer", person=other.employee)
    do(case, other, "accept")
    do(case, other, "give_back")
    assert state(case) == "open"
    do(case, clerk, "offer", person=other.employee)
    do(case, other, "accept")
    before = Handling.objects.get().due_at
    clock.turn("10-12T15:00")
    do(case, supervisor, "offer", person=supervisor.employee)
    do(case, supervisor, "accept")
    row = Handling.objects.get()
    assert (row.task_person, row.due_at) == (supervisor.employee, before)


def test_a_unit_accepts_through_who_leads_it(clock, outlet, regions, clerk, county):
    case = logged(outlet, clerk)
    do(case, clerk, "offer", unit=regions["city"])
    with pytest.raises(PermissionDenied):
        do(case, county, "accept")  # she leads a part of the city only
    do(case, granted_user("regional_supervisor", region=regions["city"]), "accept")
    row = Handling.objects.get()
    assert (row.state, row.task_unit) == ("assigned", regions["city"])


def test_a_task_goes_to_somebody_who_can_take_it(
    clock, outlet, regions, clerk, other, manager
):
    case = logged(outlet, clerk, person=other.employee)
    with pytest.raises(why.NobodyToAsk):
        do(case, clerk, "offer")
    with pytest.raises(why.NobodyToAsk):
        do(case, clerk, "offer", person=manager.employee, unit=regions["city"])
    with pytest.raises(why.AboutThem):
        do(case, clerk, "offer", person=other.employee)
    with pytest.raises(why.CannotAccept):
        do(case, clerk, "offer", person=EmployeeFactory())
    elsewhere = staff_user("store_manager").employee.assignments.get().outlet.region
    with pytest.raises(why.NotUpThePath):
        do(case, clerk, "offer", unit=elsewhere)
    assert (state(case), kinds(case)) == ("open", ["received"])


def test_nothing_is_closed_without_a_reply_and_words(clock, outlet, clerk):
    case = logged(outlet, clerk)
    with pytest.raises(why.NoReplyYet):
        do(case, clerk, "close")
    do(case, clerk, "reply")
    with pytest.raises(why.WordsMissing):
        do(case, clerk, "close", note="  ")
    assert (state(case), kinds(case)) == ("open", ["received", "reply"])
    clock.turn("10-14T09:00")
    do(case, clerk, "close", note="refunded twice over")
    kept = Case.objects.get()
    assert (kept.closed_at, kept.days_to_close) == (clock.now, 2)
    assert f"{kept.closed_on:%F}" == "2026-10-14"
    row = kept.handling
    assert (row.state, row.next_level_at) == ("closed", None)


def test_a_reopened_case_asks_for_a_new_reply_and_counts_on(clock, outlet, clerk):
    case = logged(outlet, clerk)
    do(case, clerk, "reply")
    clock.turn("10-13T10:00")
    do(case, clerk, "close")
    clock.turn("10-20T10:00")
    do(case, clerk, "reopen", note="it happened again")
    kept = Case.objects.get()
    assert (kept.closed_at, kept.closed_on, kept.days_to_close) == (None, None, None)
    assert kept.handling.due_at == local("10-21T10:00")
    with pytest.raises(why.NoReplyYet):
        do(case, clerk, "close")
    do(case, clerk, "reply")
    do(case, clerk, "close")
    assert state(case) == "closed"


def test_a_pause_stops_the_closure_clock_and_no_other(clock, outlet, clerk):
    case = logged(outlet, clerk)
    clock.turn("10-12T12:00")
    do(case, clerk, "pause", note="waits for a copy of the bill")
    row = Handling.objects.get()
    assert (row.state, row.due_at, row.next_level_at) == ("paused", None, None)
    assert row.reply_due_at == local("10-13T00:00")
    clock.turn("10-13T12:00")
    do(case, clerk, "resume", note="")
    row = Handling.objects.get()
    assert (row.state, row.due_at) == ("open", local("10-15T10:00"))


def test_who_took_it_over_still_has_it_after_a_pause(clock, outlet, clerk, other):
    case = in_state(State.ASSIGNED, outlet, clerk, other)
    do(case, other, "pause")
    do(case, clerk, "resume")
    assert state(case) == "assigned"


def test_the_same_form_twice_does_it_once(clock, outlet, clerk):
    case, key = logged(outlet, clerk), uuid4()
    do(case, clerk, "reply", key=key)
    do(case, clerk, "reply", key=key)
    assert kinds(case) == ["received", "reply"]


def test_a_form_of_one_case_says_nothing_of_another(clock, outlet, clerk):
    one, two, key = logged(outlet, clerk), logged(outlet, clerk), uuid4()
    do(one, clerk, "reply", key=key)
    do(two, clerk, "reply", key=key)
    assert kinds(one) == kinds(two) == ["received", "reply"]


def test_compensation_satisfaction_and_the_reception_room_are_on_record(
    clock, outlet, clerk, manager
):
    case = logged(outlet, clerk)
    do(case, clerk, "room", person=manager.employee, minutes=25, note="calmed down")
    do(case, clerk, "reply")
    with pytest.raises(PermissionDenied):
        do(case, clerk, "compensate", amount=5000)
    do(case, manager, "compensate", amount=5000, note="double the wrong fee")
    do(case, clerk, "close")
    do(case, clerk, "rate", mark=4, note="")
    room, money, mark = (
        CaseEvent.objects.get(kind=kind) for kind in ("room", "compensate", "rate")
    )
    assert (room.person, room.minutes) == (manager.employee, 25)
    assert (money.amount, money.amount_shown) == (5000, "50.00")
    assert (mark.mark, Handling.objects.get().satisfaction) == (4, 4)


class TestVerdict:
    def standing(self):
        rows = Entry.objects.standing().values_list("kind", "scope", "employee")
        return sorted(rows)

    def test_an_upheld_attitude_complaint_bars_and_an_overturned_one_lifts(
        self, clock, outlet, clerk, other, manager, county
    ):
        case = logged(outlet, clerk, person=other.employee)
        do(case, other, "answer", note="I was alone at two counters")
        do(case, manager, "judge", verdict="upheld", note="on the recording")
        her = other.employee.pk
        assert self.standing() == [
            ("bar", "2026", her),
            ("bar", "2026-10", her),
            ("bar", "2026-Q4", her),
            ("score", "", her),
        ]
        assert {entry.by for entry in Entry.objects.filter(kind="bar")} == {manager}
        do(case, county, "judge", verdict="not_upheld", note="another person spoke")
        assert self.standing() == []
        lifted = Entry.objects.filter(kind="bar", reverses__isnull=False)
        assert {entry.by for entry in lifted} == {county}
        assert kinds(case) == ["received", "answer", "judge", "judge"]
        case = Case.objects.get()
        assert (case.verdict, case.pending) == ("not_upheld", False)

    def test_an_upheld_wrong_transaction_bars_the_month(
        self, clock, outlet, clerk, other, manager
    ):
        case = logged(outlet, clerk, person=other.employee, reason="wrong_transaction")
        do(case, manager, "judge", verdict="upheld", answer="she says nothing")
        her = other.employee.pk
        assert self.standing() == [("bar", "2026-10", her), ("score", "", her)]

    def test_nobody_judges_her_own_case(self, clock, outlet, clerk, manager, county):
        case = logged(outlet, clerk, person=manager.employee)
        with pytest.raises(PermissionDenied):
            do(case, manager, "judge", verdict="not_upheld", answer="I was kind")
        with pytest.raises(PermissionDenied):
            do(case, manager, "name", person=clerk.employee)
        assert Case.objects.get().verdict == ""
        do(case, manager, "answer", note="I was kind")
        do(case, county, "judge", verdict="not_upheld")
        assert Case.objects.get().verdict == "not_upheld"

    def test_the_person_concerned_is_heard_first(
        self, clock, outlet, clerk, other, manager
    ):
        case = logged(outlet, clerk, person=other.employee)
        with pytest.raises(why.NotHeard):
            do(case, manager, "judge", verdict="upheld", answer="  ")
        assert (Case.objects.get().verdict, kinds(case)) == ("", ["received"])

    def test_there_is_no_verdict_about_nobody_or_on_an_enquiry(
        self, clock, outlet, clerk, other, manager
    ):
        nobody = logged(outlet, clerk)
        with pytest.raises(why.NobodyNamed):
            do(nobody, manager, "judge", verdict="upheld", answer="?")
        enquiry = logged(outlet, clerk, person=other.employee, contact="enquiry")
        with pytest.raises(why.OnlyComplaints):
            do(enquiry, manager, "judge", verdict="upheld", answer="?")
        assert not Entry.objects.exists()

    def test_naming_somebody_else_moves_the_hold(
        self, clock, outlet, clerk, other, manager
    ):
        case = logged(outlet, clerk, person=other.employee)
        meant = staff_user("clerk", outlet).employee
        do(case, manager, "name", person=meant)
        assert self.standing() == [("hold", "", meant.pk)]
        do(case, manager, "judge", verdict="not_upheld", answer="was on leave")
        with pytest.raises(why.JudgedAlready):
            do(case, manager, "name", person=other.employee)
        assert Case.objects.get().employee == meant

    def test_nobody_is_named_who_did_not_work_there(
        self, clock, outlet, clerk, manager
    ):
        stranger = staff_user("clerk").employee
        case = logged(outlet, clerk)
        with pytest.raises(why.NotFromHere):
            do(case, manager, "name", person=stranger)
        with pytest.raises(why.NotFromHere):
            logged(outlet, clerk, person=stranger)
        assert not Entry.objects.exists()
        assert Case.objects.get().employee is None

    def test_whoever_was_rostered_there_as_a_guest_can_be_named(
        self, clock, outlet, clerk, manager
    ):
        guest = staff_user("clerk").employee
        case = logged(outlet, clerk)
        RosterDay.objects.create(
            employee=guest, on=case.on, outlet=outlet, shift=ShiftKind.objects.first()
        )
        do(case, manager, "name", person=guest)
        assert Case.objects.get().employee == guest

    def test_whom_it_is_about_hands_the_task_back(
        self, clock, outlet, clerk, other, manager
    ):
        case = in_state(State.ASSIGNED, outlet, clerk, other)
        do(case, manager, "name", person=other.employee)
        row = Handling.objects.get()
        assert (row.state, row.task_person) == ("open", None)
