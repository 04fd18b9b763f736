from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from oauth2_provider.models import AccessToken

from evaluations.checks.models import Check, Correction
from evaluations.checks.selectors.days import person_day
from evaluations.complaints.models import Case
from evaluations.feedback.models import Rating
from evaluations.ledger.models import Entry
from evaluations.mystery.models import Visit
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.services.verifying import verify_run
from outlets.exchange.importer import load_values
from outlets.exchange.kinds import registered
from outlets.flow.models import ServerDay, Ticket, TicketEvent, Transaction
from outlets.flow.roll_ups import SOURCES
from outlets.flow.services import compare_roll_ups
from staffing.people.models import Employee, ErasedNumber, Erasure, PersonalExport, User
from staffing.people.personal.selectors import foreseen
from staffing.people.personal.services.erasing import (
    confirm_erasure,
    propose_erasure,
    withdraw_erasure,
)
from staffing.people.personal.services.exporting import request_export
from staffing.people.personal.services.refusals import (
    AlreadyErased,
    ErasureClosed,
    ErasureOpen,
    LeftTooLately,
    OwnErasure,
    ReasonMissing,
    SamePerson,
    StillEmployed,
    StillNeeded,
)
from tests.staffing.people.factories import (
    RoleGrantFactory,
    UserFactory,
    granted_user,
)
from tests.staffing.people.personal.life import Life, a_life, managers
from tests.staffing.people.personal.when import DAY

REASON = "she asked for it in writing"
NAME, NUMBER = "李小梅", "E-4711"


@pytest.fixture
def erase(django_capture_on_commit_callbacks):
    """Erase somebody as the pages do: one asks, another confirms."""

    def carry_out(employee) -> Erasure:
        first, second = managers()
        with django_capture_on_commit_callbacks(execute=True):
            erasure = propose_erasure(employee=employee, reason=REASON, by=first)
            confirm_erasure(uuid=erasure.uuid, by=second)
        erasure.refresh_from_db()
        return erasure

    return carry_out


def whole_database() -> str:
    """Return every text and number that any table holds, as one text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.django_db
class TestWhatGoes:
    def test_name_and_number_are_nowhere_any_more(self, erase):
        life = a_life()
        before = whole_database()
        assert NAME in before
        assert NUMBER in before
        assert erase(life.person).state == "done"
        after = whole_database()
        for word in (NAME, "Li Xiaomei", NUMBER):
            left = [line for line in after.splitlines() if word in line]
            assert left == []

    def test_she_reads_as_a_former_staff_member_in_either_language(self, erase):
        life = a_life()
        erase(life.person)
        assert Employee.objects.get(pk=life.person.pk).name == "former staff member"
        with translation.override("zh-hans"):
            found = Employee.objects.get(pk=life.person.pk)
            assert found.name == "离职员工"
            found.save()  # and what is read is never written back
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM people_employee WHERE id = %s", [life.person.pk]
            )
            assert cursor.fetchone() == ("",)

    def test_her_number_is_a_pseudonym_and_her_uuid_stays(self, erase):
        life = a_life()
        erase(life.person)
        found = Employee.objects.get(pk=life.person.pk)
        assert found.number.startswith("X-")
        assert len(found.number) == 10
        assert found.uuid == life.person.uuid
        kept = (found.gender, found.post, found.hired_on, found.left_on)
        assert kept == ("F", "clerk", date(2020, 1, 1), date(2026, 4, 30))
        assert found.contract == ""
        assert found.erased_at is not None

    def test_her_account_opens_nothing(self, erase):
        life = a_life()
        life.account.set_password("secret")
        life.account.save()
        erase(life.person)
        found = User.objects.get(pk=life.account.pk)
        pseudonym = Employee.objects.get(pk=life.person.pk).number
        assert found.username == pseudonym
        assert (found.email, found.first_name, found.is_active) == ("", "", False)
        assert not found.has_usable_password()
        assert AccessToken.objects.filter(user=found).count() == 0
        assert AccessToken.objects.count() == 1  # her colleague's
        assert Session.objects.count() == 1
        assert found.grants.get().ends_on == timezone.localdate()

    def test_texts_about_her_are_cleared_and_texts_about_others_lose_her(self, erase):
        life = a_life()
        erase(life.person)
        hers, other = life.person, life.colleague
        assert Check.objects.get(employee=hers).note == ""
        assert Visit.objects.get(employee=hers).comment == ""
        assert Case.objects.get(employee=hers).summary == ""
        for rating in Rating.objects.filter(employee=hers):
            assert (rating.comment, rating.ticket_no, rating.score) == ("", "", 5)
        struck = "[…] ([…]) says: call 13800138000 =1+1"
        assert Check.objects.get(employee=other).note == f"={struck}"
        assert Visit.objects.get(employee=other).comment == struck
        assert Case.objects.get(employee=other).summary == struck
        correction = Correction.objects.get(check_record__employee=other)
        assert (correction.reason, correction.previous["note"]) == (struck, "")

    def test_the_pseudonym_stands_for_her_as_an_author(self, erase):
        life = a_life()
        erase(life.person)
        pseudonym = Employee.objects.get(pk=life.person.pk).number
        assert Check.objects.get(employee=life.colleague).by_name == pseudonym
        assert Check.objects.get(employee=life.person).by_name == life.colleague.name

    def test_files_about_her_are_deleted(
        self, erase, django_capture_on_commit_callbacks
    ):
        life = a_life()
        with django_capture_on_commit_callbacks(execute=True):
            request_export(employee=life.person, by=life.account)
        file = PersonalExport.objects.get().file
        erase(life.person)
        assert PersonalExport.objects.get().file == ""
        assert not file.storage.exists(file.name)


@pytest.mark.django_db
class TestWhatStays:
    def test_a_published_run_verifies_as_before(self, erase):
        life = a_life()
        before = verify_run(run_id=life.run.pk)
        output = [_figures(one) for one in life.run.standings.order_by("position")]
        erase(life.person)
        after = verify_run(run_id=life.run.pk)
        assert before.differences == after.differences == []
        assert after.holds
        assert after.drift == before.drift == []
        assert Run.objects.get(pk=life.run.pk).hash == life.run.hash
        again = [_figures(one) for one in life.run.standings.order_by("position")]
        assert again == output

    def test_the_ledger_says_the_same_but_for_reasons(self, erase):
        life = a_life()
        before = list(Entry.objects.order_by("pk").values())
        erase(life.person)
        after = list(Entry.objects.order_by("pk").values())
        for row in before:
            row["reason"] = ""
        assert after == before

    def test_her_day_of_checks_says_the_same(self, erase):
        life = a_life()
        before = _day(life.person)
        erase(life.person)
        assert _day(Employee.objects.get(pk=life.person.pk)) == before
        assert before.checked

    def test_flow_keeps_its_figures_under_the_pseudonym(self, erase):
        life = a_life()
        erase(life.person)
        pseudonym = Employee.objects.get(pk=life.person.pk).number
        for model in (Ticket, TicketEvent, Transaction, ServerDay):
            numbers = set(model.objects.values_list("employee_number", flat=True))
            assert numbers == {pseudonym, life.colleague.number}
        ticket_source = next(one for one in SOURCES if one.raw is Ticket)
        compared = compare_roll_ups(source=ticket_source, outlet=life.outlet)
        assert compared.differences == []

    def test_the_dry_run_counts_what_then_happens(self, erase):
        life = a_life()
        counted = {str(one.label): one.rows for one in foreseen(life.person)}
        # What asking for it adds by itself.
        erasure = erase(life.person)
        from staffing.people.personal.registry import holdings

        done = {str(one.label): erasure.counts.get(one.code, 0) for one in holdings()}
        assert done == counted
        assert done["Person"] == done["Customers served"] == 1
        assert done["Checks received"] == 3  # her note, her colleague's, the uuid

    def test_foreseeing_changes_nothing(self):
        life = a_life()
        before = whole_database()
        foreseen(life.person)
        assert whole_database() == before


def _day(person: Employee):
    checks = list(Check.objects.of_day(person, DAY))
    return person_day(person, DAY, checks).day


def _figures(standing: Standing) -> tuple:
    return (
        standing.employee_uuid,
        standing.position,
        standing.score,
        standing.input,
        standing.components,
    )


@pytest.mark.django_db
class TestTwoPeople:
    def test_nothing_happens_before_a_second_person_confirms(self):
        life = a_life()
        first, second = managers()
        erasure = propose_erasure(employee=life.person, reason=REASON, by=first)
        with pytest.raises(SamePerson):
            confirm_erasure(uuid=erasure.uuid, by=first)
        life.person.refresh_from_db()
        assert (life.person.number, life.person.erased_at) == (NUMBER, None)
        erasure.refresh_from_db()
        assert (erasure.state, erasure.confirmed_by) == ("proposed", None)
        confirm_erasure(uuid=erasure.uuid, by=second)
        erasure.refresh_from_db()
        assert (erasure.state, erasure.confirmed_by) == ("confirmed", second)

    def test_nobody_takes_part_in_her_own_erasure(self):
        life = a_life()
        RoleGrantFactory(user=life.account, role="hr")
        erasure = propose_erasure(
            employee=life.person, reason=REASON, by=granted_user("hr")
        )
        # Who has left may do nothing at all; she has come back.
        Employee.objects.filter(pk=life.person.pk).update(left_on=None)
        herself = User.objects.get(pk=life.account.pk)
        with pytest.raises(OwnErasure):
            propose_erasure(employee=life.person, reason=REASON, by=herself)
        with pytest.raises(OwnErasure):
            confirm_erasure(uuid=erasure.uuid, by=herself)
        with pytest.raises(OwnErasure):
            withdraw_erasure(uuid=erasure.uuid, by=herself)
        erasure.refresh_from_db()
        assert erasure.state == "proposed"

    @pytest.mark.parametrize("role", ["operations", "administrator", "auditor"])
    def test_it_takes_the_power(self, role):
        life = a_life()
        with pytest.raises(PermissionDenied):
            propose_erasure(employee=life.person, reason=REASON, by=granted_user(role))
        erasure = propose_erasure(
            employee=life.person, reason=REASON, by=granted_user("hr")
        )
        with pytest.raises(Erasure.DoesNotExist):
            confirm_erasure(uuid=erasure.uuid, by=granted_user(role))
        assert Erasure.objects.get().state == "proposed"

    def test_what_is_withdrawn_can_be_asked_for_again_and_not_confirmed(self):
        life = a_life()
        first, second = managers()
        erasure = propose_erasure(employee=life.person, reason=REASON, by=first)
        with pytest.raises(ErasureOpen):
            propose_erasure(employee=life.person, reason=REASON, by=second)
        withdraw_erasure(uuid=erasure.uuid, by=second)
        with pytest.raises(ErasureClosed):
            confirm_erasure(uuid=erasure.uuid, by=second)
        again = propose_erasure(employee=life.person, reason=REASON, by=first)
        assert again.state == "proposed"

    def test_carried_out_once_it_is_over(self, erase):
        life = a_life()
        erasure = erase(life.person)
        with pytest.raises(ErasureClosed):
            confirm_erasure(uuid=erasure.uuid, by=granted_user("hr"))
        with pytest.raises(AlreadyErased):
            propose_erasure(employee=life.person, reason=REASON, by=granted_user("hr"))
        assert ErasedNumber.objects.count() == 1


@pytest.mark.django_db
class TestWhoCanBeErased:
    def _refused(self, life: Life, error, **reason):
        with pytest.raises(error) as refusal:
            propose_erasure(
                employee=life.person,
                reason=reason.get("reason", REASON),
                by=granted_user("hr"),
            )
        assert Erasure.objects.count() == 0
        return str(refusal.value)

    def test_a_reason_is_given(self):
        self._refused(a_life(), ReasonMissing, reason=" ")

    @pytest.mark.parametrize("days", [None, 0, -1])
    def test_only_who_has_left(self, days):
        life = a_life()
        today = timezone.localdate()
        life.person.left_on = None if days is None else today - timedelta(days=days)
        life.person.save()
        self._refused(life, StillEmployed)

    def test_only_months_after_leaving(self):
        life = a_life()
        life.person.left_on = timezone.localdate() - timedelta(days=30)
        life.person.save()
        said = self._refused(life, LeftTooLately)
        assert said.endswith("people can be erased 6 months after they left.")

    def test_not_while_a_ranking_can_be_appealed(self):
        life = a_life(published_days_ago=5)
        said = self._refused(life, StillNeeded)
        assert said == (
            "She cannot be erased now: The ranking of 2026-03 can still be appealed."
        )

    def test_not_while_a_case_is_open(self):
        life = a_life()
        Case.objects.filter(employee=life.person).update(
            closed_at=None, closed_on=None, days_to_close=None
        )
        said = self._refused(life, StillNeeded)
        assert said.endswith(f"Complaint C{life.person.pk} is not decided.")

    def test_what_comes_between_sends_it_back(self, django_capture_on_commit_callbacks):
        life = a_life()
        first, second = managers()
        erasure = propose_erasure(employee=life.person, reason=REASON, by=first)
        with django_capture_on_commit_callbacks() as tasks:
            confirm_erasure(uuid=erasure.uuid, by=second)
        Case.objects.filter(employee=life.person).update(
            closed_at=None, closed_on=None, days_to_close=None
        )
        for task in tasks:
            task()
        erasure.refresh_from_db()
        assert (erasure.state, erasure.confirmed_by) == ("proposed", None)
        assert "is not decided" in erasure.message
        life.person.refresh_from_db()
        assert (life.person.number, life.person.erased_at) == (NUMBER, None)

    def test_what_goes_wrong_changes_nothing(
        self, django_capture_on_commit_callbacks, monkeypatch
    ):
        life = a_life()
        first, second = managers()
        erasure = propose_erasure(employee=life.person, reason=REASON, by=first)
        with django_capture_on_commit_callbacks() as tasks:
            confirm_erasure(uuid=erasure.uuid, by=second)
        before = whole_database()

        from staffing.people.personal.registry import Holding

        real = Holding.erase

        def breaks(holding, employee, pseudonym):
            if holding.code == "awards":
                raise ValueError("broken")
            return real(holding, employee, pseudonym)

        monkeypatch.setattr(Holding, "erase", breaks)
        with pytest.raises(ValueError, match="broken"):
            tasks[0]()
        erasure.refresh_from_db()
        assert erasure.message == "It stopped with ValueError; nothing was changed."
        differing = set(before.splitlines()) ^ set(whole_database().splitlines())
        assert all(line.startswith("people_erasure:") for line in differing)


EMPLOYEES = [
    {"number": NUMBER, "name": "李小梅 Li Xiaomei", "post": "clerk"},
    {"number": "E-1", "name": "New One", "post": "clerk"},
]


@pytest.mark.django_db
class TestFilesThatStillListHer:
    def _warnings(self, kind, rows):
        heard = []

        class Ears:
            def faulty(self, cells):
                heard.extend(str(fault) for fault in cells.faults)

            def warned(self, fault):
                heard.append(f"{fault.row} {fault.column}: {fault.reason}")

            def progressed(self, read):
                pass

        from outlets.exchange.importer import load

        names = list(rows[0])
        lines = [names, *([row[name] for name in names] for row in rows)]
        report = load(registered()[kind](), lines, audience=Ears())
        return str(report), heard

    def test_employees_do_not_come_back_and_it_is_said(self, erase):
        life = a_life()
        erase(life.person)
        report, heard = self._warnings("employees", EMPLOYEES)
        assert report == (
            "ingest employees: 2 read, 1 created, 0 updated, 1 unchanged, 0 rejected"
        )
        on = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
        assert heard == [f"2 number: was erased on {on}: not taken"]
        assert not Employee.objects.filter(number=NUMBER).exists()

    @pytest.mark.parametrize(
        ("kind", "row"),
        [
            ("assignments", {"outlet_code": "OUT-1", "from": "2020-01-01"}),
            ("roster", {"date": "2026-03-15", "shift": "off"}),
            ("tests", {"taken_on": "2026-03-15", "test": "W12", "score": "90"}),
        ],
    )
    def test_rows_about_her_are_left_as_they_are(self, erase, kind, row):
        life = a_life()
        erase(life.person)
        before = whole_database()
        report, heard = self._warnings(kind, [{"employee_number": NUMBER, **row}])
        assert report.endswith("1 read, 0 created, 0 updated, 1 unchanged, 0 rejected")
        assert len(heard) == 1
        assert whole_database() == before

    def test_tickets_sent_again_find_their_rows(self, erase):
        life = a_life()
        erase(life.person)
        rows = [
            {
                "outlet_code": "OUT-1",
                "ticket_no": f"CANARY{life.person.pk}",
                "date": "2026-03-14",
                "arrived_at": "2026-03-14T04:00:00+00:00",
                "employee_number": NUMBER,
            }
        ]
        report = load_values(registered()["tickets"](), rows)
        assert str(report).endswith("0 created, 0 updated, 1 unchanged, 0 rejected")

    def test_transactions_sent_again_are_not_counted_twice(self, erase):
        life = a_life()
        erase(life.person)
        rows = [
            {
                "outlet_code": "OUT-1",
                "date": "2026-03-14",
                "employee_number": NUMBER,
                "service": "bills",
                "quantity": 3,
            }
        ]
        report = load_values(registered()["transactions"](), rows)
        assert str(report).endswith("0 created, 0 updated, 1 unchanged, 0 rejected")
        assert Transaction.objects.count() == 2

    def test_a_check_that_she_made_does_not_bring_her_number_back(self, erase):
        life = a_life()
        erase(life.person)
        row = {
            "outlet_code": "OUT-1",
            "employee_number": life.colleague.number,
            "date": "2026-03-14",
            "slot": "opening",
            "standard": "GROOMING",
            "by": NUMBER,
        }
        report = load_values(registered()["checks"](), [row])
        assert "0 created, 0 updated, 1 unchanged, 0 rejected" in str(report)
        assert not Check.objects.filter(by_name=NUMBER).exists()

    def test_the_number_can_be_given_away_again_with_a_reason(self, erase):
        life = a_life()
        erase(life.person)
        out = StringIO()
        call_command(
            "lift_erasure", NUMBER, "--reason", "number given to another", stdout=out
        )
        assert out.getvalue() == f"lift_erasure {NUMBER}: may be loaded again\n"
        report = load_values(registered()["employees"](), EMPLOYEES)
        assert "2 created" in str(report)
        fresh = Employee.objects.get(number=NUMBER)
        assert fresh.pk != life.person.pk
        assert fresh.uuid != life.person.uuid
        assert fresh.entries.count() == 0
        with pytest.raises(CommandError, match="Nobody with the number"):
            call_command("lift_erasure", NUMBER, "--reason", "again")

    def test_under_another_key_the_hash_is_another(self, settings):
        from staffing.people.personal.numbers import digest_of

        one = digest_of(NUMBER)
        settings.ERASURE_KEY = "another key"
        assert digest_of(NUMBER) != one


@pytest.mark.django_db
def test_two_people_is_a_rule_of_the_database():
    from django.db import IntegrityError

    life = a_life()
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(
            employee=life.person,
            reason=REASON,
            state="confirmed",
            proposed_by=user,
            confirmed_by=user,
            confirmed_at=timezone.now(),
        )


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_ledger_lets_reasons_go_and_nothing_else():
    from django.db import DatabaseError

    life = a_life()
    entries = Entry.objects.filter(employee=life.person).exclude(reason="")
    assert entries.update(reason="") == 1
    for change in ({"reason": "other"}, {"points": 1}, {"reason": "", "points": 1}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Entry.objects.filter(employee=life.person).update(**change)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Entry.objects.filter(employee=life.person).delete()
