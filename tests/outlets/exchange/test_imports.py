"""An import from upload to outcome: services, jobs, and what stays when they die."""

import gzip
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone, translation

from outlets.exchange import kinds
from outlets.exchange.kinds import registered
from outlets.exchange.models import MOST_FAULTS, Import, ImportState, import_files
from outlets.exchange.services import housekeeping, intake, running
from outlets.exchange.services.intake import (
    ColumnsMissing,
    ColumnTwice,
    FileNotReadable,
    FileTooLarge,
    ImportNotWaiting,
    NothingToLoad,
    RowsRefused,
    cancel_import,
    confirm_import,
    receive_file,
    start_again,
    start_check,
)
from staffing.people.models import Employee
from tests.outlets.exchange.sending import GOOD, MIXED, checked, confirmed, sent
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations():
    return granted_user("operations")


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    """Run what a service leaves to a worker."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def counts(imported) -> tuple[int, ...]:
    return (
        imported.read,
        imported.created,
        imported.updated,
        imported.unchanged,
        imported.rejected,
    )


class TestFromUploadToOutcome:
    def test_a_check_writes_nothing_and_a_confirmation_loads(self, operations, jobs):
        imported = checked(GOOD, operations, jobs)
        assert (imported.state, counts(imported)) == ("checked", (2, 2, 0, 0, 0))
        assert Employee.objects.count() == 0
        confirmed(imported, jobs)
        assert (imported.state, counts(imported)) == ("loaded", (2, 2, 0, 0, 0))
        assert sorted(Employee.objects.values_list("number", flat=True)) == ["E1", "E2"]
        assert imported.duration is not None

    def test_faults_are_kept_row_by_row_and_nothing_can_be_confirmed(
        self, operations, jobs
    ):
        imported = checked(MIXED, operations, jobs)
        assert (imported.state, counts(imported)) == ("checked", (2, 1, 0, 0, 1))
        assert [
            (fault.row, fault.column, fault.value, fault.reason)
            for fault in imported.fault_rows.all()
        ] == [(3, "name", "", "is required")]
        with pytest.raises(RowsRefused):
            confirm_import(import_id=imported.pk, keep_good=False, by=operations)
        imported.refresh_from_db()
        assert imported.state == "checked"
        assert Employee.objects.count() == 0

    def test_the_good_rows_can_be_kept_and_the_others_taken_away(
        self, operations, jobs
    ):
        imported = confirmed(checked(MIXED, operations, jobs), jobs, keep_good=True)
        assert (imported.state, counts(imported)) == ("loaded", (2, 1, 0, 0, 1))
        assert Employee.objects.get().number == "E1"
        heading, rows = running.refused_rows(imported)
        assert heading == ["row", "number", "name", "post", "reasons"]
        assert list(rows) == [["3", "E2", "", "boss", "name: is required"]]

    def test_with_no_good_row_there_is_nothing_to_keep(self, operations, jobs):
        imported = checked("number,name,post\nE1,,clerk\n", operations, jobs)
        with pytest.raises(NothingToLoad):
            confirm_import(import_id=imported.pk, keep_good=True, by=operations)

    def test_confirming_twice_loads_once(self, operations, jobs):
        imported = confirmed(checked(GOOD, operations, jobs), jobs)
        again = confirmed(imported, jobs)
        assert again.attempt == 2  # one check, one load
        assert Employee.objects.count() == 2

    def test_the_same_file_is_recognised_and_changes_nothing(self, operations, jobs):
        first = confirmed(checked(GOOD, operations, jobs), jobs)
        second = checked(GOOD, operations, jobs)
        assert counts(second) == (2, 0, 0, 2, 0)
        assert list(Import.objects.same_content(second)) == [first]
        other_kind = sent("number,name,post\n", operations)
        assert list(Import.objects.same_content(other_kind)) == []

    def test_faults_speak_the_language_of_who_sent_the_file(self, operations, jobs):
        with translation.override("zh-hans"):
            imported = sent(MIXED, operations)
        with jobs(), translation.override("en"):
            start_check(import_id=imported.pk, mapping=imported.mapping, by=operations)
        assert imported.fault_rows.get().reason == "必填"

    def test_every_shape_of_file_goes_the_same_way(self, operations, jobs):
        packed = gzip.compress(GOOD.encode())
        assert counts(checked(packed, operations, jobs)) == (2, 2, 0, 0, 0)

    def test_more_faults_than_are_kept_are_counted(self, operations, jobs, monkeypatch):
        monkeypatch.setattr(running, "MOST_FAULTS", 5)
        rows = "".join(f"E{n},,clerk\n" for n in range(12))
        imported = checked("number,name,post\n" + rows, operations, jobs)
        assert (imported.faults, imported.fault_rows.count()) == (12, 5)
        _heading, refused = running.refused_rows(imported)
        assert len(list(refused)) == 12
        assert MOST_FAULTS == 10_000


class TestColumns:
    def test_foreign_headings_are_guessed_chosen_and_remembered(self, operations, jobs):
        text = "工号,姓名,岗位,花名\nE1,李娜,clerk,小李\n"
        imported = sent(text, operations)
        assert imported.mapping == {
            "工号": "number",
            "姓名": "name",
            "岗位": "post",
            "花名": "",
        }
        swapped = imported.mapping | {"姓名": "", "花名": "name"}
        with jobs():
            start_check(import_id=imported.pk, mapping=swapped, by=operations)
        imported.refresh_from_db()
        assert imported.warnings == 0
        confirmed(imported, jobs)
        assert Employee.objects.get().name == "小李"
        assert sent(text, operations).mapping == swapped

    @pytest.mark.parametrize(
        ("change", "error"),
        [({"name": ""}, ColumnsMissing), ({"name": "post"}, ColumnTwice)],
    )
    def test_columns_that_cannot_be_meant_are_refused(self, operations, change, error):
        imported = sent(GOOD, operations)
        with pytest.raises(error):
            start_check(
                import_id=imported.pk, mapping=imported.mapping | change, by=operations
            )
        imported.refresh_from_db()
        assert (imported.state, imported.attempt) == ("received", 0)


class TestRefusedAtTheDoor:
    def test_what_cannot_be_read_is_not_kept(self, operations):
        with pytest.raises(FileNotReadable) as refused:
            sent(b"\x89PNG\r\n", operations, name="staff.csv")
        assert str(refused.value).startswith("The file is an image.")
        assert Import.objects.count() == 0

    def test_a_file_that_is_too_large_is_not_kept(self, operations, settings):
        settings.IMPORT_MOST_BYTES = 10
        with pytest.raises(FileTooLarge):
            sent(GOOD, operations)
        assert Import.objects.count() == 0

    def test_a_fault_far_inside_is_said_by_the_job(self, operations, jobs):
        imported = checked(
            GOOD + "E3,\xff,clerk\n".encode("latin-1").decode("latin-1") + 'E4,"open\n',
            operations,
            jobs,
        )
        assert imported.state == "unreadable"
        assert imported.message.startswith("Row 5 opens a quotation mark")
        assert Employee.objects.count() == 0

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\staff\\list.csv", "list.csv"),
            ("<img src=x>.csv", "<img src=x>.csv"),
            ("a\x1b[2J\u202egpj.csv", "a_[2J_gpj.csv"),
        ],
    )
    def test_a_name_is_shown_and_never_a_path(self, operations, given, shown):
        upload = SimpleUploadedFile("x", GOOD.encode())
        upload._name = given
        imported = receive_file(
            kind=registered()["employees"], upload=upload, by=operations
        )
        assert imported.file_name == shown
        assert imported.stored == str(imported.uuid)


class TestInterruption:
    def test_a_worker_that_died_leaves_nothing_and_the_job_begins_anew(
        self, operations, jobs, monkeypatch
    ):
        imported = checked(GOOD, operations, jobs)
        confirm_import(import_id=imported.pk, keep_good=False, by=operations)
        # The worker took the job, and was gone.
        Import.objects.filter(pk=imported.pk).update(
            claimed=True, progress_at=timezone.now() - timedelta(minutes=11)
        )
        assert housekeeping.notice_interrupted() == 1
        imported.refresh_from_db()
        assert (imported.state, Employee.objects.count()) == ("interrupted", 0)
        with jobs():
            start_again(import_id=imported.pk, by=operations)
        imported.refresh_from_db()
        assert (imported.state, Employee.objects.count()) == ("loaded", 2)

    def test_an_error_in_the_middle_is_kept_and_nothing_is_written(
        self, operations, jobs, monkeypatch
    ):
        imported = checked(GOOD, operations, jobs)

        def fail(self):
            raise OperationalError("the disk is full")

        monkeypatch.setattr(registered()["employees"], "close", fail)
        with pytest.raises(OperationalError):
            confirmed(imported, jobs)
        imported.refresh_from_db()
        assert (imported.state, imported.message) == (
            "interrupted",
            "The work stopped with OperationalError. The server's log says more.",
        )
        assert Employee.objects.count() == 0

    def test_the_same_job_delivered_twice_is_done_once(self, operations, jobs):
        imported = confirmed(checked(GOOD, operations, jobs), jobs)
        before = imported.finished_at
        running.run_import(import_id=imported.pk, attempt=imported.attempt)
        imported.refresh_from_db()
        assert imported.finished_at == before

    def test_who_was_taken_for_dead_writes_nothing_once_another_began(
        self, operations, jobs
    ):
        imported = checked(GOOD, operations, jobs)
        confirm_import(import_id=imported.pk, keep_good=False, by=operations)
        stale = Import.objects.get(pk=imported.pk)
        Import.objects.filter(pk=imported.pk).update(attempt=9)
        with (
            import_files().open(stale.stored) as file,
            pytest.raises(running.Overtaken),
        ):
            running.perform(stale, file)
        assert Employee.objects.count() == 0

    def test_a_file_that_changed_on_disk_is_refused(self, operations, jobs):
        imported = checked(GOOD, operations, jobs)
        import_files().delete(imported.stored)
        import_files().save(
            imported.stored, io.BytesIO(b"number,name,post\nX,Y,clerk\n")
        )
        confirmed(imported, jobs)
        assert imported.state == "unreadable"
        assert imported.message.startswith("The stored file is not the one received")
        assert Employee.objects.count() == 0

    def test_what_runs_or_is_over_cannot_be_cancelled(self, operations, jobs):
        imported = confirmed(checked(GOOD, operations, jobs), jobs)
        with pytest.raises(ImportNotWaiting):
            cancel_import(import_id=imported.pk, by=operations)
        assert Import.objects.get().state == "loaded"

    def test_cancelling_deletes_the_file(self, operations, jobs):
        imported = checked(MIXED, operations, jobs)
        names = (imported.stored, imported.refused_rows)
        with jobs():
            cancel_import(import_id=imported.pk, by=operations)
        imported.refresh_from_db()
        assert (imported.state, imported.stored) == ("cancelled", "")
        assert not any(import_files().exists(name) for name in names)

    def test_old_files_are_deleted_and_the_history_stays(
        self, operations, jobs, settings
    ):
        done = confirmed(checked(GOOD, operations, jobs), jobs)
        waiting = checked(MIXED, operations, jobs)
        young = sent(GOOD, operations)
        old = timezone.now() - timedelta(days=settings.IMPORT_FILES_KEPT_DAYS, hours=1)
        Import.objects.filter(pk__in=(done.pk, waiting.pk)).update(received_at=old)
        name = done.stored
        assert housekeeping.delete_old_files() == 2
        for imported in (done, waiting, young):
            imported.refresh_from_db()
        assert [one.state for one in (done, waiting, young)] == [
            "loaded",
            "cancelled",
            "received",
        ]
        assert (done.stored, waiting.stored) == ("", "")
        assert not import_files().exists(name)
        assert import_files().exists(young.stored)
        assert done.fault_rows.count() == 0
        assert waiting.fault_rows.count() == 1


def test_the_command_line_appears_in_the_history(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(GOOD)
    call_command("ingest", "employees", str(path), stdout=io.StringIO())
    imported = Import.objects.get()
    assert (imported.by, imported.file_name, imported.state) == (
        None,
        "staff.csv",
        ImportState.LOADED,
    )
    assert counts(imported) == (2, 2, 0, 0, 0)
    assert (imported.size, len(imported.sha256)) == (len(GOOD), 64)
    assert not kinds.registered()["employees"].outlet_column


def test_every_column_of_every_kind_has_a_meaning():
    from outlets.exchange import meanings

    for kind in registered().values():
        assert kind.name in meanings.KINDS
        assert kind.key_columns, kind.name
        assert all(str(c.meaning) for c in meanings.columns_in_words(kind))
    used = {c.name for kind in registered().values() for c in kind.columns}
    assert set(meanings.COLUMNS) == used
    assert set(meanings.ALIASES) <= used
    assert intake.REMEMBERED == 10
