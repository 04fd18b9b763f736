"""Waves: made, planned, started, handed over, closed; who sees what of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.mystery.models import Report, Wave
from evaluations.mystery.services.handing_over import (
    hand_over,
)
from evaluations.mystery.services.planning import (
    start_planning,
)
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
)
from tests.evaluations.mystery.programme import CLOSES, OPENS, planned
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


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
    for act in (start_planning, start_wave, close_wave, discard_plan):
        with pytest.raises(PermissionDenied):
            act(code=wave.code, by=by)
    with pytest.raises(PermissionDenied):
        set_quota(code=wave.code, outlet_class="", region=None, visits=9, by=by)
    wave.refresh_from_db()
    assert (wave.state, wave.quotas.count(), Report.objects.count()) == ("draft", 1, 0)


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


def test_a_wave_is_made_and_planned_on_its_pages(
    client, office, agency, django_capture_on_commit_callbacks
):
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
    with django_capture_on_commit_callbacks() as asked:
        told = client.post(page("wave_plan", "2026-10"), follow=True).content.decode()
    assert "are being planned" in told
    assert page("wave_plan", "2026-10") not in told
    waits = client.get(page("wave_planning", "2026-10"))
    assert (waits.status_code, "HX-Refresh" in waits) == (204, False)
    (work,) = asked
    work()
    assert client.get(page("wave_planning", "2026-10"))["HX-Refresh"] == "true"
    told = client.get(page("wave", "2026-10")).content.decode()
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
