"""Making the files of personal data, and removing them when their time is over."""

import tempfile
from datetime import timedelta
from functools import partial
from typing import IO

from django.core.files import File
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from staffing.people.models import Employee
from staffing.people.personal.archive import write_archive
from staffing.people.personal.models import ExportStep, PersonalExport
from staffing.people.personal.registry import holdings
from staffing.people.personal.services.refusals import AlreadyErased

# How long a file can be downloaded.
LIFETIME = timedelta(hours=48)


def build_export(*, export_id: int) -> None:
    """Make the file; safe to run twice.

    Progress is written as it goes, outside any transaction. A failure is kept in the
    row before it is raised.
    """
    export = PersonalExport.objects.select_related("employee").get(pk=export_id)
    if export.step == ExportStep.DONE:
        return
    try:
        with tempfile.TemporaryFile() as file:
            _report(export, 0)
            write_archive(export.employee, file, partial(_report, export))
            _keep(export, file)
    except OperationalError:
        raise  # the task tries again
    except Exception as error:
        fault = _("The file could not be made (%(fault)s). Ask for it again.") % {
            "fault": type(error).__name__
        }
        _fail(export, fault)
        raise


def _report(export: PersonalExport, done: int) -> None:
    PersonalExport.objects.filter(pk=export.pk).exclude(step=ExportStep.DONE).update(
        step=ExportStep.GATHERING,
        done=done,
        total=len(holdings()),
        failed=False,
        message="",
        progress_at=timezone.now(),
    )


def _fail(export: PersonalExport, message: str) -> None:
    PersonalExport.objects.filter(pk=export.pk).exclude(step=ExportStep.DONE).update(
        failed=True, message=message[:300], progress_at=timezone.now()
    )


def _keep(export: PersonalExport, file: IO[bytes]) -> None:
    """Store the file, unless she was erased or another worker was faster."""
    with transaction.atomic():
        person = Employee.objects.select_for_update(no_key=True).get(
            pk=export.employee_id
        )
        row = PersonalExport.objects.select_for_update(of=["self"]).get(pk=export.pk)
        if row.step == ExportStep.DONE:
            return
        if person.erased_at is not None:
            _fail(export, str(AlreadyErased.message))
            return
        row.size = file.seek(0, 2)
        file.seek(0)
        row.file.save("", File(file), save=False)
        row.step, row.failed, row.message = ExportStep.DONE, False, ""
        row.progress_at = timezone.now()
        row.expires_at = row.progress_at + LIFETIME
        row.save()


def remove_expired_files() -> int:
    """Delete the files whose time is over, and return how many; safe to run twice."""
    removed = 0
    for export in PersonalExport.objects.expired(timezone.now()):
        remove_file(export)
        removed += 1
    return removed


def remove_file(export: PersonalExport) -> None:
    """Delete one file; the row stays as a record that it existed."""
    name, storage = export.file.name, export.file.storage
    PersonalExport.objects.filter(pk=export.pk).update(file="")
    if name:
        transaction.on_commit(partial(storage.delete, name))
