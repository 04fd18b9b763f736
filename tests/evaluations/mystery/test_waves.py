"""Waves: made, planned, started, handed over, closed; who sees what of them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.mystery.models import Quota, Report, Wave
from evaluations.mystery.rules.spreading import (
    spread_scenarios,
    usual_visits,
    windows,
)
from evaluations.mystery.services.planning import (
    NobodyToPlan,
    NothingToPlan,
    OverBudget,
    ReasonMissing,
    ShopperElsewhere,
    ShopperFull,
    ShopperKnown,
    ShopperLockedOut,
    ShopperNotInWave,
    cancel_visit,
    hand_over,
    plan_wave,
    quota_for,
)
from evaluations.mystery.services.steps import ReportMoved
from evaluations.mystery.services.waves import (
    NothingToAsk,
    Terms,
    WaveCodeTaken,
    WaveEndsFirst,
    WaveNotDraft,
    WaveNotPlanned,
    WaveNotRunning,
    WaveUnderWay,
    change_wave,
    close_wave,
    discard_plan,
    drop_quota,
    make_wave,
    set_quota,
    start_wave,
)
from tests.evaluations.mystery.factories import (
    QuestionnaireFactory,
    ReportFactory,
    ScenarioFactory,
    ShopperFactory,
    VersionFactory,
    VisitFactory,
    WaveFactory,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
OPENS, CLOSES = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def office():
    return granted_user("operations")


@pytest.fixture
def agency():
    return AgencyFactory(code="CLEAR", name="Clear Eyes")


@pytest.fixture
def programme(agency, office):
    """Four outlets of class A, two visits each, six shoppers, a draft that is whole."""
    region = RegionFactory()
    outlets = OutletFactory.create_batch(4, region=region, outlet_class="A")
    shoppers = ShopperFactory.create_batch(6, agency=agency)
    wave = WaveFactory(code="OCT", state="draft", made_by=office, most_each=4)
    VersionFactory(questionnaire=wave.questionnaire)
    wave.agencies.add(agency)
    wave.scenarios.add(*ScenarioFactory.create_batch(2))
    Quota.objects.create(wave=wave, outlet_class="A", visits=2)
    return wave, outlets, shoppers


def planned(wave, office):
    return plan_wave(code=wave.code, by=office)


# --- What a class is due, days, scenarios -------------------------------------------


@pytest.mark.parametrize(
    ("letter", "opens", "closes", "visits"),
    [
        ("A", date(2026, 10, 1), date(2026, 10, 31), 1),
        ("B", date(2026, 10, 15), date(2026, 12, 1), 3),
        ("C", date(2026, 10, 1), date(2026, 10, 31), 0),
        ("C", date(2026, 12, 1), date(2026, 12, 31), 1),
        ("D", date(2026, 10, 1), date(2027, 3, 31), 2),
        ("A", date(2026, 12, 1), date(2027, 1, 31), 2),
        ("", date(2026, 10, 1), date(2026, 12, 31), 0),
    ],
)
def test_classes_are_due_their_visits(letter, opens, closes, visits):
    assert usual_visits(letter, opens, closes) == visits


def test_visits_to_one_outlet_lie_apart():
    day = OPENS
    assert windows(OPENS, CLOSES, 1) == [(OPENS, CLOSES)]
    assert windows(OPENS, OPENS + timedelta(29), 3) == [
        (day, day + timedelta(6)),
        (day + timedelta(10), day + timedelta(16)),
        (day + timedelta(20), day + timedelta(29)),
    ]
    assert windows(OPENS, OPENS, 2) == [(OPENS, OPENS)] * 2


def test_scenarios_are_played_equally_often_by_everybody():
    visits = [(n % 7, n % 4) for n in range(30)]
    found = spread_scenarios(visits, 3, seed=1)
    assert found == spread_scenarios(visits, 3, seed=1)
    assert sorted(Counter(found).values()) == [10, 10, 10]
    for shopper in range(4):
        hers = Counter(
            part
            for part, (_at, who) in zip(found, visits, strict=True)
            if who == shopper
        )
        assert max(hers.values()) - min(hers.values()) <= 1


def test_the_deepest_region_then_the_class_decides_a_quota():
    city = RegionFactory(level="city", code="C1")
    county = RegionFactory(parent=city, code="C1-1")
    outlet = OutletFactory(region=county, outlet_class="A")
    wave = WaveFactory()
    told = [
        ("A", None, 1),
        ("", None, 2),
        ("", city, 3),
        ("A", city, 4),
        ("", county, 0),
    ]
    quotas = [
        Quota.objects.create(wave=wave, outlet_class=letter, region=region, visits=n)
        for letter, region, n in told
    ]
    assert quota_for(outlet, quotas[:2]) == 1
    assert quota_for(outlet, quotas[:4]) == 4
    assert quota_for(outlet, quotas) == 0
    assert quota_for(OutletFactory(outlet_class="B"), quotas) == 2
    assert quota_for(outlet, []) == 0


# --- Services ------------------------------------------------------------------------


def terms(agency, **changes):
    told = {
        "title": "October",
        "questionnaire": QuestionnaireFactory(),
        "scenarios": [ScenarioFactory()],
        "agencies": [agency],
        "opens_on": OPENS,
        "closes_on": CLOSES,
    }
    return Terms(**told | changes)


def test_a_wave_is_made_with_the_usual_quotas(office, agency):
    wave = make_wave(code="OCT", terms=terms(agency), by=office)
    assert (wave.state, wave.made_by) == ("draft", office)
    assert dict(wave.quotas.values_list("outlet_class", "visits")) == {
        "A": 1,
        "B": 1,
        "C": 0,
        "D": 0,
    }
    with pytest.raises(WaveCodeTaken):
        make_wave(code="OCT", terms=terms(agency, title="Again"), by=office)
    with pytest.raises(WaveEndsFirst):
        make_wave(
            code="NOV", terms=terms(agency, closes_on=date(2026, 9, 1)), by=office
        )
    assert list(Wave.objects.values_list("title")) == [("October",)]


@pytest.mark.parametrize(
    "role", ["hr", "auditor", "administrator", "regional_supervisor", "agency"]
)
def test_only_the_office_writes(role, programme, agency):
    wave, outlets, _shoppers = programme
    scope = {"regional_supervisor": {"region": outlets[0].region}}
    by = (
        granted_user(role, **scope.get(role, {}), agency=agency)
        if role == "agency"
        else (granted_user(role, **scope.get(role, {})))
    )
    with pytest.raises(PermissionDenied):
        make_wave(code="X", terms=terms(agency), by=by)
    for act in (plan_wave, start_wave, close_wave, discard_plan):
        with pytest.raises(PermissionDenied):
            act(code=wave.code, by=by)
    with pytest.raises(PermissionDenied):
        set_quota(code=wave.code, outlet_class="", region=None, visits=9, by=by)
    wave.refresh_from_db()
    assert (wave.state, wave.quotas.count(), Report.objects.count()) == ("draft", 1, 0)


def test_a_plan_keeps_all_limits_and_says_what_it_expects(programme, office):
    wave, outlets, shoppers = programme
    wave = planned(wave, office)
    reports = list(Report.objects.order_by("number"))
    assert [one.number for one in reports] == [f"OCT-{n:04}" for n in range(1, 9)]
    assert Counter(one.outlet for one in reports) == dict.fromkeys(outlets, 2)
    assert max(Counter(one.shopper for one in reports).values()) <= 4
    assert len({(one.outlet, one.shopper) for one in reports}) == 8
    assert sorted(Counter(one.scenario for one in reports).values()) == [4, 4]
    for outlet in outlets:
        first, second = sorted(
            (one for one in reports if one.outlet == outlet), key=lambda r: r.from_on
        )
        assert first.from_on == OPENS
        assert second.to_on == CLOSES
        assert second.from_on > first.to_on + timedelta(1)
    assert [one.events.get().what for one in reports] == ["planned"] * 8
    plan = wave.plan
    assert (plan["visits"], plan["outlets"], plan["wanted"], plan["open"]) == (
        8,
        4,
        8,
        [],
    )
    assert 0 < plan["half_width"] <= plan["random_mean"] <= plan["random_most"]
    assert plan["random_count"] == 20
    assert (wave.state, len(wave.seed)) == ("planned", 32)


def test_planning_anew_replaces_what_is_not_begun_and_keeps_what_is_cancelled(
    programme, office
):
    wave, _outlets, _shoppers = programme
    planned(wave, office)
    before = set(Report.objects.values_list("outlet", "shopper"))
    given_up = Report.objects.get(number="OCT-0003")
    planned(wave, office)
    assert set(Report.objects.values_list("outlet", "shopper")) == before  # same seed
    given_up = Report.objects.get(outlet=given_up.outlet, shopper=given_up.shopper)
    cancel_visit(number=given_up.number, why="Closed for works.", by=office)
    planned(wave, office)
    assert Report.objects.filter(state="new").count() == 7
    assert Report.objects.filter(state="cancelled").get() == given_up
    numbers = Report.objects.values_list("number", flat=True)
    assert len(set(numbers)) == 8
    discard_plan(code="OCT", by=office)
    wave.refresh_from_db()
    assert (wave.state, wave.plan, wave.reports.count()) == ("draft", None, 1)


def test_a_budget_that_does_not_pay_is_refused_with_how_many_too_many(
    programme, office
):
    wave, _outlets, _shoppers = programme
    Wave.objects.update(budget=Decimal(1050), fee=Decimal(150))
    with pytest.raises(OverBudget) as refused:
        planned(wave, office)
    assert str(refused.value).startswith("8 visits cost 1200.00 yuan")
    assert "pays for 7: 1 too many" in str(refused.value)
    wave.refresh_from_db()
    assert (wave.state, Report.objects.count()) == ("draft", 0)
    Wave.objects.update(budget=Decimal(1200))
    assert planned(wave, office).state == "planned"


def test_who_was_there_not_long_ago_is_not_sent_again(programme, office):
    wave, outlets, shoppers = programme
    earlier = WaveFactory(code="SEP", state="closed")
    for shopper in shoppers[:5]:
        ReportFactory(
            wave=earlier,
            done=True,
            outlet=outlets[0],
            shopper=shopper,
            visited_on=OPENS - timedelta(90),
        )
    planned(wave, office)
    assert set(
        Report.objects.filter(wave=wave, outlet=outlets[0]).values_list("shopper")
    ) == {(shoppers[5].pk,)}
    wave.refresh_from_db()
    assert wave.plan["open"] == [
        {"outlet": outlets[0].code, "visits": 1, "reason": "all_come"}
    ]
    Report.objects.filter(wave=earlier).update(visited_on=OPENS - timedelta(91))
    planned(wave, office)
    assert Report.objects.filter(wave=wave, outlet=outlets[0]).count() == 2


def test_shoppers_of_other_agencies_and_stopped_ones_are_not_sent(programme, office):
    wave, _outlets, shoppers = programme
    ShopperFactory.create_batch(3)
    shoppers[0].active = False
    shoppers[0].save()
    planned(wave, office)
    sent = set(Report.objects.values_list("shopper", flat=True))
    assert sent <= {one.pk for one in shoppers[1:]}
    wave.agencies.clear()
    with pytest.raises(NobodyToPlan):
        planned(wave, office)


def test_outlets_out_of_business_are_not_visited(programme, office):
    wave, outlets, _shoppers = programme
    outlets[0].closed_on = OPENS - timedelta(1)
    outlets[0].save()
    planned(wave, office)
    assert not Report.objects.filter(outlet=outlets[0]).exists()
    wave.quotas.all().delete()
    with pytest.raises(NothingToPlan):
        planned(wave, office)
    assert Report.objects.count() == 6  # refused means unchanged


def test_only_a_draft_changes(programme, office, agency):
    wave, _outlets, _shoppers = programme
    change_wave(code="OCT", terms=terms(agency, title="Autumn", most_each=9), by=office)
    wave.refresh_from_db()
    assert (wave.title, wave.most_each) == ("Autumn", 9)
    quota = set_quota(code="OCT", outlet_class="A", region=None, visits=1, by=office)
    assert wave.quotas.get().visits == 1
    planned(wave, office)
    with pytest.raises(WaveNotDraft):
        change_wave(code="OCT", terms=terms(agency), by=office)
    with pytest.raises(WaveNotDraft):
        drop_quota(code="OCT", quota_id=quota.pk, by=office)
    assert wave.quotas.count() == 1


def test_a_wave_starts_once_planned_and_closing_cancels_what_nobody_began(
    programme, office
):
    wave, _outlets, shoppers = programme
    with pytest.raises(WaveNotPlanned):
        start_wave(code="OCT", by=office)
    planned(wave, office)
    version = wave.questionnaire.versions.get()
    version_of_none = QuestionnaireFactory()
    Wave.objects.update(questionnaire=version_of_none)
    with pytest.raises(NothingToAsk):
        start_wave(code="OCT", by=office)
    Wave.objects.update(questionnaire=wave.questionnaire)
    assert start_wave(code="OCT", by=office).state == "running"
    with pytest.raises(WaveUnderWay):
        planned(wave, office)
    with pytest.raises(WaveUnderWay):
        discard_plan(code="OCT", by=office)
    Report.objects.filter(number="OCT-0001").update(version=version)
    assert close_wave(code="OCT", by=office) == 7
    assert close_wave(code="OCT", by=office) == 0
    begun = Report.objects.get(number="OCT-0001")
    assert begun.state == "new"
    with pytest.raises(WaveNotRunning):
        hand_over(number="OCT-0001", shopper=shoppers[0], why="x", by=office)
    cancelled = Report.objects.get(number="OCT-0002")
    assert (cancelled.state, cancelled.events.last().what) == ("cancelled", "cancel")


def test_a_visit_is_handed_over_within_the_limits(programme, office, agency):
    wave, outlets, shoppers = programme
    planned(wave, office)
    start_wave(code="OCT", by=office)
    report = Report.objects.select_related("outlet").get(number="OCT-0001")
    here = set(
        Report.objects.filter(outlet=report.outlet).values_list("shopper", flat=True)
    )
    other = next(one for one in shoppers if one.pk not in here)
    Report.objects.exclude(shopper=report.shopper).filter(shopper=other).update(
        shopper=report.shopper
    )
    twin = next(one for one in shoppers if one.pk in here - {report.shopper_id})

    def give(shopper, why=""):
        return hand_over(number="OCT-0001", shopper=shopper, why=why, by=office)

    with pytest.raises(ShopperLockedOut):
        give(twin)
    with pytest.raises(ShopperNotInWave):
        give(ShopperFactory(), why="nobody else")
    elsewhere = RegionFactory()
    other.regions.add(elsewhere)
    with pytest.raises(ShopperElsewhere):
        give(other)
    other.regions.clear()
    Wave.objects.update(most_each=0)
    with pytest.raises(ShopperFull):
        give(other)
    other.avoids.add(report.outlet)
    with pytest.raises(ShopperKnown):
        give(other, why="nobody else")
    other.avoids.clear()
    report.refresh_from_db()
    assert report.shopper_id != other.pk
    give(other, why="The other is ill.")
    report.refresh_from_db()
    assert report.shopper == other
    last = report.events.last()
    assert (last.what, last.words, last.by) == (
        "hand_over",
        "The other is ill.",
        office,
    )


def test_an_agency_hands_over_and_cancels_its_own_once_the_wave_runs(
    programme, office, agency
):
    wave, _outlets, shoppers = programme
    by = granted_user("agency", agency=agency)
    stranger = granted_user("agency", agency=AgencyFactory())
    planned(wave, office)
    with pytest.raises(Report.DoesNotExist):
        cancel_visit(number="OCT-0001", why="x", by=by)
    start_wave(code="OCT", by=office)
    with pytest.raises(Report.DoesNotExist):
        cancel_visit(number="OCT-0001", why="x", by=stranger)
    with pytest.raises(PermissionDenied):
        cancel_visit(number="OCT-0001", why="x", by=granted_user("auditor"))
    with pytest.raises(ReasonMissing):
        cancel_visit(number="OCT-0001", why=" ", by=by)
    assert cancel_visit(number="OCT-0001", why="The road is closed.", by=by).state == (
        "cancelled"
    )
    with pytest.raises(ReportMoved):
        hand_over(number="OCT-0001", shopper=shoppers[0], why="x", by=by)


# --- Pages ---------------------------------------------------------------------------


def page(name, *args):
    return reverse(f"mystery:{name}", args=args)


@pytest.mark.parametrize(
    ("role", "status", "detail"),
    [
        ("clerk", 403, 404),
        ("store_manager", 403, 404),
        ("regional_supervisor", 403, 404),
        ("hr", 403, 404),
        ("administrator", 403, 404),
        ("operations", 200, 200),
        ("auditor", 200, 200),
    ],
)
def test_nobody_near_an_outlet_learns_of_visits_to_come(
    client, programme, office, role, status, detail
):
    wave, outlets, _shoppers = programme
    planned(wave, office)
    start_wave(code="OCT", by=office)
    if role in ("clerk", "store_manager"):
        user = staff_user(role, outlets[0])
    elif role == "regional_supervisor":
        user = granted_user(role, region=outlets[0].region)
    else:
        user = granted_user(role)
    client.force_login(user)
    assert client.get(page("waves")).status_code == status
    assert client.get(page("wave", "OCT")).status_code == detail
    number = Report.objects.first().number
    writes = {"operations": 302, "auditor": 403}.get(role, 404)
    assert client.get(page("wave_cancel", number)).status_code == (
        200 if writes == 302 else writes
    )
    cancelled = client.post(page("wave_cancel", number), {"why": "Ill."})
    assert cancelled.status_code == writes
    visits = client.get(page("list")).content.decode()
    assert ("/mystery/waves/" in visits) is (status == 200)


def test_an_agency_sees_its_own_visits_by_name_and_no_money(
    client, programme, office, agency
):
    wave, _outlets, shoppers = programme
    Wave.objects.update(fee=Decimal(77), budget=Decimal(12345))
    other = AgencyFactory(name="Others Ltd")
    wave.agencies.add(other)
    foreign = ShopperFactory(agency=other, code="FOREIGN")
    planned(wave, office)
    Report.objects.filter(number="OCT-0002").update(shopper=foreign)
    client.force_login(granted_user("agency", agency=agency))
    assert client.get(page("wave", "OCT")).status_code == 404
    assert client.get(page("waves")).context["rows"] == []
    start_wave(code="OCT", by=office)
    answer = client.get(page("wave", "OCT"))
    text = answer.content.decode()
    assert (
        len(answer.context["rows"]) == Report.objects.exclude(shopper=foreign).count()
    )
    assert any(one.name in text for one in shoppers)
    for hidden in ("FOREIGN", "OCT-0002", "Others Ltd", "12345", "Quotas"):
        assert hidden not in text
    client.force_login(office)
    text = client.get(page("wave", "OCT")).content.decode()
    assert "FOREIGN" in text
    assert not any(one.name in text for one in [*shoppers, foreign])


def test_a_wave_is_made_and_planned_on_its_pages(client, office, agency):
    OutletFactory.create_batch(3, outlet_class="A")
    ShopperFactory.create_batch(4, agency=agency)
    questionnaire, scenario = QuestionnaireFactory(), ScenarioFactory()
    VersionFactory(questionnaire=questionnaire)
    client.force_login(office)
    assert "No wave yet" in client.get(page("waves")).content.decode()
    sent = {
        "code": "2026-10",
        "title": "October",
        "questionnaire": questionnaire.pk,
        "scenarios": [scenario.pk],
        "agencies": [agency.pk],
        "opens_on": "2026-10-01",
        "closes_on": "2026-10-31",
        "most_each": "5",
        "lockout_days": "90",
        "fee": "100",
        "budget": "250",
    }
    refused = client.post(page("wave_add"), sent | {"closes_on": "2026-09-01"})
    assert "closes_on" in refused.context["form"].errors
    assert client.post(page("wave_add"), sent).status_code == 302
    text = client.get(page("wave", "2026-10")).content.decode()
    assert "These quotas ask for 3 visits to 3 outlets." in text
    assert "1 too many" in text
    told = client.post(page("wave_plan", "2026-10"), follow=True)
    assert "1 too many" in told.content.decode()
    assert Report.objects.count() == 0
    sent["budget"] = "300"
    assert client.post(page("wave_edit", "2026-10"), sent).status_code == 302
    quota = {"outlet_class": "B", "region": "NONE", "visits": "1"}
    wrong = client.post(page("wave_quota", "2026-10"), quota)
    assert "region" in wrong.context["quota_form"].errors
    client.post(page("wave_quota", "2026-10"), quota | {"region": ""})
    told = client.post(page("wave_plan", "2026-10"), follow=True).content.decode()
    assert "3 visits to 3 outlets by" in told
    assert "at random, on average" in told
    client.post(page("wave_start", "2026-10"))
    first = Report.objects.order_by("number").first()
    other = next(one.pk for one in agency.shoppers.all() if one.pk != first.shopper_id)
    form = client.get(page("wave_hand_over", first.number))
    assert form.status_code == 200
    client.post(page("wave_hand_over", first.number), {"shopper": other, "why": "Ill."})
    first.refresh_from_db()
    assert first.shopper_id == other
    found = client.get(page("wave", "2026-10"), {"state": "cancelled"})
    assert found.context["rows"] == []
    client.post(page("wave_close", "2026-10"))
    assert Wave.objects.get().state == "closed"


def test_pages_cost_the_same_queries_for_few_and_many_visits(
    client, programme, office, django_assert_max_num_queries
):
    wave, outlets, shoppers = programme
    Wave.objects.update(state="running")
    client.force_login(office)
    counts = []
    for number in (1, 19):
        for _turn in range(number):
            report = ReportFactory(wave=wave, outlet=outlets[0], shopper=shoppers[0])
        ReportFactory(
            wave=wave,
            outlet=outlets[0],
            shopper=shoppers[0],
            done=True,
            state="reviewed",
            visit=VisitFactory(outlet=outlets[0], unreleased=True),
        )
        for address in (page("wave", "OCT"), page("waves")):
            with django_assert_max_num_queries(14) as asked:
                client.get(address)
            counts.append(len(asked.captured_queries))
    assert report.wave == wave
    assert counts[:2] == counts[2:]
