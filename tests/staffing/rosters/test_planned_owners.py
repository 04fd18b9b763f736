"""Owners of areas planned shift by shift: who may be chosen, and when it holds."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from outlets.places.models import Area
from staffing.rosters.models import AreaOwner, RosterDay
from staffing.rosters.owners import area_owners, set_owner
from staffing.rosters.selectors.month import read_month
from staffing.rosters.selectors.owning import planned_shifts
from staffing.rosters.services.months import publish
from staffing.rosters.services.owning import Choice, NotOnShift, plan_owners
from tests.staffing.people.factories import granted_user
from tests.staffing.rosters.factories import FIRST, make_team, shift

pytestmark = pytest.mark.django_db


def at(clock, day=2):
    return datetime.fromisoformat(f"2026-11-{day:02d}T{clock}:00+08:00")


def nov(day):
    return date(2026, 11, day)


@pytest.fixture
def clock(monkeypatch):
    moment = {"now": at("12:00", day=1)}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return lambda instant: moment.update(now=instant)


@pytest.fixture
def team(clock):
    team = make_team(people=3)
    one, two, three = team.people
    team.paint({one: "EEEoE", two: "NNNNN", three: "EEEEE"})
    return team


def plan(team, *choices, on=None, **more):
    return plan_owners(
        [Choice(shift(kind), area, person) for kind, area, person in choices],
        outlet=team.outlet,
        on=on or nov(2),
        by=more.pop("by", team.manager),
        **more,
    )


def owner(team, area, moment):
    on = moment.date()
    owned = area_owners(team.outlet, on, moment)
    return next(one.owner for one in owned if one.area == area)


def planned(team, on):
    return {
        one.shift.code: {area.value: name for area, name in one.named if name}
        for one in planned_shifts(read_month(team.outlet, FIRST), on)
    }


def test_a_planned_owner_holds_from_the_beginning_of_the_shift_to_its_end(team):
    one, two, _three = team.people
    plan(team, ("E", Area.HYGIENE, one.pk), ("N", Area.HYGIENE, two.pk))
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    early, night = (
        shift("E").span(nov(2), team.outlet.zone),
        shift("N").span(nov(2), team.outlet.zone),
    )
    assert owner(team, Area.HYGIENE, early.start) == one
    assert owner(team, Area.HYGIENE, night.start) == two
    assert owner(team, Area.RECEPTION, night.start) is None


def test_a_plan_holds_for_nobody_before_the_month_is_published(team):
    one = team.people[0]
    plan(team, ("E", Area.SAFETY, one.pk))
    manager = team.manager.employee
    begins = shift("E").span(nov(2), team.outlet.zone).start
    assert owner(team, Area.SAFETY, begins) == manager


def test_who_does_not_work_the_shift_gives_the_area_to_the_manager_on_duty(team):
    one = team.people[0]
    plan(team, ("E", Area.SAFETY, one.pk))
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    RosterDay.objects.filter(employee=one, on=nov(2)).update(shift=shift("N"))
    begins = shift("E").span(nov(2), team.outlet.zone).start
    assert owner(team, Area.SAFETY, begins) is None
    assert planned(team, nov(2))["EARLY"] == {}


def test_what_is_said_on_the_day_holds_until_the_next_shift_was_planned(team, clock):
    one, two, three = team.people
    plan(team, ("E", Area.SAFETY, one.pk), ("N", Area.SAFETY, two.pk))
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    early = shift("E").span(nov(2), team.outlet.zone).start
    night = shift("N").span(nov(2), team.outlet.zone).start
    clock(early)
    set_owner(outlet=team.outlet, area=Area.SAFETY, employee=three, by=team.manager)
    assert owner(team, Area.SAFETY, early) == three
    assert owner(team, Area.SAFETY, night) == two


def test_later_days_follow_where_the_person_works_the_same_shift(team):
    one, two, _three = team.people
    said = plan(
        team,
        ("E", Area.HYGIENE, one.pk),
        ("N", Area.HYGIENE, two.pk),
        following=True,
    )
    assert said == 7
    assert [
        (day.day, planned(team, day)["EARLY"].get("hygiene"))
        for day in map(nov, range(1, 6))
    ] == [(1, None), (2, "Clerk 1"), (3, "Clerk 1"), (4, None), (5, "Clerk 1")]


def test_saying_it_again_writes_nothing_and_taking_it_back_writes_one_line(team):
    one = team.people[0]
    assert plan(team, ("E", Area.HYGIENE, one.pk)) == 1
    assert plan(team, ("E", Area.HYGIENE, one.pk)) == 0
    assert plan(team, ("E", Area.HYGIENE, None)) == 1
    assert planned(team, nov(2))["EARLY"] == {}
    assert AreaOwner.objects.count() == 2


def test_a_shift_that_has_begun_is_left_as_it_is(team, clock):
    one, two, _three = team.people
    clock(shift("E").span(nov(2), team.outlet.zone).start)
    said = plan(team, ("E", Area.SAFETY, one.pk), ("N", Area.SAFETY, two.pk))
    assert said == 1
    assert planned(team, nov(2)) == {"EARLY": {}, "NIGHT": {"safety": "Clerk 2"}}


def test_whoever_does_not_work_the_shift_is_refused_and_nothing_is_written(team):
    one, two, _three = team.people
    with pytest.raises(NotOnShift) as refusal:
        plan(team, ("E", Area.SAFETY, one.pk), ("E", Area.HYGIENE, two.pk))
    assert str(refusal.value) == (
        "Clerk 2 does not work that shift on that day. Choose somebody who does."
    )
    assert not AreaOwner.objects.exists()


def test_only_who_plans_the_outlet_says_so(team):
    other = granted_user("store_manager", outlet=make_team().outlet)
    with pytest.raises(PermissionDenied):
        plan(team, ("E", Area.SAFETY, team.people[0].pk), by=other)


def page(team):
    return reverse("rosters:month", args=[team.outlet.code, "2026-11"])


def send(client, team, day=2, **given):
    return client.post(
        reverse("rosters:owners", args=[team.outlet.code, "2026-11", day]),
        given,
        follow=True,
    )


def test_the_form_under_the_strip_plans_a_day(client, team):
    one = team.people[0]
    client.force_login(team.manager)
    answer = send(client, team, **{f"{shift('E').pk}-safety": str(one.pk)})
    assert answer.redirect_chain == [(f"{page(team)}?day=2026-11-02#owners", 302)]
    text = answer.content.decode()
    assert "1 area has its owner planned." in text
    assert f'<option value="{one.pk}" selected>Clerk 1</option>' in text
    assert planned(team, nov(2))["EARLY"] == {"safety": "Clerk 1"}


def test_somebody_who_left_the_shift_meanwhile_is_named_as_a_fault(client, team):
    client.force_login(team.manager)
    given = {f"{shift('E').pk}-safety": str(team.people[1].pk)}
    text = send(client, team, **given).content.decode()
    assert "This person does not work the shift any more." in text
    assert not AreaOwner.objects.exists()


def test_a_day_that_does_not_exist_is_not_found(client, team):
    client.force_login(team.manager)
    assert send(client, team, day=31).status_code == 404


def test_who_only_reads_sees_names_and_no_form(client, team):
    plan(team, ("E", Area.SAFETY, team.people[0].pk))
    publish(outlet=team.outlet, first=FIRST, by=team.manager)
    client.force_login(granted_user("auditor"))
    text = client.get(f"{page(team)}?day=2026-11-02").content.decode()
    section = text.partition('id="owners"')[2].partition("</section>")[0]
    assert section.count("Clerk 1") == 1
    assert section.count("manager on duty") == 6
    assert "<select" not in section
    assert "<form" not in section
