"""Marks at a counter: about whom the system says, each once, and none that is made."""

from datetime import timedelta
from uuid import uuid4

import pytest

from evaluations.feedback.models import Counter, Origin, Rating, SetAside
from evaluations.feedback.services.counters import (
    add_counter,
    bind_tablet,
    end_counter,
    seat,
)
from evaluations.feedback.services.refusals import (
    CounterEnded,
    CounterTaken,
    NotForHerself,
    NotHereToday,
    PadNotBound,
    TabletElsewhere,
)
from evaluations.feedback.services.settling import settle
from evaluations.feedback.services.taking import Result, Tap, take_taps
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.voices import Hall
from tests.staffing.accounts.factories import DeviceFactory
from tests.staffing.people.factories import AssignmentFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall():
    return Hall()


def tap(hall, score=5, *, at=None, uuid=None, sent=None, now=None):
    """Tap at a moment by the tablet's clock; return what became of it."""
    at, now = at or hall.now, now or hall.now
    one = Tap(uuid or uuid4(), score, at)
    [(_uuid, result)] = take_taps(
        device=hall.device, taps=[one], sent_at=sent or now, now=now
    )
    return result


def about():
    rating = Rating.objects.get()
    return rating.employee, rating.origin.named_by, rating.ticket_no


def test_a_mark_is_about_who_called_the_ticket_to_this_counter(hall):
    hall.sit(hall.other, hall.now - 60 * MINUTE)
    arrival = hall.visit("D001", hall.now - MINUTE)
    assert tap(hall, 4) is Result.ACCEPTED
    assert about() == (hall.clerk.employee, "ticket", "D001")
    assert str(Origin.objects.get().arrival) == arrival
    assert Rating.objects.get().channel == "pad"


def test_a_mark_while_she_is_still_served_is_about_her_server(hall):
    hall.visit("D001", hall.now + MINUTE, over=False)
    tap(hall)
    assert about() == (hall.clerk.employee, "ticket", "D001")


def test_a_ticket_at_another_counter_tells_nothing_about_this_one(hall):
    hall.visit("D001", hall.now - MINUTE, counter="2")
    tap(hall)
    assert about() == (None, "nobody", "")


def test_without_a_ticket_a_mark_is_about_who_was_at_the_counter_then(hall):
    hall.visit("D001", hall.now - 30 * MINUTE)  # long over
    hall.sit(hall.clerk.employee, hall.now - 90 * MINUTE, hall.now - 40 * MINUTE)
    hall.sit(hall.other, hall.now - 40 * MINUTE)
    tap(hall)
    assert about() == (hall.other, "counter", "")


def test_a_mark_that_comes_late_is_about_who_was_there_when_it_was_tapped(hall):
    hall.sit(hall.clerk.employee, hall.now - 90 * MINUTE, hall.now - 40 * MINUTE)
    hall.sit(hall.other, hall.now - 40 * MINUTE)
    tap(hall, at=hall.now - 60 * MINUTE)
    assert about()[0] == hall.clerk.employee
    assert Rating.objects.get().rated_at == hall.now - 60 * MINUTE


def test_a_tablet_whose_clock_is_a_day_ahead_changes_no_moment(hall):
    ahead = timedelta(days=1)
    tap(hall, at=hall.now + ahead - 5 * MINUTE, sent=hall.now + ahead)
    assert Rating.objects.get().rated_at == hall.now - 5 * MINUTE


def test_a_number_of_somebody_who_does_not_work_here_names_nobody(hall):
    hall.visit("D001", hall.now - MINUTE, by=AssignmentFactory().employee)
    tap(hall)
    assert about() == (None, "nobody", "D001")


def test_one_tap_sent_twice_counts_once(hall):
    uuid = uuid4()
    assert tap(hall, 2, uuid=uuid) is Result.ACCEPTED
    assert tap(hall, 2, uuid=uuid) is Result.KNOWN
    assert Rating.objects.get().score == 2


def test_a_second_mark_for_one_visit_is_set_aside_however_late(hall):
    hall.visit("D001", hall.now - 5 * MINUTE)
    tap(hall, 1, at=hall.now - 4 * MINUTE)
    assert tap(hall, 5) is Result.SET_ASIDE
    assert Rating.objects.get().score == 1
    assert SetAside.objects.get().why == "rated"


def test_marks_without_a_ticket_count_only_a_rest_apart(hall, settings):
    rest = settings.FEEDBACK_PAD_REST
    second = timedelta(seconds=1)
    results = [
        tap(hall, at=hall.now - at)
        for at in (4 * rest, 3 * rest + second, 3 * rest, 2 * rest)
    ]
    assert results == ["accepted", "set_aside", "accepted", "accepted"]
    assert SetAside.objects.get().why == "soon"


def test_what_was_kept_too_long_or_tapped_elsewhere_does_not_count(hall, settings):
    Counter.objects.update(bound_at=hall.now - timedelta(days=30))
    assert tap(hall, at=hall.now - settings.FEEDBACK_PAD_KEPT - MINUTE) == "set_aside"
    Counter.objects.update(bound_at=hall.now - MINUTE)
    assert tap(hall, at=hall.now - 2 * MINUTE) == "set_aside"
    assert set(SetAside.objects.values_list("why", flat=True)) == {"old", "before"}
    assert not Rating.objects.exists()


def test_a_tablet_without_a_counter_takes_nothing(hall):
    with pytest.raises(PadNotBound):
        take_taps(
            device=DeviceFactory(outlet=hall.outlet),
            taps=[Tap(uuid4(), 5, hall.now)],
            sent_at=hall.now,
            now=hall.now,
        )
    with pytest.raises(PadNotBound):
        take_taps(device=None, taps=[], sent_at=hall.now, now=hall.now)


def test_marks_reach_the_ledger_once_as_the_day_of_the_person(hall):
    hall.visit("D001", hall.now - 20 * MINUTE)
    hall.visit("D002", hall.now - 5 * MINUTE)
    tap(hall, 5, at=hall.now - 19 * MINUTE)
    tap(hall, 2, at=hall.now - 4 * MINUTE)
    tap(hall, 5, at=hall.now - 3 * MINUTE)  # again for D002
    for _again in range(2):
        settle(hall.now.date())
    entry = Entry.objects.get(component="onsite", employee=hall.clerk.employee)
    assert (entry.points, entry.out_of, entry.n) == (100, 200, 2)


def test_counters_are_set_up_by_who_leads_the_outlet(hall):
    with pytest.raises(CounterTaken):
        add_counter(outlet=hall.outlet, name="1", by=hall.lead)
    second = add_counter(outlet=hall.outlet, name="2", by=hall.lead)
    given = {"by": hall.lead, "now": hall.now}
    with pytest.raises(TabletElsewhere):
        bind_tablet(counter=second, device=hall.device, **given)
    with pytest.raises(Counter.DoesNotExist):
        bind_tablet(counter=second, device=None, by=hall.clerk, now=hall.now)
    end_counter(counter=hall.counter, **given)
    bind_tablet(counter=second, device=hall.device, **given)
    assert tap(hall) is Result.ACCEPTED
    assert Origin.objects.get().counter == second
    with pytest.raises(CounterEnded):
        seat(counter=hall.counter, employee=hall.other, **given)


def test_who_sits_there_is_said_by_somebody_else_and_of_somebody_here(hall):
    given = {"counter": hall.counter, "now": hall.now, "by": hall.lead}
    with pytest.raises(NotForHerself):
        seat(employee=hall.lead.employee, **given)
    with pytest.raises(NotHereToday):
        seat(employee=AssignmentFactory().employee, **given)
    first = seat(employee=hall.other, **given)
    assert seat(employee=hall.other, **given) == first
    seat(employee=hall.clerk.employee, **given | {"now": hall.now + MINUTE})
    first.refresh_from_db()
    assert first.ends_at == hall.now + MINUTE
    assert seat(employee=None, **given | {"now": hall.now + 2 * MINUTE}) is None
    assert not hall.counter.stints.filter(ends_at=None).exists()
