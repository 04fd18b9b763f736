"""The demo's month in the making, and what its people have asked for."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from simulation.rosters import make_rosters
from staffing.rosters.models import (
    AreaOwner,
    Leave,
    PlannedDay,
    Roster,
    Swap,
    Wish,
)
from staffing.rosters.selectors.grid import grid_of
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.factories import make_team
from tests.staffing.rosters.months import work

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]
FIRST, NEXT = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def team(monkeypatch):
    now = datetime.fromisoformat("2026-10-15T09:00:00+08:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    team = make_team(people=4)
    for n, person in enumerate(team.people):
        work(
            person, team.outlet, ("EENNoEo" if n % 2 else "NNoEEoE") * 4 + "ooo", FIRST
        )
    return team


@pytest.fixture
def clerk(team):
    clerk = staff_user("clerk", team.outlet, name="Signs In")
    work(clerk.employee, team.outlet, "EEoNNoo" * 4 + "ooo", FIRST)
    return clerk


def made(team, clerk):
    return make_rosters(home=team.outlet, manager=team.manager, clerk=clerk)


def test_a_draft_repeats_the_weeks_before_with_a_last_week_to_fill(team, clerk):
    assert made(team, clerk) == NEXT
    roster = Roster.objects.get()
    assert (roster.month, roster.state) == (NEXT, "draft")
    cells = PlannedDay.objects.filter(roster=roster)
    assert cells.filter(employee=team.people[0]).count() == 20
    assert max(cells.filter(absence="").values_list("on", flat=True)).day == 23
    assert {row.level for row in grid_of(team.outlet, NEXT).issues} == {
        "rule",
        "warning",
    }


def test_leave_swaps_wishes_and_owners_wait_for_somebody(team, clerk):
    made(team, clerk)
    assert sorted(Leave.objects.values_list("state", flat=True)) == [
        "approved",
        "asked",
        "refused",
    ]
    swaps = Swap.objects.values_list("state", "colleague__name")
    assert dict(swaps)["asked"] == "Signs In"
    assert set(dict(swaps)) == {"agreed", "asked"}
    assert Wish.objects.count() == 4
    assert AreaOwner.objects.filter(on=NEXT).count() == 5


def test_making_it_again_changes_nothing(team, clerk):
    made(team, clerk)
    before = [m.objects.count() for m in (PlannedDay, Leave, Swap, Wish, AreaOwner)]
    assert made(team, clerk) is None
    assert before == [
        m.objects.count() for m in (PlannedDay, Leave, Swap, Wish, AreaOwner)
    ]


def test_a_chain_that_ended_in_the_past_gets_no_draft(team, clerk, monkeypatch):
    now = datetime.fromisoformat("2026-11-01T09:00:00+08:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert made(team, clerk) is None
    assert not Roster.objects.exists()
