"""What is written down when something changes, and that it stays so."""

import base64
from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from evaluations.awards.models import Award, AwardState
from evaluations.awards.services import draw_winners, publish_list
from evaluations.ledger.models import PeriodChange
from evaluations.ledger.periods import Period
from evaluations.ledger.services import close_period
from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Item, Standard
from evaluations.standards.services import publish_version, put_on_card
from outlets.exchange.acting import acting, current
from outlets.exchange.importer import load
from outlets.exchange.kinds import registered
from outlets.places.models import Outlet
from staffing.accounts.models import AccessRecord, Deed, HistoryRecord
from staffing.accounts.services.erasing import pseudonymise_history
from staffing.accounts.services.keeping import TooYoungToPurge, purge_history
from staffing.people.models import Assignment, Employee, RoleGrant, User
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.accounts.factories import make_service
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db


def told(model, deed=None):
    records = HistoryRecord.objects.filter(
        content_type=ContentType.objects.get_for_model(model)
    ).order_by("id")
    return [r for r in records if deed is None or r.action == deed]


# --- Single saves ---------------------------------------------------------------------


def test_a_changed_field_is_kept_with_old_and_new():
    person = EmployeeFactory(number="E1", name="Li Na", hired_on=date(2020, 1, 1))
    person.post, person.hired_on = "supervisor", date(2020, 2, 1)
    person.save()
    created, changed = told(Employee)
    assert created.action == Deed.CREATED
    assert created.changes["name"] == [None, "Li Na"]
    assert changed.action == Deed.CHANGED
    assert changed.changes == {
        "hired_on": ["2020-01-01", "2020-02-01"],
        "post": ["clerk", "supervisor"],
    }
    assert (changed.object_repr, changed.employee) == ("E1 Li Na", person)


def test_saving_without_a_change_leaves_no_line():
    person = EmployeeFactory()
    person.save()
    assert len(told(Employee)) == 1


def test_a_new_row_tells_only_what_it_says():
    RegionFactory(code="NS", name="Nanshan", level="county")
    (created,) = HistoryRecord.objects.filter(object_repr="NS Nanshan")
    assert created.changes == {
        "code": [None, "NS"],
        "level": [None, "county"],
        "name": [None, "Nanshan"],
    }


def test_a_password_and_a_sign_in_leave_no_line(client):
    user = UserFactory(username="li")
    user.set_password("a long enough phrase")
    user.save()
    client.force_login(user)
    assert len(told(User)) == 1
    assert "password" not in told(User)[0].changes


def test_a_deleted_grant_leaves_what_it_said():
    grant = RoleGrantFactory(role="hr")
    grant.delete()
    gone = told(RoleGrant, Deed.DELETED)[0]
    assert gone.changes["role"] == ["hr", None]
    assert gone.changes["user"] == [grant.user_id, None]


def test_a_person_without_a_history_can_still_be_deleted():
    Employee.objects.bulk_create([Employee(number="E1", name="Li Na", post="clerk")])
    Employee.objects.get().delete()
    (gone,) = told(Employee)
    assert (gone.action, gone.object_repr, gone.employee) == (2, "E1 Li Na", None)


# --- Who ------------------------------------------------------------------------------


def test_the_person_signed_in_is_the_actor(client):
    admin = granted_user("administrator")
    client.force_login(admin)
    client.post("/checks/standards/GROOMING/card/", {"on": "0"})
    (line,) = told(Standard)
    assert (line.actor, line.actor_name) == (admin, "")
    assert line.changes == {"on_card": [True, False]}


def test_a_row_that_names_who_did_it_is_believed_where_nobody_is_signed_in():
    hr = granted_user("hr")
    close_period(period=Period.parse("2026-08"), by=hr)
    (line,) = told(PeriodChange)
    assert (line.actor, line.actor_name) == (hr, "")
    assert line.changes == {
        "by": [None, hr.pk],
        "period": [None, "2026-08"],
        "state": [None, "closed"],
    }


def test_a_service_that_knows_by_is_believed():
    admin = granted_user("administrator")
    put_on_card(standard=Standard.objects.get(code="GROOMING"), on_card=False, by=admin)
    assert told(Standard)[0].actor == admin


def test_a_job_is_named_where_no_person_acts():
    with acting(name="system: rank"):
        EmployeeFactory()
    line = told(Employee)[0]
    assert (line.actor, line.actor_name) == (None, "system: rank")


def test_a_celery_task_is_named_while_it_runs_and_no_longer():
    from celery import shared_task

    @shared_task(name="tests.hire")
    def hire():
        EmployeeFactory(number="BY-TASK")

    hire.delay()
    EmployeeFactory(number="AFTER")
    names = {line.object_repr[:5]: line.actor_name for line in told(Employee)}
    assert names == {"BY-TA": "system: tests.hire", "AFTER": ""}


def test_a_task_that_is_tried_again_is_named_no_longer_than_it_runs():
    from celery import shared_task
    from celery.exceptions import Retry

    tries = []

    @shared_task(
        name="tests.again",
        autoretry_for=(OSError,),
        max_retries=1,
        default_retry_delay=0,
    )
    def again():
        tries.append(current().name)
        if len(tries) == 1:
            raise OSError

    with pytest.raises(Retry):
        again.delay()
    assert tries == ["system: tests.again"]
    assert current().name == ""


# --- Bulk -----------------------------------------------------------------------------


def ingest(kind, *rows, source="people.csv"):
    return load(registered()[kind](), [row.split(",") for row in rows], source=source)


def test_a_file_leaves_a_line_per_person_with_the_file_as_occasion():
    with acting(name="system: ingest"):
        ingest("employees", "number,name,post", "E1,Li Na,clerk", "E2,Wang Wei,clerk")
        ingest(
            "employees", "number,name,post", "E1,Li Na,supervisor", "E2,Wang Wei,clerk"
        )
    created = told(Employee, Deed.CREATED)
    assert [line.object_repr for line in created] == ["E1 Li Na", "E2 Wang Wei"]
    assert created[0].employee == Employee.objects.get(number="E1")
    (changed,) = told(Employee, Deed.CHANGED)
    assert changed.changes == {"post": ["clerk", "supervisor"]}
    assert changed.actor_name == "system: ingest"
    assert changed.additional_data == {"kind": "employees", "file": "people.csv"}


def test_a_file_that_says_what_is_known_leaves_no_line():
    rows = ("number,name,post", "E1,Li Na,clerk")
    ingest("employees", *rows)
    ingest("employees", *rows)
    assert len(told(Employee)) == 1


def test_a_refused_file_leaves_neither_history_nor_access():
    ingest("employees", "number,name,post", "E1,Li Na,clerk", "E2,,clerk")
    assert told(Employee) == []
    assert AccessRecord.objects.count() == 0


def test_a_file_that_moves_somebody_tells_where_she_worked():
    AssignmentFactory(
        employee=EmployeeFactory(number="E1"),
        outlet=OutletFactory(code="O1"),
        starts_on=date(2026, 1, 1),
    )
    ingest(
        "assignments",
        "employee_number,outlet_code,from,to",
        "E1,O1,2026-01-01,2026-06-30",
    )
    (changed,) = told(Assignment, Deed.CHANGED)
    assert changed.changes == {"ends_on": [None, "2026-06-30"]}
    assert changed.object_repr == "E1 · O1"


def test_a_loaded_file_leaves_a_line_in_the_access_log(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text("number,name,post\nE1,Li Na,clerk\n", encoding="utf-8")
    call_command("ingest", "employees", str(path))
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.what, line.rows) == ("import", "employees: staff.csv", 1)


def test_a_new_version_tells_which_items_changed_and_carries_over_silently():
    standard = Standard.objects.create(code="DESK", title_en="Desk")
    by = granted_user("administrator")
    first = {"D1": ItemDraft("Tidy"), "D2": ItemDraft("Clean"), "D3": ItemDraft("Lit")}
    publish_version(standard=standard, items=first, valid_from=date(2026, 1, 1), by=by)
    known = len(told(Item))
    second = {"D1": ItemDraft("Tidy", weight=200), "D2": ItemDraft("Clean")}
    publish_version(standard=standard, items=second, valid_from=date(2026, 2, 1), by=by)
    changed, gone = told(Item)[known:]
    assert changed.changes == {"weight": [100, 200]}
    assert (changed.object_repr, changed.actor) == ("DESK v2 D1", by)
    assert (gone.action, gone.object_repr) == (Deed.DELETED, "DESK v1 D3")


def test_published_awards_tell_of_every_winner_and_of_the_list():
    county_with_scores([80, 95, 90], code="NS")
    by = granted_user("operations")
    (county,) = (
        one
        for one in draw_winners(run_id=published_run().pk, by=by)
        if one.level == "county"
    )
    publish_list(award_list_id=county.pk, by=by)
    winners = told(Award)
    assert {line.object_id for line in winners} == {a.pk for a in county.awards.all()}
    assert {line.actor for line in winners} == {by}
    assert winners[0].changes == {"state": [AwardState.PROPOSED, AwardState.AWARDED]}


# --- It stays -------------------------------------------------------------------------


def record():
    OutletFactory(code="O1")
    return told(Outlet)[0]


def test_nobody_changes_or_deletes_a_line_through_the_model():
    line = record()
    for attempt in (
        line.save,
        line.delete,
        HistoryRecord.objects.all().delete,
        lambda: HistoryRecord.objects.update(actor_name="x"),
        lambda: HistoryRecord.objects.bulk_update([line], ["actor_name"]),
    ):
        with pytest.raises(TypeError, match="never changed"):
            attempt()
    assert told(Outlet) == [line]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.parametrize("table", ["accounts_historyrecord", "accounts_accessrecord"])
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_itself_refuses(table, sql, client):
    record()
    client.force_login(UserFactory())
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table))


def test_the_purge_takes_what_is_older_than_three_years_and_leaves_a_line():
    line = record()
    old = timezone.now() - timedelta(days=1097)
    HistoryRecord.objects.create(
        content_type=line.content_type,
        object_id=1,
        object_repr="old",
        action=Deed.CHANGED,
        changes={"name": ["a", "b"]},
        timestamp=old,
    )
    AccessRecord.objects.create(kind="sign_in", at=old)
    kept = set(HistoryRecord.objects.exclude(object_repr="old"))
    admin = granted_user("administrator")
    kept |= set(HistoryRecord.objects.exclude(object_repr="old"))
    before = timezone.now() - timedelta(days=1096, minutes=1)
    assert purge_history(before=before, by=admin) == 2
    assert set(HistoryRecord.objects.all()) == kept
    (access,) = AccessRecord.objects.all()
    assert (access.kind, access.user, access.rows) == ("history_purged", admin, 2)


def test_the_purge_refuses_what_must_be_kept():
    line = record()
    with pytest.raises(TooYoungToPurge):
        purge_history(before=timezone.now() - timedelta(days=1095), by=None)
    assert told(Outlet) == [line]
    assert AccessRecord.objects.count() == 0


def test_the_purge_is_not_for_everybody():
    record()
    with pytest.raises(PermissionDenied):
        purge_history(
            before=timezone.now() - timedelta(days=2000), by=granted_user("auditor")
        )


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_the_door_is_shut_again_behind_the_purge():
    record()
    purge_history(before=timezone.now() - timedelta(days=2000), by=None)
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_historyrecord")


def test_an_erased_person_leaves_her_history_without_her_names():
    person = EmployeeFactory(number="E1", name="Li Na")
    user = UserFactory(username="li.na", first_name="Li Na", email="li@example.org")
    user.employee = person
    user.save()
    person.name, person.post = "Li Nana", "supervisor"
    person.save()
    other = EmployeeFactory(number="E2", name="Li Na")
    pseudonymise_history(employee=person, by=None, pseudonym="X-1")
    text = " ".join(
        f"{line.changes} {line.object_repr}"
        for line in HistoryRecord.objects.exclude(employee=other)
    )
    assert [
        word for word in ("Li Na", "li.na", "li@example.org", "E1") if word in text
    ] == []
    changed = told(Employee, Deed.CHANGED)[0]
    assert changed.changes == {
        "name": ["erased", "erased"],
        "post": ["clerk", "supervisor"],
    }
    assert changed.object_repr == "X-1 erased"
    assert told(Employee)[-1].object_repr == "E2 Li Na"
    assert AccessRecord.objects.get().kind == "name_erased"


# --- Services -------------------------------------------------------------------------


def test_what_a_token_writes_is_signed_by_the_service(client):
    service, secret = make_service("HR system")
    client_id = service.application.client_id
    pair = base64.b64encode(f"{client_id}:{secret}".encode())
    token = client.post(
        "/api/v1/oauth/token/",
        {"grant_type": "client_credentials", "scope": "registry:read"},
        headers={"Authorization": f"Basic {pair.decode()}"},
    ).json()["access_token"]
    EmployeeFactory.create_batch(3)
    client.get("/api/v1/employees/", headers={"Authorization": f"Bearer {token}"})
    issued, export = AccessRecord.objects.order_by("id")
    assert (issued.kind, issued.what) == ("token_issued", "HR system: registry:read")
    assert (export.kind, export.name, export.what, export.rows) == (
        "export",
        "service: HR system",
        "employees",
        3,
    )
