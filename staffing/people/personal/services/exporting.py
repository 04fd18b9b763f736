"""Files of everything held about one person: asking for one, and taking it."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from staffing.people import tasks
from staffing.people.models import Employee, User
from staffing.people.personal.models import REASON_LENGTH, ExportStep, PersonalExport
from staffing.people.personal.selectors import may_manage
from staffing.people.personal.services.refusals import (
    AlreadyErased,
    ExportGone,
    ExportUnderWay,
    ReasonMissing,
)

# Without a word for so long, the worker is taken to be gone.
SILENCE = timedelta(minutes=10)


@transaction.atomic
def request_export(*, employee: Employee, reason: str = "", by: User) -> PersonalExport:
    """Have a worker make a file about `employee` once this transaction is through.

    One asks about herself without a reason; about others, who manages personal data.

    Raises:
        PermissionDenied: `by` is neither.
        ReasonMissing: the file is about somebody else.
        ExportUnderWay: `by` has asked for it, and it is being made.
        AlreadyErased: there is nothing left that is hers.
    """
    herself = by.employee_id is not None and by.employee_id == employee.pk
    if not herself and not may_manage(by):
        raise PermissionDenied
    reason = "" if herself else reason.strip()[:REASON_LENGTH]
    if not herself and not reason:
        raise ReasonMissing
    locked = Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
    if locked.erased_at is not None:
        raise AlreadyErased
    lately = timezone.now() - SILENCE
    under_way = PersonalExport.objects.visible_to(by).filter(
        employee=employee, failed=False, progress_at__gte=lately
    )
    if under_way.exclude(step=ExportStep.DONE).exists():
        raise ExportUnderWay
    export = PersonalExport.objects.create(
        employee=employee, requested_by=by, reason=reason
    )
    transaction.on_commit(partial(tasks.build_export.delay, export.pk))
    return export


@transaction.atomic
def take_file(*, uuid: UUID, by: User) -> PersonalExport:
    """Count one download and return the export, its file ready to be opened.

    Raises:
        PersonalExport.DoesNotExist: `by` did not ask for such a file.
        ExportGone: it has expired, or is not made yet.
    """
    export = PersonalExport.objects.visible_to(by).get(uuid=uuid)
    if (
        not export.file
        or export.expires_at is None
        or export.expires_at <= timezone.now()
    ):
        raise ExportGone
    PersonalExport.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
    return export
