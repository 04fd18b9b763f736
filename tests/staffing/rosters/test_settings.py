"""Shift kinds and rules: who sets them where, and what stays as it was."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from staffing.rosters.models import RosterDay, RosterRules, ShiftKind
from staffing.rosters.services.configuring import retire_kind, save_kind, save_rules
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
KIND = {
    "code": "LATE",
    "name_en": "Late shift",
    "name_zh": "晚班",
    "starts_at": "13:00",
    "ends_at": "21:00",
    "break_minutes": "45",
    "counts_as": "night",
    "colour": "pink",
    "most_a_month": "",
    "region": "",
}


@pytest.fixture
def region():
    return RegionFactory(code="GD", name="Guangdong")


@pytest.fixture
def county(region):
    return RegionFactory(code="GD-1", name="County", parent=region)


@pytest.fixture
def users(region, county):
    outlet = OutletFactory(region=county)
    return {
        "administrator": granted_user("administrator"),
        "region": granted_user("regional_supervisor", region=region),
        "manager": staff_user("store_manager", outlet),
        "operations": granted_user("operations"),
    }


def used(kind):
    RosterDay.objects.create(
        employee=EmployeeFactory(), on=date(2026, 10, 5), shift=kind
    )
    return kind


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("region", 200), ("manager", 403), ("operations", 403)],
)
@pytest.mark.parametrize("name", ["kinds", "kind_new", "rules_list"])
def test_who_sets_rosters(client, users, name, who, status):
    client.force_login(users[who])
    assert client.get(reverse(f"roster_settings:{name}")).status_code == status


def test_the_administrator_adds_a_shift_for_everybody(client, users):
    client.force_login(users["administrator"])
    answer = client.post(reverse("roster_settings:kind_new"), KIND)
    assert answer.status_code == 302
    kind = ShiftKind.objects.get(code="LATE")
    assert (kind.region, kind.break_minutes, kind.counts_as) == (None, 45, "night")
    assert kind in ShiftKind.objects.offered_at(OutletFactory())


def test_a_region_adds_its_own_only(client, users, county):
    client.force_login(users["region"])
    page = reverse("roster_settings:kind_new")
    assert client.post(page, KIND).status_code == 200  # everywhere is not hers
    elsewhere = RegionFactory()
    answer = client.post(page, KIND | {"region": elsewhere.pk})
    assert answer.status_code == 200
    assert client.post(page, KIND | {"region": county.pk}).status_code == 302
    kind = ShiftKind.objects.get(code="LATE")
    assert kind.region == county
    assert kind not in ShiftKind.objects.offered_at(OutletFactory(region=elsewhere))


def test_a_region_changes_nothing_above_it_or_beside_it(client, users, county):
    client.force_login(users["region"])
    theirs = ShiftKind.objects.create(
        code="BESIDE",
        name_en="x",
        name_zh="x",
        starts_at=time(8),
        ends_at=time(9),
        region=RegionFactory(),
    )
    for code, status in (("EARLY", 403), ("BESIDE", 404)):
        for name in ("kind", "kind_retire"):
            address = reverse(f"roster_settings:{name}", args=[code])
            assert client.post(address, KIND).status_code == status
    with pytest.raises(PermissionDenied):
        retire_kind(theirs, retired=True, by=users["region"])
    theirs.region = county
    with pytest.raises(PermissionDenied):
        save_kind(theirs, by=users["region"])  # nor takes it over


def test_what_stands_in_a_roster_keeps_its_code_and_times(client, users):
    kind = used(ShiftKind.objects.get(code="EARLY"))
    client.force_login(users["administrator"])
    address = reverse("roster_settings:kind", args=["EARLY"])
    assert "stands in rosters" in client.get(address).content.decode()
    assert client.post(address, KIND).status_code == 302
    kind.refresh_from_db()
    assert (kind.code, kind.starts_at, kind.ends_at) == ("EARLY", time(8), time(16))
    assert (kind.break_minutes, kind.name_en) == (30, "Late shift")


def test_the_service_keeps_them_too(users):
    kind = used(ShiftKind.objects.get(code="EARLY"))
    kind.code, kind.starts_at, kind.colour = "OTHER", time(7), "teal"
    save_kind(kind, by=users["administrator"])
    kind.refresh_from_db()
    assert (kind.code, kind.starts_at, kind.colour) == ("EARLY", time(8), "teal")


def test_what_stands_in_none_may_change(client, users):
    client.force_login(users["administrator"])
    client.post(reverse("roster_settings:kind", args=["MID"]), KIND)
    kind = ShiftKind.objects.get(code="LATE")
    assert (kind.starts_at, kind.ends_at) == (time(13), time(21))


@pytest.mark.parametrize("code", ["new", "OFF", "leave", "a/b", " A"])
def test_codes_that_mean_something_else_are_refused(client, users, code):
    client.force_login(users["administrator"])
    page = reverse("roster_settings:kind_new")
    if code == " A":  # a form strips it, as every form does
        assert client.post(page, KIND | {"code": code}).status_code == 302
        assert ShiftKind.objects.filter(code="A").exists()
        return
    assert client.post(page, KIND | {"code": code}).status_code == 200


def test_a_shift_does_not_last_a_whole_day(client, users):
    client.force_login(users["administrator"])
    page = reverse("roster_settings:kind_new")
    answer = client.post(page, KIND | {"ends_at": "13:00"})
    assert "A shift lasts less than a whole day." in answer.content.decode()


def test_retired_shifts_are_offered_no_more_and_again(client, users):
    client.force_login(users["administrator"])
    address = reverse("roster_settings:kind_retire", args=["MID"])
    outlet = OutletFactory()
    mid = ShiftKind.objects.get(code="MID")
    client.post(address, {"retired": "yes"})
    assert mid not in ShiftKind.objects.offered_at(outlet)
    client.post(address, {"retired": "no"})
    assert mid in ShiftKind.objects.offered_at(outlet)


def rules_of(form_page):
    return {
        field.name: field.value()
        for field in form_page.context["form"]
        if field.value() not in (None, False)
    }


def test_a_region_begins_with_the_rules_above_it(client, users, region, county):
    RosterRules.objects.create(region=region, most_run_days=4)
    client.force_login(users["region"])
    address = reverse("roster_settings:rules", args=[county.code])
    form = client.get(address)
    assert form.context["form"]["most_run_days"].value() == 4
    assert not form.context["is_own"]
    answer = client.post(address, rules_of(form) | {"least_rest_hours": 12})
    assert answer.status_code == 302
    own = RosterRules.objects.of(county)
    assert (own.region, own.least_rest_hours, own.most_run_days) == (county, 12, 4)
    assert RosterRules.objects.of(region).least_rest_hours == 11
    client.post(reverse("roster_settings:rules_drop", args=[county.code]))
    assert RosterRules.objects.of(county).region == region


def test_the_usual_rules_are_the_administrator_s(client, users):
    address = reverse("roster_settings:rules", args=["-"])
    client.force_login(users["region"])
    assert client.get(address).status_code == 403
    client.force_login(users["administrator"])
    form = client.get(address)
    client.post(address, rules_of(form) | {"most_run_days": 5})
    assert RosterRules.objects.of(RegionFactory()).most_run_days == 5
    with pytest.raises(PermissionDenied):
        save_rules(RosterRules(), by=users["region"])


def test_rules_of_a_region_elsewhere_are_not_found(client, users):
    client.force_login(users["region"])
    other = RegionFactory()
    for name in ("rules", "rules_drop"):
        address = reverse(f"roster_settings:{name}", args=[other.code])
        assert client.post(address).status_code == 404
    answer = client.get(reverse("roster_settings:rules_choose"), {"region": other.code})
    assert answer.status_code == 404


def test_at_most_is_not_less_than_by_contract(client, users):
    client.force_login(users["administrator"])
    address = reverse("roster_settings:rules", args=["-"])
    form = client.get(address)
    answer = client.post(address, rules_of(form) | {"most_week_hours": 39})
    assert "At most is not less than by contract." in answer.content.decode()
