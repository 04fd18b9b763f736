"""Saving, judging and publishing a month."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from staffing.rosters.issues import RULE, WARNING
from staffing.rosters.models import (
    Leave,
    LeaveState,
    PlannedDay,
    Roster,
    RosterChange,
    RosterDay,
)
from staffing.rosters.selectors.grid import grid_of
from staffing.rosters.services import months
from staffing.rosters.services.months import Given, publish, save
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, staff_user
from tests.staffing.rosters.factories import FIRST, join, make_team, rules, shift

pytestmark = pytest.mark.django_db


def on(day):
    return FIRST.replace(day=day)


@pytest.fixture
def team():
    return make_team()


def told(team, level=RULE):
    """Return (person, day, text) of what is wrong."""
    names = {person.pk: person.name for person in team.people}
    return [
        (names.get(issue.employee_id), issue.on and issue.on.day, issue.text)
        for issue in grid_of(team.outlet, FIRST).issues
        if issue.level == level and issue.code != "cover"
    ]


def test_saving_counts_versions_and_nobody_writes_over_what_she_has_not_seen(team):
    person = team.people[0]
    roster = team.paint({person: "EN"})
    assert roster.version == 1
    with pytest.raises(months.ChangedMeanwhile) as refused:
        save(
            [Given(person.pk, on(1), "MID")],
            outlet=team.outlet,
            first=FIRST,
            version=0,
            by=team.manager,
        )
    assert "Manager" in str(refused.value)
    cells = PlannedDay.objects.order_by("on").values_list("on", "shift__code")
    assert list(cells) == [(on(1), "EARLY"), (on(2), "NIGHT")]


def test_all_cells_or_none(team):
    cells = [
        Given(team.people[0].pk, on(1), "EARLY"),
        Given(team.people[0].pk, on(2), "TEA"),
    ]
    with pytest.raises(months.UnknownShift):
        save(cells, outlet=team.outlet, first=FIRST, version=0, by=team.manager)
    assert not PlannedDay.objects.exists()
    assert not Roster.objects.filter(version__gt=0).exists()


@pytest.mark.parametrize("stranger", [True, False])
def test_a_person_or_a_day_of_another_roster_is_refused(team, stranger):
    other = join(OutletFactory(), "Elsewhere")
    given = (
        Given(other.pk, on(1), "EARLY")
        if stranger
        else Given(team.people[0].pk, date(2026, 12, 1), "EARLY")
    )
    with pytest.raises(months.NotOfThisMonth):
        save([given], outlet=team.outlet, first=FIRST, version=0, by=team.manager)


def test_a_lock_stays_until_it_is_taken_off(team):
    person = team.people[0]
    cell = {"outlet": team.outlet, "first": FIRST, "by": team.manager}
    save([Given(person.pk, on(1), "EARLY", True)], version=0, **cell)
    save([Given(person.pk, on(1), "MID")], version=1, **cell)
    assert PlannedDay.objects.get().locked
    save([Given(person.pk, on(1), "")], version=2, **cell)
    kept_free = PlannedDay.objects.get()
    assert (kept_free.shift, kept_free.locked) == (None, True)
    save([Given(person.pk, on(1), "", False)], version=3, **cell)
    assert not PlannedDay.objects.exists()


def test_hard_rules_stand_on_the_cells_that_break_them(team):
    rules(lead_on_duty=False)
    first, second = team.people
    elsewhere = OutletFactory(name="Harbour")
    RosterDay.objects.create(
        employee=second, on=on(4), shift=shift("E"), outlet=elsewhere
    )
    Leave.objects.create(
        employee=second,
        outlet=team.outlet,
        first_on=on(6),
        last_on=on(7),
        state=LeaveState.APPROVED,
    )
    team.paint({first: "NE-EEEEEEE", second: "---E-E"})
    assert told(team) == [
        ("Clerk 1", 2, "Less than 11 hours of rest since the shift before."),
        ("Clerk 1", 10, "7 days of work in a row; 6 are allowed."),
        ("Clerk 2", 4, "Rostered at Harbour that day."),
        ("Clerk 2", 6, "On approved leave that day."),
    ]


def test_rest_and_runs_go_on_from_the_month_before(team):
    person = team.people[0]
    for back in range(1, 7):
        RosterDay.objects.create(
            employee=person,
            on=FIRST - timedelta(days=back),
            shift=shift("N"),
            outlet=team.outlet,
        )
    team.paint({person: "E"})
    assert told(team) == [
        ("Clerk 1", 1, "Less than 11 hours of rest since the shift before."),
        ("Clerk 1", 1, "7 days of work in a row; 6 are allowed."),
    ]


def test_balance_and_night_7_warn_and_block_nothing(team):
    first, second = team.people
    team.paint({first: "EE-E", second: "7-7-7"})
    assert [one for one in told(team, WARNING) if one[0]] == [
        ("Clerk 1", None, "3 early days and 0 night days."),
        ("Clerk 2", None, "0 early days and 3 night days."),
        ("Clerk 2", None, "Night 7 3 times; at most 2 times a month."),
    ]


def test_the_fewest_on_duty_are_asked_for_while_it_is_open(team):
    rules(least_on_duty=2)
    team.paint({team.people[0]: "E", team.people[1]: "M"})
    grid = grid_of(team.outlet, FIRST)
    of_the_first = [one.text for one in grid.issues if one.on == on(1)]
    assert of_the_first[:2] == [
        "08:00: 1 on duty, at least 2 needed.",
        "16:00: 1 on duty, at least 2 needed.",
    ]


def test_somebody_who_leads_is_missed_and_named_by_the_hour(team):
    lead = team.manager.employee
    team.paint({lead: "E"})
    grid = grid_of(team.outlet, FIRST)
    leads = [one for one in grid.issues if one.code == "lead"]
    assert [(one.on.day, one.text) for one in leads[:2]] == [
        (1, "Nobody who leads the outlet is on duty from 16:00."),
        (2, "Nobody who leads the outlet is on duty from 08:00."),
    ]


def test_sums_are_of_work_without_breaks(team):
    team.paint({team.people[0]: "EN-o-EE"})
    row = next(
        row for row in grid_of(team.outlet, FIRST).rows if row.person == team.people[0]
    )
    # 1 November 2026 is a Sunday, the 7th a Saturday.
    assert (row.hours, row.early, row.night, row.weekends) == (30.0, 3, 1, 2)
    assert row.contract_hours == round(40 * 30 / 7, 1)


def test_publishing_makes_the_days_that_everything_reads(team):
    first, second = team.people
    team.paint({first: "EN", second: "-o"})
    assert publish(outlet=team.outlet, first=FIRST, by=team.manager) == []
    days = RosterDay.objects.order_by("employee__name", "on")
    assert [
        (day.employee.name, day.on.day, day.shift and day.shift.code, day.absence)
        for day in days
    ] == [
        ("Clerk 1", 1, "EARLY", ""),
        ("Clerk 1", 2, "NIGHT", ""),
        ("Clerk 2", 2, None, "off"),
    ]
    roster = Roster.objects.get()
    assert (roster.state, roster.published_by) == ("published", team.manager)
    assert not PlannedDay.objects.exists()
    with pytest.raises(months.IsPublished):
        publish(outlet=team.outlet, first=FIRST, by=team.manager)


def test_one_bad_cell_never_blocks_a_month(team):
    elsewhere = OutletFactory(name="Harbour")
    RosterDay.objects.create(
        employee=team.people[0], on=on(2), shift=shift("E"), outlet=elsewhere
    )
    team.paint({team.people[0]: "EEE"})
    left = publish(outlet=team.outlet, first=FIRST, by=team.manager)
    assert [(one.employee.name, one.on.day, one.elsewhere.name) for one in left] == [
        ("Clerk 1", 2, "Harbour")
    ]
    worked = RosterDay.objects.filter(outlet=team.outlet).values_list("on", flat=True)
    assert sorted(worked) == [on(1), on(3)]
    assert RosterDay.objects.get(on=on(2)).outlet == elsewhere


def test_approved_leave_is_published_with_the_month(team):
    person = team.people[0]
    Leave.objects.create(
        employee=person,
        outlet=team.outlet,
        first_on=on(3),
        last_on=on(3),
        state=LeaveState.APPROVED,
    )
    team.paint({person: "E"})
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    assert RosterDay.objects.get(on=on(3)).absence == "leave"


def test_nothing_planned_cannot_be_published(team):
    with pytest.raises(months.NothingPlanned):
        publish(outlet=team.outlet, first=FIRST, by=team.manager)


def test_a_change_after_publication_says_what_it_was_who_and_why(team):
    person = team.people[0]
    team.paint({person: "EE"})
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    save(
        [Given(person.pk, on(1), "NIGHT"), Given(person.pk, on(2), "EARLY")],
        outlet=team.outlet,
        first=FIRST,
        version=2,
        by=team.manager,
        why="swapped by phone",
    )
    change = RosterChange.objects.get()
    assert (change.before, change.after, change.why, change.seen_at) == (
        "EARLY",
        "NIGHT",
        "swapped by phone",
        None,
    )
    assert RosterDay.objects.get(on=on(1)).shift.code == "NIGHT"
    save(
        [Given(person.pk, on(1), "")],
        outlet=team.outlet,
        first=FIRST,
        version=3,
        by=team.manager,
    )
    assert not RosterDay.objects.filter(on=on(1)).exists()


def test_a_month_that_came_by_spreadsheet_counts_as_published(team):
    person = team.people[0]
    RosterDay.objects.create(
        employee=person, on=on(1), shift=shift("E"), outlet=team.outlet
    )
    save(
        [Given(person.pk, on(1), "MID")],
        outlet=team.outlet,
        first=FIRST,
        version=0,
        by=team.manager,
    )
    assert Roster.objects.get().state == "published"
    assert RosterChange.objects.get().after == "MID"


def test_a_supervisor_plans_and_does_not_publish_and_a_clerk_does_neither(team):
    supervisor = staff_user("supervisor", team.outlet, number="S1")
    clerk = staff_user("clerk", team.outlet, number="C1")
    cell = [Given(team.people[0].pk, on(1), "EARLY")]
    save(cell, outlet=team.outlet, first=FIRST, version=0, by=supervisor)
    for user in (supervisor, clerk):
        with pytest.raises(PermissionDenied):
            publish(outlet=team.outlet, first=FIRST, by=user)
    with pytest.raises(PermissionDenied):
        save(cell, outlet=team.outlet, first=FIRST, version=1, by=clerk)


def test_who_is_assigned_for_a_part_of_the_month_is_rostered_for_that_part(team):
    guest = join(team.outlet, "Guest", starts_on=on(10), ends_on=on(12))
    roster = team.paint({guest: "         EEEE"})
    assert roster.version == 1
    grid = grid_of(team.outlet, FIRST)
    found = [
        (issue.on.day, issue.text)
        for issue in grid.issues
        if issue.employee_id == guest.pk and issue.level == RULE and issue.on
    ]
    assert found == [(13, "Not assigned to this outlet that day.")]


@pytest.mark.parametrize("published", [False, True])
def test_a_month_of_thirty_is_read_with_the_queries_of_five(
    published, django_assert_num_queries
):
    for people in (5, 30):
        team = make_team(people)
        team.paint(dict.fromkeys(team.people, "EN-" * 10))
        if published:
            publish(outlet=team.outlet, first=FIRST, by=team.manager)
        with django_assert_num_queries(9 if published else 10):
            grid_of(team.outlet, FIRST)


def test_assignment_ends_hide_nobody_who_is_still_in_the_draft(team):
    person = team.people[0]
    team.paint({person: "EE"})
    AssignmentFactory._meta.model.objects.filter(employee=person).update(
        ends_on=on(1) - timedelta(days=10)
    )
    grid = grid_of(team.outlet, FIRST)
    assert person in [row.person for row in grid.rows]
