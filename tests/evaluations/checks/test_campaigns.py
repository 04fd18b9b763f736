"""Campaigns: opened over outlets, carried out in their window, beside scores."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from evaluations.checks.campaigning import Window
from evaluations.checks.models import Campaign, CampaignTarget, CarriedBy, Check
from evaluations.checks.rules import Mark
from evaluations.checks.selectors.campaigns import due_at, tallies, whole
from evaluations.checks.services import undo_check
from evaluations.checks.services.campaigns import (
    AlreadyDone,
    AsksNothing,
    CampaignEnded,
    EndsInThePast,
    NoOutlets,
    OutsideTheWindow,
    end_campaign,
    extend_campaign,
    open_campaign,
    take_campaign_check,
)
from evaluations.checks.services.refusals import UnknownItem
from evaluations.ledger.models import Entry
from evaluations.standards.models import Standard
from tests.evaluations.checks.factories import make_floor, version_of
from tests.evaluations.standards.factories import make_standard
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import granted_user

DAY = date(2026, 10, 15)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(clock, day=15):
    return datetime.fromisoformat(f"2026-10-{day}T{clock}:00+08:00")


class TestWindow:
    hours = Window(DAY, DAY + timedelta(days=1), time(14), time(15))

    @pytest.mark.parametrize(
        ("moment", "open_now", "state"),
        [
            (at("13:59"), False, "planned"),
            (at("14:00"), True, "open"),
            (at("15:00"), False, "open"),
            (at("14:59", 16), True, "open"),
            (at("15:00", 16), False, "overdue"),
        ],
    )
    def test_hours_of_each_day(self, moment, open_now, state):
        assert self.hours.holds(moment, SHANGHAI) is open_now
        assert self.hours.state(moment, SHANGHAI) == state

    def test_without_hours_both_days_count_whole(self):
        window = Window(DAY, DAY)
        assert not window.holds(at("23:59", 14), SHANGHAI)
        assert window.holds(at("00:00"), SHANGHAI)
        assert window.holds(at("23:59"), SHANGHAI)
        assert window.state(at("00:00", 16), SHANGHAI) == "overdue"

    @given(
        hours=st.integers(-100, 100),
        zone=st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "UTC"]),
    )
    def test_what_is_not_begun_or_over_is_never_open(self, hours, zone):
        moment = at("12:00") + timedelta(hours=hours)
        if self.hours.state(moment, ZoneInfo(zone)) != "open":
            assert not self.hours.holds(moment, ZoneInfo(zone))


@pytest.fixture
def clock(monkeypatch):
    moment = {"now": at("14:30")}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return lambda instant: moment.update(now=instant)


@pytest.fixture
def floor(clock, db):
    return make_floor(people=1)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


@pytest.fixture
def checklist(db):
    items = {"H1": {"applies_to": "outlet"}, "H2": {"applies_to": "outlet"}}
    make_standard("SAFETY", items, on_card=False, slots="opening")
    return version_of("SAFETY")


def opened(by, version, **given):
    values = {
        "title": "Fire week",
        "version": version,
        "region": None,
        "outlets": [],
        "first_on": DAY,
        "last_on": DAY,
        "opens_at": time(14),
        "closes_at": time(15),
        "carried_by": CarriedBy.OUTLET,
        "by": by,
    }
    return open_campaign(**values | given)


def take(campaign, outlet, by, marks=(), **given):
    target = CampaignTarget.objects.select_related(
        "campaign__version__standard", "outlet__region"
    ).get(campaign=campaign, outlet=outlet)
    return take_campaign_check(
        uuid=given.pop("uuid", None) or uuid4(),
        target=target,
        marks=dict.fromkeys(marks, Mark.FAILED),
        by=by,
        **given,
    )


@pytest.mark.django_db
class TestOpening:
    def test_every_outlet_of_the_region_is_to_be_checked(
        self, floor, county, checklist
    ):
        make_floor(people=1)  # of another region
        make_floor(people=1, region=floor.outlet.region, closed_on=date(2026, 1, 1))
        other = make_floor(people=1, region=floor.outlet.region)
        made = opened(county, checklist, region=floor.outlet.region)
        found = set(made.targets.values_list("outlet", flat=True))
        assert found == {floor.outlet.pk, other.outlet.pk}
        assert made.counts is False

    def test_a_strange_outlet_among_them_opens_nothing(self, floor, county, checklist):
        strange = make_floor(people=1).outlet
        with pytest.raises(PermissionDenied):
            opened(county, checklist, outlets=[floor.outlet, strange])
        assert Campaign.objects.count() == 0

    def test_a_manager_opens_none(self, floor, checklist):
        with pytest.raises(PermissionDenied):
            opened(floor.manager, checklist, outlets=[floor.outlet])

    def test_no_outlet_or_days_that_have_passed_or_nothing_asked(
        self, floor, county, checklist
    ):
        with pytest.raises(NoOutlets):
            opened(county, checklist, region=RegionFactory())
        past = DAY - timedelta(days=1)
        with pytest.raises(EndsInThePast):
            opened(
                county,
                checklist,
                outlets=[floor.outlet],
                first_on=past,
                last_on=past,
            )
        with pytest.raises(AsksNothing):
            opened(county, version_of("GROOMING"), outlets=[floor.outlet])


@pytest.mark.django_db
class TestCarryingOut:
    @pytest.fixture
    def campaign(self, floor, county, checklist):
        return opened(county, checklist, outlets=[floor.outlet])

    def test_within_the_window_it_is_done_and_counts_in_no_score(self, floor, campaign):
        check = take(campaign, floor.outlet, floor.manager, ["H1"])
        assert campaign.targets.get().check_record == check
        assert check.employee is None
        check.refresh_from_db()
        assert not check.pending
        assert Entry.objects.count() == 0

    def test_on_a_checklist_of_the_card_the_environment_takes_it_in(
        self, floor, county
    ):
        made = opened(county, version_of("ENVIRONMENT"), outlets=[floor.outlet])
        assert made.counts
        take(made, floor.outlet, floor.manager, ["E02"])
        (entry,) = Entry.objects.all()
        assert (entry.component, entry.employee, entry.points, entry.out_of) == (
            "environment",
            None,
            1500,
            1600,
        )

    def test_off_the_card_later_it_counts_on_as_it_was_opened(self, floor, county):
        made = opened(county, version_of("ENVIRONMENT"), outlets=[floor.outlet])
        Standard.objects.filter(code="ENVIRONMENT").update(on_card=False)
        take(made, floor.outlet, floor.manager)
        assert Entry.objects.count() == 1

    @pytest.mark.parametrize("moment", [at("13:59"), at("15:00"), at("14:30", 16)])
    def test_outside_the_window_it_is_refused_with_the_window(
        self, clock, floor, campaign, moment
    ):
        clock(moment)
        with pytest.raises(OutsideTheWindow, match="each day from 14:00 to 15:00"):
            take(campaign, floor.outlet, floor.manager)
        assert Check.objects.count() == 0

    def test_once_only(self, floor, campaign):
        take(campaign, floor.outlet, floor.manager)
        with pytest.raises(AlreadyDone):
            take(campaign, floor.outlet, floor.manager)

    def test_the_same_form_sent_twice_is_one_check(self, clock, floor, campaign):
        uuid = uuid4()
        first = take(campaign, floor.outlet, floor.manager, uuid=uuid)
        clock(at("15:30"))
        assert take(campaign, floor.outlet, floor.manager, uuid=uuid) == first

    def test_taken_back_it_is_open_again(self, floor, campaign):
        check = take(campaign, floor.outlet, floor.manager)
        undo_check(uuid=check.uuid, by=floor.manager)
        assert not CampaignTarget.objects.get().is_done
        assert take(campaign, floor.outlet, floor.manager) != check

    def test_an_item_that_is_not_asked_keeps_nothing(self, floor, campaign):
        with pytest.raises(UnknownItem):
            take(campaign, floor.outlet, floor.manager, ["G01"])
        assert Check.objects.count() == 0

    def test_only_who_is_to_carry_it_out_does(self, floor, county, checklist, campaign):
        with pytest.raises(PermissionDenied):
            take(campaign, floor.outlet, county)
        theirs = opened(
            county,
            checklist,
            outlets=[floor.outlet],
            carried_by=CarriedBy.REGION,
        )
        with pytest.raises(PermissionDenied):
            take(theirs, floor.outlet, floor.manager)
        assert take(theirs, floor.outlet, county).by == county

    def test_it_stands_on_no_card(self, client, floor, county):
        made = opened(county, version_of("ENVIRONMENT"), outlets=[floor.outlet])
        take(made, floor.outlet, floor.manager)
        client.force_login(floor.manager)
        card = client.get("/checks/?standard=ENVIRONMENT").context["card"]
        assert [row.slot for row in card.rows] == ["opening", "random"]
        assert card.current.checked == 0

    def test_called_off_it_takes_nothing_more(self, floor, county, campaign):
        end_campaign(campaign=campaign, reason="Rain", by=county)
        with pytest.raises(CampaignEnded):
            take(campaign, floor.outlet, floor.manager)

    def test_extended_it_is_open_again(self, clock, floor, county, campaign):
        clock(at("14:30", 16))
        with pytest.raises(EndsInThePast):
            extend_campaign(campaign=campaign, last_on=DAY, by=county)
        extend_campaign(campaign=campaign, last_on=date(2026, 10, 16), by=county)
        assert take(campaign, floor.outlet, floor.manager).on == date(2026, 10, 16)

    def test_only_who_leads_all_its_outlets_changes_it(self, floor, campaign):
        with pytest.raises(PermissionDenied):
            end_campaign(campaign=campaign, reason="No", by=floor.manager)

    def test_the_lead_of_the_outlet_is_reminded_until_it_is_done(
        self, clock, floor, campaign
    ):
        assert due_at(floor.outlet, at("13:00")) == []
        assert due_at(floor.outlet, at("14:00")) == [campaign]
        take(campaign, floor.outlet, floor.manager)
        assert due_at(floor.outlet, at("14:00")) == []


@pytest.mark.django_db
class TestProgress:
    def test_done_open_and_overdue_by_region(self, floor, checklist):
        boss = granted_user("operations")
        here = floor.outlet.region
        more = make_floor(people=1, region=here)
        far = make_floor(people=1)
        made = opened(boss, checklist, outlets=[floor.outlet, more.outlet, far.outlet])
        take(made, floor.outlet, floor.manager)
        rows = tallies([made], boss, at("14:45"))[made.pk]
        assert {
            row.code: (row.tally.done, row.tally.open, row.tally.overdue)
            for row in rows
        } == {here.code: (1, 1, 0), far.outlet.region.code: (0, 1, 0)}
        late = whole(tallies([made], boss, at("15:00"))[made.pk])
        assert (late.done, late.open, late.overdue, late.total) == (1, 0, 2, 3)
        seen = whole(tallies([made], floor.manager, at("14:45"))[made.pk])
        assert (seen.done, seen.total) == (1, 1)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def form(self, floor, checklist):
        return {
            "title": "Fire week",
            "standard": checklist.standard_id,
            "region": floor.outlet.region_id,
            "outlets": "",
            "first_on": "2026-10-15",
            "last_on": "2026-10-16",
            "opens_at": "14:00",
            "closes_at": "15:00",
            "carried_by": "outlet",
        }

    def test_from_opening_to_the_file(self, client, floor, county, form):
        client.force_login(county)
        answer = client.post("/checks/campaigns/new/", form)
        made = Campaign.objects.get()
        assert answer.url == f"/checks/campaigns/{made.uuid}/"
        client.force_login(floor.manager)
        assert "Fire week" in client.get("/checks/").content.decode()
        path = f"/checks/campaigns/{made.uuid}/at/{floor.outlet.code}/"
        assert "H1" in client.get(path).content.decode()
        client.post(path, {"uuid": uuid4(), "failed": ["H2"], "note": "Door blocked"})
        check = Check.objects.get()
        assert client.get(path).url == f"/checks/{check.uuid}/"
        page = client.get(answer.url)
        assert [
            (r.item.code, r.observed, r.failed) for r in page.context["results"]
        ] == [
            ("H2", 1, 1),
            ("H1", 1, 0),
        ]
        file = client.get(f"/checks/campaigns/{made.uuid}.csv")
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        outlet = floor.outlet
        assert lines == [
            "Region,Outlet code,Outlet,State,Checked at,Checked by,Failed,"
            "Failed items,Note",
            f"{outlet.region.name},{outlet.code},{outlet.name},done,2026-10-15 14:30,"
            "Manager Chen,1,H2,Door blocked",
        ]
        assert client.get(f"/checks/campaigns/{made.uuid}.exe").status_code == 404

    def test_outside_the_window_the_page_says_when(
        self, client, clock, floor, county, form
    ):
        client.force_login(county)
        client.post("/checks/campaigns/new/", form)
        made = Campaign.objects.get()
        clock(at("16:00"))
        client.force_login(floor.manager)
        path = f"/checks/campaigns/{made.uuid}/at/{floor.outlet.code}/"
        text = client.get(path).content.decode()
        assert "This campaign is not open now" in text
        assert "each day from 14:00 to 15:00" in text
        refused = client.post(path, {"uuid": uuid4()})
        assert "At the outlet it is now" in refused.content.decode()
        assert Check.objects.count() == 0

    @pytest.mark.parametrize(
        ("given", "field", "message"),
        [
            ({"last_on": "2026-10-14"}, "last_on", "lies before the first"),
            ({"closes_at": ""}, "closes_at", "both hours, or none"),
            ({"closes_at": "13:00"}, "closes_at", "end later than it begins"),
            ({"region": ""}, "region", "one of the two"),
            ({"outlets": "NOWHERE"}, "outlets", "NOWHERE: no outlet that you lead"),
            ({"standard": ""}, "standard", "required"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, client, county, form, given, field, message
    ):
        client.force_login(county)
        page = client.post("/checks/campaigns/new/", form | given)
        assert message in " ".join(page.context["form"].errors[field])
        assert Campaign.objects.count() == 0

    def test_a_region_that_is_not_hers_is_no_choice(self, client, county, form):
        client.force_login(county)
        page = client.post(
            "/checks/campaigns/new/", form | {"region": RegionFactory().pk}
        )
        assert "region" in page.context["form"].errors

    def test_another_outlets_campaign_is_not_there(
        self, client, floor, county, checklist
    ):
        made = opened(county, checklist, outlets=[floor.outlet])
        client.force_login(make_floor(people=1).manager)
        assert client.get("/checks/campaigns/").context["rows"] == []
        assert client.get(f"/checks/campaigns/{made.uuid}/").status_code == 404
        path = f"/checks/campaigns/{made.uuid}/at/{floor.outlet.code}/"
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize("outlets", [2, 12])
    def test_a_campaign_costs_the_same_for_few_and_many_outlets(
        self, client, floor, checklist, outlets, django_assert_num_queries
    ):
        boss = granted_user("operations")
        chosen = [make_floor(people=1).outlet for _ in range(outlets)]
        made = opened(boss, checklist, outlets=chosen)
        client.force_login(boss)
        client.get(f"/checks/campaigns/{made.uuid}/")
        with django_assert_num_queries(11):
            client.get(f"/checks/campaigns/{made.uuid}/")
