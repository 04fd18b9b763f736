from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staffing.accounts.middleware import OPEN_WITHOUT_FACTOR
from staffing.accounts.models import SecondFactorRule
from staffing.accounts.selectors.second_factor import demand_on, rules_in_force
from staffing.accounts.services.second_factor import (
    decide_second_factor,
    forget_factors,
)
from staffing.people.models import User
from staffing.people.roles import Role
from tests.staffing.accounts.conftest import (
    PASSWORD,
    SIGN_IN,
    code_of,
    give_app,
    give_codes,
    sign_in,
    with_password,
)
from tests.staffing.accounts.test_sessions import age
from tests.staffing.accounts.test_sign_in import HOME, SECOND_STEP
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

SET_UP = reverse("mfa_index")
POLICY = reverse("accounts:policy")
SHIPPED = {Role.ADMINISTRATOR, Role.HR, Role.OPERATIONS, Role.AUDITOR}


@pytest.fixture
def administrator(db):
    return granted_user("administrator")


@pytest.fixture
def auditor(db):
    return with_password(granted_user("auditor"))


def require(role, *, by, grace_days=0):
    decide_second_factor(role=role, required=True, grace_days=grace_days, by=by)


# --- Which rule holds -----------------------------------------------------------------


def test_production_asks_four_roles_from_the_start(db, settings):
    settings.SECOND_FACTOR_ROLES = ("administrator", "hr", "operations", "auditor")
    assert {rule.role for rule in rules_in_force() if rule.required} == SHIPPED


def test_a_demo_asks_nobody(db):
    assert [rule for rule in rules_in_force() if rule.required] == []


def test_a_decision_wins_over_the_default(administrator, settings):
    settings.SECOND_FACTOR_ROLES = ("hr",)
    decide_second_factor(role=Role.HR, required=False, grace_days=0, by=administrator)
    assert {rule.role for rule in rules_in_force() if rule.required} == set()


def test_the_same_decision_again_does_not_begin_the_grace_anew(administrator):
    require(Role.HR, by=administrator, grace_days=7)
    SecondFactorRule.objects.update(since="2026-01-01")
    assert not decide_second_factor(
        role=Role.HR, required=True, grace_days=7, by=administrator
    )
    assert SecondFactorRule.objects.get().since.isoformat() == "2026-01-01"


@pytest.mark.parametrize("role", ["hr", "operations", "auditor", "agency"])
def test_only_who_configures_decides(db, role):
    with pytest.raises(PermissionDenied):
        require(Role.HR, by=granted_user(role))
    assert not SecondFactorRule.objects.exists()


def test_posts_are_roles_too(administrator):
    require(Role.STORE_MANAGER, by=administrator)
    assert demand_on(staff_user("store_manager")).overdue
    assert demand_on(staff_user("clerk")) is None


def test_recovery_codes_alone_are_no_factor(administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    give_codes(auditor)
    assert demand_on(auditor).overdue
    give_app(auditor)
    assert demand_on(auditor) is None


def test_grace_counts_from_the_latest_of_rule_account_and_role(administrator, auditor):
    require(Role.AUDITOR, by=administrator, grace_days=7)
    today = timezone.localdate()
    SecondFactorRule.objects.update(since=today - timedelta(days=30))
    User.objects.update(date_joined=timezone.now() - timedelta(days=20))
    auditor.refresh_from_db()
    assert demand_on(auditor).due == today - timedelta(days=13)
    auditor.grants.update(starts_on=today - timedelta(days=2))
    assert demand_on(auditor).due == today + timedelta(days=5)
    assert not demand_on(auditor).overdue


# --- Who owes a factor stays at the door ----------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("today:home", 302),
        ("rankings:list", 302),
        ("awards:list", 302),
        ("accounts:my_account", 302),
        ("account_change_password", 302),
        ("mfa_deactivate_totp", 302),
        ("accounts:policy", 302),
        ("api-docs", 403),
        ("api-schema", 403),
        ("api-rankings", 403),
        ("api-outlets", 403),
        ("mfa_index", 200),
        ("account_reauthenticate", 200),
    ],
)
def test_without_a_factor_only_the_set_up_is_open(
    client, administrator, auditor, name, status
):
    require(Role.AUDITOR, by=administrator)
    client.force_login(auditor)
    response = client.get(reverse(name))
    assert response.status_code == status
    if status == 302:
        assert response["Location"] == SET_UP
    if status == 403:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "second_factor_required"


def test_unknown_addresses_and_writes_are_closed_too(client, administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    client.force_login(auditor)
    assert client.get("/nowhere/")["Location"] == SET_UP
    assert client.post(POLICY, {})["Location"] == SET_UP
    assert client.post("/api/v1/checks/", {}).status_code == 403


def test_the_list_of_open_pages_names_real_ones():
    for name in OPEN_WITHOUT_FACTOR:
        assert reverse(name)


def test_signing_out_is_always_possible(client, administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    client.force_login(auditor)
    assert client.post(reverse("accounts:sign_out"))["Location"] == SIGN_IN


def test_setting_one_up_opens_the_door_at_once(client, administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    sign_in(client, auditor.username)
    assert client.get(HOME)["Location"] == SET_UP
    url = reverse("mfa_activate_totp")
    assert client.post(client.get(url)["Location"], {"password": PASSWORD})
    client.get(url)
    secret = client.session["mfa.totp.secret"]
    client.post(url, {"code": code_of(secret)})
    assert client.get(HOME).status_code == 200


def test_with_a_factor_nothing_is_in_the_way(client, administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    secret = give_app(auditor)
    sign_in(client, auditor.username)
    assert client.post(SECOND_STEP, {"code": code_of(secret)})["Location"] == HOME
    assert client.get(HOME).status_code == 200


def test_other_roles_are_left_alone(client, administrator):
    require(Role.AUDITOR, by=administrator)
    client.force_login(granted_user("hr"))
    assert client.get(HOME).status_code == 200


def test_a_new_rule_reaches_running_sessions_within_a_minute(
    client, administrator, auditor
):
    client.force_login(auditor)
    require(Role.AUDITOR, by=administrator)
    age(client, seen_at=40)  # a slow machine takes some of it
    assert client.get(HOME).status_code == 200
    age(client, seen_at=61)
    assert client.get(HOME)["Location"] == SET_UP
    decide_second_factor(
        role=Role.AUDITOR, required=False, grace_days=0, by=administrator
    )
    assert client.get(HOME).status_code == 200  # lifted at once


def test_during_the_grace_one_is_reminded_and_let_through(
    client, administrator, auditor
):
    require(Role.AUDITOR, by=administrator, grace_days=7)
    sign_in(client, auditor.username)
    page = client.get(HOME).content.decode()
    assert "Your role requires a second factor. Set it up by" in page
    age(client, seen_at=61)
    SecondFactorRule.objects.update(since=timezone.localdate() - timedelta(days=8))
    User.objects.update(date_joined=timezone.now() - timedelta(days=8))
    assert client.get(HOME)["Location"] == SET_UP


# --- The last factor ------------------------------------------------------------------


def signed_in_with_app(user):
    client = Client()
    secret = give_app(user)
    sign_in(client, user.username)
    client.post(SECOND_STEP, {"code": code_of(secret)})
    return client


def test_the_last_factor_stays_while_a_role_requires_one(administrator, auditor):
    require(Role.AUDITOR, by=administrator)
    client = signed_in_with_app(auditor)
    url = reverse("mfa_deactivate_totp")
    client.post(client.get(url)["Location"], {"password": PASSWORD})
    page = client.post(url).content.decode()
    assert "Set up another one before you remove" in page
    assert Authenticator.objects.filter(user=auditor).count() == 1


def test_forgotten_factors_leave_the_password(client, administrator, auditor):
    give_app(auditor)
    give_codes(auditor)
    assert forget_factors(user=auditor, by=administrator) == 2
    assert sign_in(client, auditor.username)["Location"] == HOME


def test_nobody_else_removes_the_factors_of_somebody(auditor):
    give_app(auditor)
    with pytest.raises(PermissionDenied):
        forget_factors(user=auditor, by=auditor)
    assert Authenticator.objects.filter(user=auditor).count() == 1


def test_the_command_helps_the_last_administrator(administrator):
    give_app(administrator)
    said = StringIO()
    call_command("forget_factors", administrator.username, stdout=said)
    assert said.getvalue() == f"{administrator.username}: 1 factors removed\n"
    with pytest.raises(CommandError, match="nobody is called ghost"):
        call_command("forget_factors", "ghost")


# --- The page -------------------------------------------------------------------------


def form(**required):
    data = {}
    for role in Role:
        data[f"{role.value}-grace_days"] = str(required.get(role.value, 0))
        if role.value in required:
            data[f"{role.value}-required"] = "on"
    return data


def test_an_administrator_decides_on_the_page(client, administrator):
    client.force_login(administrator)
    page = client.get(POLICY).content.decode()
    assert "This is a demo" in page
    assert client.post(POLICY, form(hr=0, auditor=14))["Location"] == POLICY
    assert {
        (row.role, row.required, row.grace_days, row.decided_by)
        for row in SecondFactorRule.objects.select_related("decided_by")
    } == {("hr", True, 0, administrator), ("auditor", True, 14, administrator)}
    page = client.get(POLICY).content.decode()
    assert "Saved." in page


def test_outside_a_demo_the_page_does_not_speak_of_one(client, administrator, settings):
    settings.DEMO = False
    client.force_login(administrator)
    assert "This is a demo" not in client.get(POLICY).content.decode()


@pytest.mark.parametrize("days", ["-1", "91", "x", ""])
def test_absurd_grace_is_refused_and_nothing_saved(client, administrator, days):
    client.force_login(administrator)
    response = client.post(POLICY, form(auditor=0) | {"hr-grace_days": days})
    assert response.status_code == 200
    assert not SecondFactorRule.objects.exists()


def test_an_auditor_reads_the_rules_and_changes_none(client, db):
    client.force_login(granted_user("auditor"))
    page = client.get(POLICY).content.decode()
    assert ("<fieldset disabled>" in page, ">Save<" in page) == (True, False)
    assert client.post(POLICY, form(hr=0)).status_code == 403
    assert not SecondFactorRule.objects.exists()


@pytest.mark.parametrize("role", ["hr", "operations"])
def test_the_page_is_closed_to_others(client, db, role):
    client.force_login(granted_user(role))
    assert client.get(POLICY).status_code == 403
    assert client.post(POLICY, form(hr=0)).status_code == 403
    assert not SecondFactorRule.objects.exists()


def test_services_with_tokens_are_not_asked_for_a_factor(client, administrator):
    require(Role.HR, by=administrator)
    UserFactory()
    answer = client.get("/api/v1/outlets/", HTTP_AUTHORIZATION="Bearer unknown")
    assert answer.status_code == 401
