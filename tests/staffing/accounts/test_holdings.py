"""What signing in and its records hold about somebody: shown, erased, let go."""

import json
from datetime import date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from outlets.exchange.models import Import, ImportFault
from staffing.accounts.models import AccessRecord, HistoryRecord, Lock, Pin
from staffing.accounts.services.service_tokens import create_service
from staffing.people.models import Employee, RoleGrant
from staffing.people.personal.keeping import kinds
from staffing.people.personal.models import Action
from staffing.people.personal.registry import holdings
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import person_with_pin
from tests.staffing.people.factories import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME, NUMBER, PSEUDONYM = "李小梅 Li Xiaomei", "E-4711", "X-ABCD2345"


def holding(code):
    return next(one for one in holdings() if one.code == code)


def a_person(number=NUMBER, name=NAME):
    """Return somebody who has left a row in every table of sign-in."""
    user = person_with_pin(OutletFactory(), number=number, name=name)
    user.username, user.email = f"user-{number}", f"{number}@chain.example"
    user.save()
    Lock.objects.create(key=f"pin:user:{user.pk}:device:1", last_at=timezone.now())
    Lock.objects.create(key=f"password:{user.pk}", last_at=timezone.now())
    Authenticator.objects.create(user=user, type="totp", data={"secret": "s3cret"})
    EmailAddress.objects.create(user=user, email=user.email)
    SocialAccount.objects.create(
        user=user,
        provider="openid_connect",
        uid=f"uid-{number}",
        extra_data={"n": name},
    )
    UserSession.objects.create(
        user=user, session_key=f"key-{number}", ip="203.0.113.7", user_agent="Firefox"
    )
    for typed in (user.username.lower(), user.email.upper(), number):
        AccessAttempt.objects.create(
            username=typed, ip_address="203.0.113.7", failures_since_start=2
        )
    AccessRecord.objects.create(
        kind="sign_in", user=user, address="203.0.113.0/24", agent="Safari, iPad"
    )
    AccessRecord.objects.create(
        kind="import", user=UserFactory(), what=f"employees: {name}.csv", rows=1
    )
    return user


GONE = ("pin", "wrong_attempts", "second_factors", "email_addresses", "directory")
GONE += ("signed_in", "failed_sign_ins")


@pytest.mark.parametrize("code", GONE)
def test_what_she_signed_in_with_is_shown_and_goes_and_a_colleagues_stays(code):
    hers, other = a_person(), a_person("E-99", "Wang Wei")
    one = holding(code)
    shown = list(one.rows_of(hers.employee))
    assert shown
    assert all(set(row) == set(one.columns) for row in shown)
    counted = one.foresee(hers.employee)
    assert one.erase(hers.employee, PSEUDONYM) == counted == len(shown)
    assert list(one.rows_of(hers.employee)) == []
    assert len(list(one.rows_of(other.employee))) == len(shown)


def test_no_export_holds_a_secret_or_a_hash():
    user = a_person()
    text = json.dumps(
        [list(one.rows_of(user.employee)) for one in holdings()], default=str
    )
    pin = Pin.objects.get(user=user)
    for secret in ("s3cret", "key-E-4711", pin.pin_hash, user.password or "!"):
        assert secret not in text


def test_failures_at_an_erased_account_are_found_by_its_old_name():
    """The account loses its name first; she comes along as she was."""
    user = a_person()
    person = Employee.objects.select_related("user").get(pk=user.employee_id)
    holding("account").erase(person, PSEUDONYM)
    assert holding("failed_sign_ins").erase(person, PSEUDONYM) == 3
    assert AccessAttempt.objects.count() == 0


# --- History and access log -----------------------------------------------------------


def everything(model):
    return json.dumps(list(model._base_manager.values()), default=str)


def test_history_and_log_lose_her_names_and_keep_what_happened():
    user = a_person()
    employee = user.employee
    employee.post = "supervisor"
    employee.save()
    other = person_with_pin(OutletFactory(), number="E-99", name="Wang Wei")
    grant = RoleGrantFactory(user=other, role="operations", reason=f"for {NUMBER}")
    lines = HistoryRecord.objects.count()
    for code in ("history", "access"):
        one = holding(code)
        counted = one.foresee(employee)
        assert counted
        assert one.erase(employee, PSEUDONYM) == counted
    assert HistoryRecord.objects.count() == lines
    left = everything(HistoryRecord) + everything(AccessRecord)
    for word in ("Li Xiaomei", NUMBER, "203.0.113", "iPad", user.username):
        assert word not in left
    changed = HistoryRecord.objects.get(
        employee=employee, changes__has_key="post", action=1
    )
    assert changed.changes == {"post": ["clerk", "supervisor"]}
    assert changed.object_repr == f"{PSEUDONYM} erased"
    reasons = HistoryRecord.objects.filter(
        object_id=grant.pk, changes__has_key="reason"
    )
    assert [line.changes["reason"] for line in reasons] == [[None, "for […]"]] or [
        line.changes["reason"] for line in reasons
    ] == [["", "for […]"]]
    assert AccessRecord.objects.filter(kind="sign_in").get().user == user


def test_a_namesake_keeps_her_name_in_the_history():
    user = a_person()
    namesake = person_with_pin(OutletFactory(), number="E-5", name=NAME)
    holding("history").erase(user.employee, PSEUDONYM)
    line = HistoryRecord.objects.get(
        employee=namesake.employee, changes__has_key="name"
    )
    assert line.changes["name"] == [None, NAME] or line.changes["name"] == ["", NAME]
    assert line.object_repr == f"E-5 {NAME}"


def test_a_file_of_her_data_shows_old_values_of_her_own_data_only():
    user = a_person()
    employee = user.employee
    employee.post = "supervisor"
    employee.save()
    rows = list(holding("history").rows_of(employee))
    post = [
        row
        for row in rows
        if row["kind"] == "people.employee" and row["field"] == "post"
    ]
    assert [(row["before"], row["after"]) for row in post] == [
        (None, "clerk"),
        ("clerk", "supervisor"),
    ] or [(row["before"], row["after"]) for row in post] == [
        ("", "clerk"),
        ("clerk", "supervisor"),
    ]
    outlets = [row for row in rows if row["field"] == "outlet"]
    assert {(row["before"], row["after"]) for row in outlets} == {(None, None)}


def test_who_took_data_about_her_out_is_not_placed():
    user = a_person()
    AccessRecord.objects.create(
        kind="export",
        user=UserFactory(),
        employee=user.employee,
        address="198.51.100.0/24",
        agent="Edge, Windows",
    )
    rows = list(holding("access").rows_of(user.employee))
    assert [(row["kind"], row["by_yourself"], row["address"]) for row in rows] == [
        ("sign_in", True, "203.0.113.0/24"),
        ("export", False, ""),
    ]


# --- Texts and grants -----------------------------------------------------------------


def test_the_owner_of_a_service_is_struck_out():
    user = a_person()
    service, _secret = create_service(
        name="HR system",
        purpose="Reads results",
        owner=f"{NAME}, HR",
        scopes=("registry:read",),
        expires_on=timezone.localdate() + timedelta(days=9),
        by=None,
    )
    one = holding("machines")
    assert list(one.rows_of(user.employee)) == [
        {"service": "HR system", "owner": f"{NAME}, HR"}
    ]
    assert one.erase(user.employee, PSEUDONYM) == 1
    service.refresh_from_db()
    assert service.owner == "[…], HR"


def test_grants_in_force_end_and_those_to_come_are_withdrawn():
    user = a_person()
    today = timezone.localdate()
    now = RoleGrantFactory(user=user, role="hr", reason=f"{NAME} leads HR")
    later = RoleGrantFactory(
        user=user, role="operations", starts_on=today + timedelta(days=30)
    )
    holding("grants").erase(user.employee, PSEUDONYM)
    now.refresh_from_db()
    later.refresh_from_db()
    assert (now.ends_on, now.withdrawn, now.reason) == (today, False, "[…] leads HR")
    assert (later.withdrawn, later.ended_at is not None) == (True, True)
    assert RoleGrant.objects.on(today + timedelta(days=40)).count() == 0


def test_refused_cells_and_file_names_lose_her():
    user = a_person()
    imported = Import.objects.create(
        kind="employees", by=user, file_name=f"{NUMBER}.csv", state="checked"
    )
    ImportFault.objects.create(
        of=imported, row=2, column="name", value=NAME, reason=f"{NUMBER} is unknown"
    )
    one = holding("imports")
    assert [row["file_name"] for row in one.rows_of(user.employee)] == [f"{NUMBER}.csv"]
    assert one.foresee(user.employee) == one.erase(user.employee, PSEUDONYM) == 3
    fault = ImportFault.objects.get()
    assert (fault.value, fault.reason) == ("", "[…] is unknown")
    imported.refresh_from_db()
    assert imported.file_name == "[…].csv"


# --- Keeping --------------------------------------------------------------------------

CUT_OFF = date(2026, 6, 1)


def local(day, hour=0, minute=0):
    return timezone.make_aware(datetime(2026, *day, hour, minute))


def expire(code, limit=500):
    return kinds()[code].apply(CUT_OFF, Action.DELETE, limit)


def test_failed_sign_ins_go_the_day_after_their_months():
    for at in (local((5, 31), 23, 59), local((6, 1))):
        one = AccessAttempt.objects.create(username=str(at), failures_since_start=1)
        AccessAttempt.objects.filter(pk=one.pk).update(attempt_time=at)
    assert expire("sign_in_failures") == 1
    assert AccessAttempt.objects.get().attempt_time == local((6, 1))


def test_what_is_known_of_a_session_goes_once_the_session_is_gone():
    user = UserFactory()
    for key in ("over", "alive"):
        row = UserSession.objects.create(user=user, session_key=key, ip="203.0.113.7")
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=local((5, 1)))
    Session.objects.create(
        session_key="alive", expire_date=timezone.now() + timedelta(days=1)
    )
    assert expire("sessions") == 1
    assert UserSession.objects.get().session_key == "alive"


def test_refused_cells_go_and_their_import_stays():
    for at in (local((5, 31), 23, 59), local((6, 1))):
        imported = Import.objects.create(kind="employees", received_at=at)
        ImportFault.objects.create(of=imported, row=2, column="a", reason="b")
    assert expire("import_faults") == 1
    assert ImportFault.objects.get().of.received_at == local((6, 1))
    assert Import.objects.count() == 2


def test_history_younger_than_the_deployment_keeps_it_stays_whatever_the_rule():
    UserFactory()
    old = timezone.now() - timedelta(days=1100)
    for at in (old, timezone.now() - timedelta(days=400)):
        AccessRecord.objects.create(kind="sign_in", at=at)
    lines = HistoryRecord.objects.count()
    today = timezone.localdate()
    assert kinds()["history"].apply(today, Action.DELETE, 500) == 1
    assert list(AccessRecord.objects.values_list("kind", "rows").order_by("id")) == [
        ("sign_in", None),
        ("history_purged", 1),
    ]
    assert HistoryRecord.objects.count() == lines
    assert kinds()["history"].apply(today, Action.DELETE, 500) == 0
    assert AccessRecord.objects.count() == 2  # a night without a purge leaves no line


def test_the_purge_goes_on_in_portions():
    old = timezone.now() - timedelta(days=1100)
    for _again in range(3):
        AccessRecord.objects.create(kind="sign_in", at=old)
    portions = [
        kinds()["history"].apply(timezone.localdate(), Action.DELETE, 2)
        for _again in range(3)
    ]
    assert portions == [2, 1, 0]
