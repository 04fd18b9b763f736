"""Who is on the card: the roster's word, and the manager's against it."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.checks.models import Away
from evaluations.checks.models.away import AwayReason
from evaluations.checks.selectors import people_on_shift
from evaluations.checks.selectors.shift import shifts_of
from evaluations.checks.services.away import mark_away, withdraw_away
from evaluations.checks.services.refusals import DayIsOver, NotOnShift, OwnCheck
from staffing.rosters.models import RosterDay, ShiftKind
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.staffing.people.factories import UserFactory

pytestmark = pytest.mark.django_db
CARD = "/checks/"


@pytest.fixture
def floor():
    return make_floor(people=3)


def away(floor, n=0, **given):
    values = {"reason": AwayReason.SICK, "by": floor.manager}
    return mark_away(outlet=floor.outlet, employee=floor.people[n], **values | given)


def shift(code="A", starts=time(8), ends=time(16)):
    return ShiftKind.objects.create(
        code=code, name_en=code, name_zh=code, starts_at=starts, ends_at=ends
    )


def rows(client, floor, query=""):
    client.force_login(floor.manager)
    card = client.get(f"{CARD}{query}").context["card"]
    return [row.employee for row in card.rows]


class TestAway:
    def test_whoever_is_not_here_leaves_the_card_and_is_named_below(
        self, client, floor
    ):
        away(floor)
        assert rows(client, floor) == [*floor.people[1:], floor.manager.employee]
        page = client.get(CARD)
        (one,) = page.context["card"].away
        assert (one.employee, one.reason) == (floor.people[0], "sick leave")
        assert page.context["card"].current.total == 3

    def test_saying_it_again_changes_nothing(self, floor):
        assert away(floor) == away(floor, reason=AwayReason.OTHER)
        assert Away.objects.get().reason == "sick"

    def test_back_again_she_is_on_the_card_and_the_word_is_kept(self, client, floor):
        said = away(floor)
        for _twice in range(2):
            withdraw_away(uuid=said.uuid, by=floor.manager)
        assert rows(client, floor) == [*floor.people, floor.manager.employee]
        said.refresh_from_db()
        assert said.withdrawn_by == floor.manager
        assert away(floor) != said

    def test_whoever_was_checked_before_stays_on_the_card(self, client, floor):
        tap(floor, floor.people[0])
        away(floor)
        assert set(rows(client, floor)) == {*floor.people, floor.manager.employee}

    def test_nobody_says_so_of_herself_or_of_somebody_from_elsewhere(self, floor):
        lead = another_lead(floor)
        with pytest.raises(OwnCheck):
            mark_away(
                outlet=floor.outlet,
                employee=lead.employee,
                reason=AwayReason.SICK,
                by=lead,
            )
        stranger = make_floor(people=1).people[0]
        with pytest.raises(NotOnShift):
            mark_away(
                outlet=floor.outlet,
                employee=stranger,
                reason=AwayReason.SICK,
                by=floor.manager,
            )
        clerk = UserFactory(employee=floor.people[1])
        with pytest.raises(PermissionDenied):
            away(floor, by=clerk)
        assert not Away.objects.exists()

    def test_an_earlier_day_is_not_changed_any_more(self, floor):
        said = away(floor)
        Away.objects.filter(pk=said.pk).update(on=said.on.replace(year=2025))
        with pytest.raises(DayIsOver):
            withdraw_away(uuid=said.uuid, by=floor.manager)
        said.refresh_from_db()
        assert said.withdrawn_at is None

    def test_two_taps_on_the_page_do_it_and_one_undoes_it(self, client, floor):
        client.force_login(floor.manager)
        answer = client.post(
            "/checks/away/",
            {
                "outlet": floor.outlet.code,
                "employee": floor.people[0].pk,
                "reason": "leave",
                "standard": "CONDUCT",
            },
        )
        said = Away.objects.get()
        assert (said.employee, said.reason) == (floor.people[0], "leave")
        assert answer.url == (
            f"/checks/?outlet={floor.outlet.code}&on={floor.today:%F}&standard=CONDUCT"
        )
        client.post(f"/checks/away/{said.uuid}/back/", {"standard": "CONDUCT"})
        said.refresh_from_db()
        assert said.withdrawn_by == floor.manager

    def test_a_person_of_another_outlet_is_not_named_by_a_refusal(self, client, floor):
        stranger = make_floor(people=1).people[0]
        client.force_login(floor.manager)
        data = {"outlet": floor.outlet.code, "employee": stranger.pk, "reason": "sick"}
        assert client.post("/checks/away/", data).status_code == 404


class TestShift:
    def test_without_a_roster_who_is_off_or_elsewhere_is_left_out(self, floor):
        RosterDay.objects.create(
            employee=floor.people[0], on=floor.today, absence="leave"
        )
        RosterDay.objects.create(
            employee=floor.people[1],
            on=floor.today,
            shift=shift(),
            outlet=make_floor().outlet,
        )
        assert people_on_shift(floor.outlet, floor.today) == [
            floor.people[2],
            floor.manager.employee,
        ]

    def test_a_shift_that_has_not_begun_comes_later(self, floor):
        early, late = shift("A", time(8), time(16)), shift("B", time(14), time(22))
        for person, kind in zip(floor.people, (late, early, late), strict=True):
            RosterDay.objects.create(
                employee=person, on=floor.today, shift=kind, outlet=floor.outlet
            )
        noon = datetime.combine(floor.today, time(12), tzinfo=floor.outlet.zone)
        found = shifts_of(floor.outlet, floor.today, noon.astimezone(UTC))
        assert [found[person.pk].later for person in floor.people] == [
            True,
            False,
            True,
        ]
        evening = datetime.combine(floor.today, time(15), tzinfo=floor.outlet.zone)
        found = shifts_of(floor.outlet, floor.today, evening)
        assert not any(one.later for one in found.values())
