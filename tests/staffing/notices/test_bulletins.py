"""Announcements: to whom, when, who has read and understood them, taken back."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from outlets.exchange.pages import page_of
from staffing.notices.models import Bulletin, Notice
from staffing.notices.selectors.bulletins import bulletin_lines, report
from staffing.notices.services.bulletins import (
    BulletinWithdrawn,
    Draft,
    NobodyToTell,
    deliver_bulletins,
    publish_bulletin,
    withdraw_bulletin,
)
from staffing.notices.services.reading import acknowledge
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    """Nothing here is about quiet hours."""
    noon = timezone.make_aware(datetime.combine(timezone.localdate(), time(12)))
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


@pytest.fixture
def county():
    return RegionFactory(code="NS", name="Nanshan")


@pytest.fixture
def outlet(county):
    return OutletFactory(code="P1", name="North Gate", region=county)


@pytest.fixture
def leader(county):
    return granted_user("regional_supervisor", region=county)


def draft(today, **given):
    plain = {
        "uuid": uuid4(),
        "title_en": "Fire drill",
        "title_zh": "消防演练",
        "body_en": "At nine.",
        "body_zh": "九点。",
        "region": None,
        "outlets": [],
        "posts": [],
        "asks": True,
        "due_on": today + timedelta(days=3),
        "shown_from": today,
        "shown_until": today + timedelta(days=7),
    }
    return Draft(**(plain | given))


def told(bulletin):
    rows = Notice.objects.filter(bulletin=bulletin).order_by("employee__number")
    return [row.employee for row in rows]


class TestPublishing:
    def test_it_reaches_who_works_in_the_region(self, today, county, outlet, leader):
        below = OutletFactory(region=RegionFactory(code="NS-A", parent=county))
        people = [
            AssignmentFactory(outlet=outlet).employee,
            AssignmentFactory(outlet=below).employee,
        ]
        AssignmentFactory()  # in another county
        AssignmentFactory(outlet=outlet, ends_on=today - timedelta(days=1))
        bulletin = publish_bulletin(draft=draft(today, region=county), by=leader)
        assert told(bulletin) == people
        notice = Notice.objects.get(employee=people[1])
        assert (notice.outlet, notice.asks, notice.due_on) == (
            below,
            True,
            today + timedelta(days=3),
        )

    def test_or_at_single_outlets_and_posts_and_not_the_author(self, today, outlet):
        author = staff_user("store_manager", outlet)
        supervisor = staff_user("supervisor", outlet).employee
        AssignmentFactory(outlet=outlet)
        to_all = publish_bulletin(draft=draft(today, outlets=[outlet]), by=author)
        assert author.employee not in told(to_all)
        assert len(told(to_all)) == 2
        some = draft(today, outlets=[outlet], posts=["supervisor"])
        assert told(publish_bulletin(draft=some, by=author)) == [supervisor]

    def test_sending_the_form_twice_publishes_once(self, today, outlet, leader):
        AssignmentFactory(outlet=outlet)
        same = draft(today, outlets=[outlet])
        first = publish_bulletin(draft=same, by=leader)
        assert publish_bulletin(draft=same, by=leader) == first
        assert Notice.objects.count() == 1

    @pytest.mark.parametrize("where", ["region", "outlet", "chain"])
    def test_nobody_announces_beyond_her_reach(self, today, leader, where):
        far = OutletFactory()
        AssignmentFactory(outlet=far)
        places = {
            "region": {"region": far.region},
            "outlet": {"outlets": [far]},
            "chain": {},
        }
        with pytest.raises(PermissionDenied):
            publish_bulletin(draft=draft(today, **places[where]), by=leader)
        assert not Bulletin.objects.exists()

    def test_the_whole_chain_is_for_who_may_announce_everywhere(self, today):
        AssignmentFactory()
        AssignmentFactory()
        bulletin = publish_bulletin(draft=draft(today), by=granted_user("hr"))
        assert len(told(bulletin)) == 2

    @pytest.mark.parametrize("role", ["auditor", "administrator"])
    def test_who_leads_nobody_announces_nothing(self, today, role):
        AssignmentFactory()
        with pytest.raises(PermissionDenied):
            publish_bulletin(draft=draft(today), by=granted_user(role))

    def test_a_place_without_people_is_refused(self, today, outlet, leader):
        with pytest.raises(NobodyToTell):
            publish_bulletin(draft=draft(today, outlets=[outlet]), by=leader)
        assert not Bulletin.objects.exists()


class TestDelivering:
    def test_who_comes_meanwhile_is_told_and_nobody_twice(self, today, outlet, leader):
        AssignmentFactory(outlet=outlet)
        bulletin = publish_bulletin(draft=draft(today, outlets=[outlet]), by=leader)
        newcomer = AssignmentFactory(outlet=outlet).employee
        assert deliver_bulletins(now=timezone.now()) == 1
        assert deliver_bulletins(now=timezone.now()) == 0
        assert newcomer in told(bulletin)

    def test_it_waits_for_its_first_day_and_ends_with_its_last(
        self, today, outlet, leader
    ):
        AssignmentFactory(outlet=outlet)
        tomorrow = today + timedelta(days=1)
        later = draft(today, outlets=[outlet], shown_from=tomorrow)
        bulletin = publish_bulletin(draft=later, by=leader)
        assert told(bulletin) == []
        assert deliver_bulletins(now=timezone.now() + timedelta(days=1)) == 1
        AssignmentFactory(outlet=outlet)
        assert deliver_bulletins(now=timezone.now() + timedelta(days=8)) == 0
        waiting = Notice.objects.waiting(timezone.now() + timedelta(days=7, hours=11))
        assert waiting.count() == 1
        waiting = Notice.objects.waiting(timezone.now() + timedelta(days=7, hours=12))
        assert waiting.count() == 0


class TestReport:
    @pytest.fixture
    def bulletin(self, today, county, outlet, leader):
        other = OutletFactory(code="P2", region=county)
        for place, number in ((outlet, "E1"), (outlet, "E2"), (other, "E3")):
            staff_user(outlet=place, number=number)
        return publish_bulletin(draft=draft(today, region=county), by=leader)

    def _confirm(self, number):
        notice = Notice.objects.get(employee__number=number)
        acknowledge(uuid=notice.uuid, by=notice.employee.user)

    def test_who_is_missing_comes_first(self, bulletin, leader):
        self._confirm("E3")
        self._confirm("E1")
        found = report(leader, bulletin, None)
        people = [row.employee.number for row in found.people.rows]
        assert (people[0], set(people[1:])) == ("E2", {"E1", "E3"})
        assert [(one.outlet.code, one.tally.missing) for one in found.outlets] == [
            ("P1", 1),
            ("P2", 0),
        ]
        tally = found.line.tally
        assert (tally.told, tally.acknowledged, tally.percent) == (3, 2, 66)

    def test_everybody_sees_the_people_of_her_reach_only(self, bulletin, outlet):
        manager = staff_user("store_manager", outlet)
        found = report(manager, bulletin, None)
        assert {row.employee.number for row in found.people.rows} == {"E1", "E2"}
        assert found.line.tally.told == 2

    def test_it_is_late_after_its_day_while_somebody_is_missing(
        self, bulletin, leader, today
    ):
        page = page_of(Bulletin.objects.all(), None)
        assert not bulletin_lines(leader, page)[0].late
        Bulletin.objects.update(due_on=today - timedelta(days=1))
        page = page_of(Bulletin.objects.all(), None)
        assert bulletin_lines(leader, page)[0].late
        for number in ("E1", "E2", "E3"):
            self._confirm(number)
        assert not bulletin_lines(leader, page)[0].late

    @pytest.mark.parametrize(
        ("viewer", "sees"),
        [
            (lambda outlet: staff_user("store_manager", outlet), True),
            (lambda outlet: granted_user("auditor"), True),
            (lambda outlet: granted_user("hr"), True),
            (lambda outlet: staff_user("clerk", outlet), False),
            (lambda outlet: staff_user("store_manager"), False),
            (lambda outlet: granted_user("administrator"), False),
        ],
    )
    def test_who_reads_the_report(self, bulletin, outlet, viewer, sees):
        found = Bulletin.objects.visible_to(viewer(outlet))
        assert found.filter(pk=bulletin.pk).exists() is sees


class TestWithdrawing:
    def test_nobody_need_read_it_any_more(self, today, outlet, leader):
        AssignmentFactory(outlet=outlet)
        bulletin = publish_bulletin(draft=draft(today, outlets=[outlet]), by=leader)
        withdraw_bulletin(uuid=bulletin.uuid, by=leader)
        assert Notice.objects.waiting(timezone.now()).count() == 0
        AssignmentFactory(outlet=outlet)
        assert deliver_bulletins(now=timezone.now()) == 0
        with pytest.raises(BulletinWithdrawn):
            withdraw_bulletin(uuid=bulletin.uuid, by=leader)

    def test_who_leads_all_its_places_may_and_who_leads_one_may_not(
        self, today, county, outlet, leader
    ):
        AssignmentFactory(outlet=outlet)
        bulletin = publish_bulletin(
            draft=draft(today, region=county), by=granted_user("hr")
        )
        manager = staff_user("store_manager", outlet)
        with pytest.raises(PermissionDenied):
            withdraw_bulletin(uuid=bulletin.uuid, by=manager)
        withdraw_bulletin(uuid=bulletin.uuid, by=leader)
        bulletin.refresh_from_db()
        assert bulletin.withdrawn_by == leader


@pytest.mark.parametrize(
    ("language", "title", "other"),
    [("en", "Fire drill", False), ("zh-hans", "Fire drill", True)],
)
def test_who_reads_the_other_language_gets_the_one_there_is(language, title, other):
    bulletin = Bulletin(title_en="Fire drill", body_en="At nine.")
    with translation.override(language):
        assert (bulletin.title, bulletin.other_language_only) == (title, other)
