"""The generator: what it proposes, and what accepting asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import sleep

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffing.rosters.issues import broken_rules
from staffing.rosters.models import (
    JobState,
    Leave,
    LeaveState,
    PlannedDay,
    Roster,
    RosterChange,
    Search,
    Wish,
)
from staffing.rosters.problems import pose
from staffing.rosters.selectors.month import Month, read_month
from staffing.rosters.selectors.searches import proposal_of
from staffing.rosters.services import searching
from staffing.rosters.services.months import ChangedMeanwhile, Given, publish, save
from staffing.rosters.services.searching import accept, run_search, start_search
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.factories import FIRST, make_team, rules, shift

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]


def on(day):
    return FIRST.replace(day=day)


@pytest.fixture
def team():
    return make_team(people=5, hours="Mon-Sun 08:00-18:00")


def searched(team, seconds=6) -> Search:
    search = start_search(
        outlet=team.outlet, first=FIRST, by=team.manager, seconds=seconds
    )
    run_search(search.pk)
    search.refresh_from_db()
    return search


def broken(team) -> list[str]:
    month = read_month(team.outlet, FIRST)
    return [issue.text for issue in broken_rules(month, pose(month, {}))]


def test_a_proposal_keeps_every_rule_and_changes_nothing_until_it_is_accepted(team):
    search = searched(team)
    assert search.state == JobState.DONE
    assert not PlannedDay.objects.exists()
    assert proposal_of(search).changed > 60
    roster = accept(search=search, by=team.manager)
    assert roster.version == 1
    assert broken(team) == []
    assert PlannedDay.objects.filter(shift__isnull=False).count() > 60
    with pytest.raises(searching.NothingFound):
        accept(search=search, by=team.manager)


def test_leave_locks_and_what_was_painted_are_heeded(team):
    person = team.people[0]
    Leave.objects.create(
        employee=person,
        outlet=team.outlet,
        first_on=on(9),
        last_on=on(15),
        state=LeaveState.APPROVED,
    )
    cells = [
        Given(person.pk, on(3), "SPECIAL_N7", True),
        Given(person.pk, on(5), "", True),
    ]
    save(cells, outlet=team.outlet, first=FIRST, version=0, by=team.manager)
    accept(search=searched(team), by=team.manager)
    mine = PlannedDay.objects.filter(employee=person)
    days = dict(mine.values_list("on", "shift__code"))
    assert days[on(3)] == "SPECIAL_N7"
    assert days[on(5)] is None
    assert not set(days) & {on(day) for day in range(9, 16)}


def test_a_wish_that_is_not_granted_is_explained(team):
    rules(weight_wish=1)
    for day in (2, 3):
        for person in [*team.people, team.manager.employee]:
            Wish.objects.create(
                employee=person, outlet=team.outlet, on=on(day), wanted=False
            )
    search = searched(team)
    proposal = proposal_of(search)
    assert proposal.missed
    assert {one.wish for one in proposal.missed} == {"a day off"}
    reasons = {one.why for one in proposal.missed}
    assert all(why.startswith(("would break: ", "would cost ")) for why in reasons), (
        reasons
    )


def test_where_no_roster_keeps_the_rules_it_says_which_hours_cannot_be_met(team):
    rules(least_on_duty=7)
    search = searched(team)
    assert (search.state, search.problem) == (JobState.FAILED, "no_roster")
    assert search.cells == {}
    assert {one["allowed"] for one in search.missed} == {7}


def test_only_one_search_at_a_time_and_a_lost_one_is_given_up(team):
    search = start_search(outlet=team.outlet, first=FIRST, by=team.manager)
    with pytest.raises(searching.SearchRuns):
        start_search(outlet=team.outlet, first=FIRST, by=team.manager)
    Search.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    start_search(outlet=team.outlet, first=FIRST, by=team.manager)
    search.refresh_from_db()
    assert (search.state, search.problem) == (JobState.FAILED, "lost")


def test_a_search_that_is_stopped_before_it_begins_finds_nothing(team):
    search = start_search(outlet=team.outlet, first=FIRST, by=team.manager)
    searching.stop_search(search=search, by=team.manager)
    run_search(search.pk)
    search.refresh_from_db()
    assert search.state == JobState.CANCELLED
    with pytest.raises(searching.NothingFound):
        accept(search=search, by=team.manager)


@pytest.mark.django_db(transaction=True)
def test_a_search_that_is_stopped_keeps_the_best_so_far(team):
    """Long before its time is over; the wish to stop comes from another connection."""
    rules(weight_hours=7, weight_weekends=9)
    team.paint({team.people[0]: "E"})
    search = Search.objects.create(
        roster=Roster.objects.get(),
        seconds=90,
        read_version=1,
        started_by=team.manager,
    )
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(_in_thread, search.pk)
        while not Search.objects.get(pk=search.pk).cells and not running.done():
            sleep(0.2)
        searching.stop_search(search=search, by=team.manager)
        running.result(timeout=60)
    search.refresh_from_db()
    assert search.state in (JobState.CANCELLED, JobState.DONE)
    assert (search.ended_at - search.began_at).total_seconds() < 60
    accept(search=search, by=team.manager)
    assert broken(team) == []


def _in_thread(pk):
    try:
        run_search(pk)
    finally:
        connection.close()


def test_the_same_search_is_run_once(team):
    search = searched(team, seconds=2)
    ended = search.ended_at
    run_search(search.pk)
    search.refresh_from_db()
    assert search.ended_at == ended


def test_a_proposal_of_a_roster_that_changed_is_refused(team):
    search = searched(team, seconds=2)
    team.paint({team.people[0]: "E"})
    with pytest.raises(ChangedMeanwhile):
        accept(search=search, by=team.manager)


def test_a_proposal_that_leave_has_overtaken_is_refused_by_name_of_the_rule(team):
    search = searched(team, seconds=2)
    person, days = next(iter(search.cells.items()))
    day = date.fromisoformat(next(iter(days)))
    Leave.objects.create(
        employee_id=int(person),
        outlet=team.outlet,
        first_on=day,
        last_on=day,
        state=LeaveState.APPROVED,
    )
    with pytest.raises(searching.BreaksRules) as refused:
        accept(search=search, by=team.manager)
    assert "On approved leave that day." in str(refused.value)
    assert not PlannedDay.objects.exists()


def test_a_repair_changes_little_and_records_what(team, monkeypatch):
    before = timezone.make_aware(timezone.datetime(2026, 10, 20))
    monkeypatch.setattr(timezone, "now", lambda: before)
    accept(search=searched(team), by=team.manager)
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    ill = team.people[0]
    for day in (10, 11):
        Leave.objects.create(
            employee=ill,
            outlet=team.outlet,
            first_on=on(day),
            last_on=on(day),
            state=LeaveState.APPROVED,
        )
    search = searched(team, seconds=6)
    accept(search=search, by=team.manager)
    changes = RosterChange.objects.all()
    assert {change.kind for change in changes} <= {"repair"}
    assert len(changes) <= 12
    assert broken(team) == []


def test_who_does_not_plan_there_starts_stops_and_accepts_nothing(team):
    clerk = staff_user("clerk", team.outlet, number="C1")
    with pytest.raises(PermissionDenied):
        start_search(outlet=team.outlet, first=FIRST, by=clerk)
    search = searched(team, seconds=2)
    for act in (searching.stop_search, searching.accept):
        with pytest.raises(PermissionDenied):
            act(search=search, by=clerk)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rest=st.integers(8, 14),
    run=st.integers(3, 7),
    off=st.integers(1, 2),
    leave=st.sets(st.integers(1, 30), max_size=5),
    locked=st.dictionaries(
        st.integers(1, 30), st.sampled_from(["EARLY", "MID", ""]), max_size=3
    ),
)
def test_no_accepted_roster_breaks_a_hard_rule(db, rest, run, off, leave, locked):
    """Whatever the rules, the leave and the locked cells are."""
    team = make_team(people=4)
    rules(least_rest_hours=rest, most_run_days=run, least_off_days=off)
    person = team.people[0]
    for day in leave:
        Leave.objects.create(
            employee=person,
            outlet=team.outlet,
            first_on=on(day),
            last_on=on(day),
            state=LeaveState.APPROVED,
        )
    cells = [
        Given(team.people[1].pk, on(day), code, True) for day, code in locked.items()
    ] or [Given(team.people[1].pk, on(1), "", True)]
    save(cells, outlet=team.outlet, first=FIRST, version=0, by=team.manager)
    search = searched(team, seconds=3)
    if not search.cells:
        assert search.state == JobState.FAILED
        return
    accept(search=search, by=team.manager)
    assert broken(team) == []
    standing = read_month(team.outlet, FIRST)
    for day, code in locked.items():
        assert standing.cell(team.people[1].pk, on(day)).code == code


def test_read_month_is_what_the_search_began_from(team):
    team.paint({team.people[0]: "E"})
    search = start_search(outlet=team.outlet, first=FIRST, by=team.manager)
    assert search.read_version == 1
    assert isinstance(read_month(team.outlet, FIRST), Month)
    assert read_month(team.outlet, FIRST).cell(team.people[0].pk, on(1)).shift == shift(
        "E"
    )
