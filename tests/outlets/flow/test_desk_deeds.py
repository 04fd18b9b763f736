"""Deeds at the desk: once each, in a fair order, and never one customer twice."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlets.exchange.errors import DomainError
from outlets.flow.desk.hall import read_hall
from outlets.flow.desk.refusals import (
    DayIsOver,
    KeyUsed,
    NobodyWaits,
    NobodyWaitsForIt,
    NoServer,
    NotNow,
    SameService,
    StillServing,
    UnknownService,
    UnknownTicket,
)
from outlets.flow.models import HourlyFlow, Ticket, TicketEvent
from outlets.places.models import Outlet
from tests.outlets.flow.desks import Desk
from tests.outlets.flow.factories import take, ticket
from tests.outlets.flow.test_services import ROLL_UPS, everything, rebuilt
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def outlet():
    return OutletFactory(code="P1")


@pytest.fixture
def desk(outlet):
    return Desk(outlet, granted_user("store_manager", outlet=outlet), NINE)


def refused(error, **words):
    """Return the context in which a deed is refused with exactly these words."""
    text = str(error(**words))
    return pytest.raises(error, check=lambda raised: str(raised) == text)


def test_a_ticket_goes_its_way_and_counts(desk):
    number = desk.take("payment", priority=True)
    desk.later(120)
    assert desk.call("E1", counter="3") == number
    desk.later(10)
    desk.mark(number, "start")
    desk.later(170)
    desk.mark(number, "finish")
    one = Ticket.objects.get()
    assert (one.ticket_no, one.service, one.priority) == ("D001", "payment", "weak")
    assert (one.arrived_at, one.called_at, one.finished_at) == (
        NINE,
        NINE + timedelta(seconds=120),
        NINE + timedelta(seconds=300),
    )
    assert (one.employee_number, one.by_events) == ("E1", True)
    events = TicketEvent.objects.values_list("event", "employee_number", "counter")
    assert list(events) == [
        ("arrive", "", ""),
        ("call", "E1", "3"),
        ("start", "E1", "3"),
        ("finish", "E1", "3"),
    ]
    flow = HourlyFlow.objects.get()
    assert (flow.arrivals, flow.served, flow.finished) == (1, 1, 1)
    assert (flow.wait_sum_s, flow.service_sum_s, flow.priority_late) == (120, 180, 0)


def test_numbers_go_on_beside_those_of_a_machine(desk, outlet):
    take("tickets", [ticket(outlet, "D007", "2026-03-14T08:00")])
    assert [desk.take(), desk.take()] == ["D008", "D009"]
    desk.later(24 * 3600)
    assert desk.take() == "D001"


def test_priority_customers_are_called_first(desk):
    desk.take()
    desk.later(60)
    desk.take(priority=True)
    desk.take("enquiry")
    assert [desk.call("E1"), desk.call("E2"), desk.call("E3")] == [
        *("D002", "D001", "D003")
    ]


def test_one_service_may_be_called_alone(desk):
    desk.take("payment")
    desk.take("enquiry")
    assert desk.call(service="enquiry") == "D002"
    with refused(NobodyWaitsForIt, service="Broadband"):
        desk.call("E2", service="broadband")
    desk.call("E2")
    with refused(NobodyWaits):
        desk.call("E3")


def test_a_server_has_one_customer_at_a_time(desk):
    desk.take()
    desk.take()
    desk.call("E1")
    with refused(StillServing, employee_number="E1", number="D001"):
        desk.call("E1")
    with refused(NoServer):
        desk.call("")
    assert Ticket.objects.filter(called_at=None).count() == 1
    desk.mark("D001", "no_show")
    assert desk.call("E1") == "D002"


@pytest.mark.parametrize(
    ("before", "what", "state"),
    [
        ((), "start", "is waiting"),
        ((), "finish", "is waiting"),
        ((), "no_show", "is waiting"),
        (("call",), "abandon", "has been called"),
        (("call", "start"), "start", "is being served"),
        (("call", "start"), "no_show", "is being served"),
        (("call", "finish"), "finish", "is finished"),
        (("call", "finish"), "transfer", "is finished"),
        (("call", "no_show"), "start", "did not show"),
        (("abandon",), "transfer", "has left"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(desk, before, what, state):
    desk.take()
    for step in before:
        desk.call() if step == "call" else desk.mark("D001", step)
    count = TicketEvent.objects.count()
    with refused(NotNow, number="D001", state=state):
        desk.mark("D001", what, service="enquiry" if what == "transfer" else "")
    assert TicketEvent.objects.count() == count


def test_who_is_handed_on_is_called_again_and_waited_once(desk):
    desk.take("payment")
    desk.later(60)
    desk.call("E1")
    desk.later(30)
    desk.mark("D001", "transfer", service="broadband")
    assert [one.service for one in read_hall(desk.outlet, desk.now).waiting] == [
        "broadband"
    ]
    assert desk.call("E2") == "D001"
    desk.mark("D001", "finish")
    one = Ticket.objects.get()
    assert (one.service, one.employee_number) == ("payment", "E2")
    assert one.called_at == NINE + timedelta(seconds=60)


def test_who_is_called_again_comes_to_the_same_counter_and_waited_once(desk):
    desk.take()
    desk.later(60)
    desk.call("E1", counter="4")
    desk.later(30)
    key = uuid4()
    event = desk.again("D001", "E2", counter="9", key=key)
    assert (event.employee_number, event.counter) == ("E1", "4")
    assert desk.again("D001", "E2", counter="9", key=key) == event
    assert Ticket.objects.get().called_at == NINE + timedelta(seconds=60)
    assert everything() == rebuilt()


def test_who_did_not_show_and_is_there_now_is_called_to_who_is_free(desk):
    for _customer in range(2):
        desk.take()
    desk.call("E1")
    desk.later(60)
    desk.mark("D001", "no_show")
    desk.call("E1")
    assert [one.number for one in read_hall(desk.outlet, desk.now).missed] == ["D001"]
    with refused(StillServing, employee_number="E1", number="D002"):
        desk.again("D001", "E1")
    with refused(NoServer):
        desk.again("D001", "")
    desk.later(120)
    desk.again("D001", "E2", counter="2")
    hall = read_hall(desk.outlet, desk.now)
    assert [(one.number, one.counter) for one in hall.called] == [
        ("D001", "2"),
        ("D002", "1"),
    ]
    assert not hall.missed
    desk.mark("D001", "finish")
    one = Ticket.objects.get(ticket_no="D001")
    assert (one.no_show, one.employee_number, one.called_at) == (False, "E2", NINE)
    assert everything() == rebuilt()


def test_who_did_not_show_is_offered_for_half_an_hour(desk):
    desk.take()
    desk.call()
    desk.mark("D001", "no_show")
    desk.later(30 * 60)
    assert len(read_hall(desk.outlet, desk.now).missed) == 1
    desk.later(1)
    assert not read_hall(desk.outlet, desk.now).missed


def test_who_waits_or_is_served_is_not_called_again(desk):
    desk.take()
    with refused(NotNow, number="D001", state="is waiting"):
        desk.again("D001")
    desk.call()
    desk.mark("D001", "start")
    with refused(NotNow, number="D001", state="is being served"):
        desk.again("D001")
    with refused(UnknownTicket, number="D009"):
        desk.again("D009")
    assert TicketEvent.objects.count() == 3


def test_only_services_of_the_outlet_are_offered(desk, outlet):
    with refused(UnknownService, service="haircut"):
        desk.take("haircut")
    take("tickets", [ticket(outlet, "A1", "2026-03-10T09:00", service="haircut")])
    assert desk.take("haircut") == "D001"
    with refused(UnknownService, service="massage"):
        desk.mark("D001", "transfer", service="massage")
    with refused(SameService, number="D001", service="haircut"):
        desk.mark("D001", "transfer", service="haircut")


def test_the_same_key_counts_once_and_answers_the_same(desk):
    key = uuid4()
    assert [desk.take(key=key), desk.take(key=key)] == ["D001", "D001"]
    desk.take()
    call = uuid4()
    assert [desk.call("E1", key=call), desk.call("E1", key=call)] == ["D001", "D001"]
    end = uuid4()
    first = desk.mark("D001", "finish", key=end)
    assert desk.mark("D001", "finish", key=end) == first
    assert TicketEvent.objects.count() == 4


def test_a_key_for_something_else_is_refused(desk):
    key = uuid4()
    desk.take(key=key)
    with refused(KeyUsed):
        desk.take("enquiry", key=key)
    with refused(KeyUsed):
        desk.call(key=key)
    elsewhere = OutletFactory()
    other = Desk(elsewhere, granted_user("store_manager", outlet=elsewhere), NINE)
    with refused(KeyUsed):
        other.take(key=key)
    assert TicketEvent.objects.count() == 1


def test_a_page_left_open_overnight_touches_no_ticket_of_today(desk):
    yesterday = date(2026, 3, 14)
    desk.take()
    desk.later(24 * 3600)
    desk.take()
    with refused(DayIsOver, day="14 Mar 2026"):
        desk.mark("D001", "abandon", day=yesterday)
    assert TicketEvent.objects.count() == 2


def test_tickets_that_are_not_the_desk_s_are_unknown_to_it(desk, outlet):
    take("tickets", [ticket(outlet, "A1", "2026-03-14T08:00")])
    with refused(UnknownTicket, number="A1"):
        desk.mark("A1", "abandon")
    with refused(NobodyWaits):
        desk.call()


def test_a_clock_that_steps_back_loses_nothing(desk):
    desk.take()
    desk.later(60)
    desk.call()
    desk.later(-90)
    desk.mark("D001", "finish")
    one = Ticket.objects.get()
    assert one.finished_at == one.called_at == NINE + timedelta(seconds=60)


def test_who_may_not_record_there_does_nothing(outlet):
    auditor = Desk(outlet, granted_user("auditor", outlet=outlet), NINE)
    with pytest.raises(Outlet.DoesNotExist):
        auditor.take()
    elsewhere = Desk(
        outlet, granted_user("store_manager", outlet=OutletFactory()), NINE
    )
    with pytest.raises(Outlet.DoesNotExist):
        elsewhere.take()
    assert not TicketEvent.objects.exists()


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("take", "call", "call", "start", "finish"),
                *("no_show", "abandon", "transfer", "again"),
            ]
        ),
        st.integers(1, 3),  # which ticket; the first that is taken has priority
        st.sampled_from(["payment", "enquiry"]),
        st.sampled_from(["E1", "E2", "E3"]),
        st.sampled_from([0, 1, 59, 400, 1500]),  # seconds before it
        st.integers(-3, 30),  # below 0: an old key is sent once more
    ),
    min_size=6,
    max_size=24,
)


def done(desk, deed, index) -> bool:
    """Do one drawn deed; tell whether it was refused."""
    what, which, service, server, seconds, again = deed
    desk.later(seconds)
    key = desk.keys[again] if -len(desk.keys) <= again < 0 else UUID(int=index + 1)
    try:
        if what == "take":
            desk.take(service, priority=which == 1, key=key)
        elif what == "call":
            desk.call(server, service="" if which > 1 else service, key=key)
        elif what == "again":
            desk.again(f"D00{which}", server, key=key)
        else:
            handed = service if what == "transfer" else ""
            desk.mark(f"D00{which}", what, service=handed, key=key)
    except DomainError:
        return False
    return True


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(DEEDS)
def test_whatever_is_done_the_roll_ups_are_right_and_nobody_is_served_twice(deeds):
    outlet = Outlet.objects.filter(code="N1").first()
    if outlet is None:
        outlet = OutletFactory(code="N1", timezone="America/New_York")
    for model in (TicketEvent, Ticket, *ROLL_UPS):
        model.objects.all().delete()
    lead = granted_user("store_manager", outlet=outlet)
    # Half an hour before clocks fall back.
    desk = Desk(outlet, lead, datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
    for _customer in range(2):
        desk.take()
    for index, deed in enumerate(deeds):
        done(desk, deed, index)
    assert everything() == rebuilt()
    by_ticket: dict[tuple, list[TicketEvent]] = {}
    for event in TicketEvent.objects.order_by("id"):
        by_ticket.setdefault((event.date, event.ticket_no), []).append(event)
    for events in by_ticket.values():
        steps = [event.event for event in events]
        assert steps.count("arrive") == 1
        assert not {"finish", "abandon"} & set(steps[:-1])
        for before, after in pairwise(events):
            # Nobody starts without a call; who did not show is called once more.
            assert after.event != "start" or before.event == "call"
            assert before.event != "no_show" or after.event == "call"
            # Between two calls she was handed on, or is called to where she was.
            if (before.event, after.event) == ("call", "call"):
                assert before.employee_number == after.employee_number
                assert before.counter == after.counter
