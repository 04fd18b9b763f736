"""What handing out and erasing leave behind themselves."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Employee
from staffing.people.personal.changes import Strike
from staffing.people.personal.keeping import RetentionKind, delete_oldest
from staffing.people.personal.models import (
    Action,
    Erasure,
    PersonalExport,
    RetentionReport,
)
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.services.building import remove_file

_EXPORT = ("requested_at", "by_herself", "reason", "downloads")
_ERASURE = ("proposed_at", "state", "reason")


def _exports(employee: Employee) -> QuerySet[PersonalExport]:
    return PersonalExport.objects.filter(employee=employee)


def _export_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    for export in _exports(employee).select_related("requested_by"):
        yield {
            "requested_at": export.requested_at,
            "by_herself": export.requested_by.employee_id == employee.pk,
            "reason": export.reason,
            "downloads": export.downloads,
        }


class _RemoveFiles:
    """Delete the files about her that can still be downloaded."""

    def count(self, employee: Employee) -> int:
        return _exports(employee).exclude(file="").count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        exports = list(_exports(employee).exclude(file=""))
        for export in exports:
            remove_file(export)
        return len(exports)


def _erasures(employee: Employee) -> QuerySet[Erasure]:
    return Erasure.objects.filter(employee=employee)


HOLDINGS = (
    Holding(
        code="personal_exports",
        label=_("Files of personal data"),
        about=_("When a file like this one was made, and why."),
        columns=_EXPORT,
        rows_of=_export_rows,
        words=frozenset({"reason"}),
        changes=(_RemoveFiles(), Strike(_exports, "reason")),
        erased=_("Files that can still be downloaded are deleted."),
        covers=frozenset(
            {
                "people.PersonalExport.employee",
                "people.PersonalExport.requested_by",
                "people.PersonalExport.reason",
                "people.PersonalExport.file",
            }
        ),
        retention="personal_exports",
    ),
    Holding(
        code="erasures",
        label=_("Requests for erasure"),
        about=_("When somebody asked for your data to be erased, and why."),
        columns=_ERASURE,
        rows_of=columns_of(_erasures, *_ERASURE),
        words=frozenset({"reason"}),
        changes=(Strike(_erasures, "reason"),),
        erased=_("The request stays as proof; name and number are struck out of it."),
        covers=frozenset(
            {
                "people.Erasure.employee",
                "people.Erasure.reason",
                "people.ErasedNumber.employee",
                "people.ErasedNumber.digest",
            }
        ),
    ),
)


def _old_exports(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(
        PersonalExport.objects.filter(requested_at__date__lt=cut_off, file=""), limit
    )


def _old_reports(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(RetentionReport.objects.filter(at__date__lt=cut_off), limit)


KINDS = (
    RetentionKind(
        code="personal_exports",
        label=_("Record that a file of personal data was made"),
        why=_(
            "The file itself lives 48 hours. That somebody took it can be asked for "
            "three years."
        ),
        months=36,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_exports,
    ),
    RetentionKind(
        code="retention_reports",
        label=_("Reports of the nightly run"),
        why=_("Auditors look back three years."),
        months=36,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_reports,
    ),
)
