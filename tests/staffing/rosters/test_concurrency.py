"""Two people at one roster in the same moment: one is told, nothing is written over."""

import pytest
from django.db import connection

from staffing.rosters.models import PlannedDay, Roster, RosterChange, RosterDay, Swap
from staffing.rosters.services.deciding import AlreadyDecided
from staffing.rosters.services.months import (
    ChangedMeanwhile,
    Given,
    IsPublished,
    publish,
    save,
)
from staffing.rosters.services.swaps import approve_swap
from tests.at_once import at_once
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.factories import FIRST, make_team
from tests.staffing.rosters.months import clock, oct_, work

__all__ = ["clock"]
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


@pytest.fixture(autouse=True)
def _postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")


@pytest.fixture
def team():
    return make_team(people=2)


def painted(team, person, code, version, by=None):
    return lambda: save(
        [Given(person.pk, FIRST, code)],
        outlet=team.outlet,
        first=FIRST,
        version=version,
        by=by or team.manager,
    )


def test_of_two_who_save_on_the_same_version_one_is_told_and_one_is_kept(team):
    one, two = team.people
    team.paint({one: "E"})
    other = staff_user("store_manager", team.outlet)
    raised = at_once(
        painted(team, one, "NIGHT", 1), painted(team, two, "NIGHT", 1, other)
    )
    assert [type(error) for error in raised] == [ChangedMeanwhile]
    assert Roster.objects.get().version == 2
    cells = PlannedDay.objects.values_list("employee", "shift__code")
    assert sorted(cells) in (
        [(one.pk, "NIGHT")],
        [(one.pk, "EARLY"), (two.pk, "NIGHT")],
    )


def test_of_two_who_begin_a_month_one_is_told_and_there_is_one_month(team):
    one, two = team.people
    raised = at_once(painted(team, one, "EARLY", 0), painted(team, two, "EARLY", 0))
    assert [type(error) for error in raised] == [ChangedMeanwhile]
    assert (Roster.objects.count(), PlannedDay.objects.count()) == (1, 1)


def test_a_month_is_published_once(team):
    team.paint({team.people[0]: "EEE"})

    def published():
        publish(outlet=team.outlet, first=FIRST, by=team.manager)

    raised = at_once(published, published)
    assert [type(error) for error in raised] == [IsPublished]
    assert RosterDay.objects.count() == 3


def test_a_change_and_the_publication_of_its_month_lose_nothing(team):
    one, two = team.people
    team.paint({one: "EEE"})
    raised = at_once(
        painted(team, two, "NIGHT", 1),
        lambda: publish(outlet=team.outlet, first=FIRST, by=team.manager),
    )
    kept = RosterDay.objects.filter(employee=two, on=FIRST).exists()
    assert [type(error) for error in raised] == ([] if kept else [ChangedMeanwhile])
    assert RosterDay.objects.filter(employee=one).count() == 3
    assert not PlannedDay.objects.exists()


def test_a_swap_is_carried_out_once(team):
    asker, colleague = (staff_user("clerk", team.outlet).employee for _ in range(2))
    work(asker, team.outlet, "E", oct_(20))
    work(colleague, team.outlet, "N", oct_(20))
    swap = Swap.objects.create(
        outlet=team.outlet,
        asker=asker,
        on=oct_(20),
        gives="EARLY",
        colleague=colleague,
        other_on=oct_(20),
        takes="NIGHT",
        state="agreed",
    )

    def approved():
        approve_swap(uuid=swap.uuid, by=team.manager)

    raised = at_once(approved, approved)
    assert [type(error) for error in raised] == [AlreadyDecided]
    days = dict(RosterDay.objects.values_list("employee", "shift__code"))
    assert days == {asker.pk: "NIGHT", colleague.pk: "EARLY"}
    assert RosterChange.objects.count() == 2
