"""What loading files holds about people: who sent them, and what their rows said.

`exchange` lies below and knows nobody, so that this room answers for it.
"""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outlets.exchange.models import RUNNING, Import, ImportFault
from outlets.exchange.services.housekeeping import delete_old_files
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of

FILES, FAULTS = "import_files", "import_faults"
_IMPORT = ("kind", "file_name", "received_at", "state", "read", "finished_at")


def _sent(employee: Employee) -> QuerySet[Import]:
    return Import.objects.filter(by__employee=employee).order_by("pk")


def _any_import(employee: Employee) -> QuerySet[Import]:
    return Import.objects.all()


def _any_fault(employee: Employee) -> QuerySet[ImportFault]:
    return ImportFault.objects.all()


HOLDINGS = (
    Holding(
        code="imports",
        label=_("Files loaded"),
        about=_("Files that you sent to be loaded, and what became of them."),
        columns=_IMPORT,
        rows_of=columns_of(_sent, *_IMPORT),
        words=frozenset({"file_name"}),
        changes=(
            Strike(_any_import, "file_name"),
            Strike(_any_import, "message"),
            Strike(_any_fault, "value", whole=True),
            Strike(_any_fault, "reason"),
        ),
        erased=_(
            "Her name and number are struck out of file names and refused cells. The "
            "files themselves are deleted within a month of their arrival."
        ),
        covers=frozenset(
            {
                "exchange.Import.by",
                "exchange.Import.file_name",
                "exchange.Import.message",
                "exchange.Import.stored",
                "exchange.Import.refused_rows",
                "exchange.ImportFault",
                "exchange.ImportFault.value",
                "exchange.ImportFault.reason",
            }
        ),
        retention=FILES,
    ),
)


def _old_files(cut_off: date, action: Action, limit: int) -> int:
    return delete_old_files(before=day_begins(cut_off), limit=limit)


def _old_faults(cut_off: date, action: Action, limit: int) -> int:
    old = ImportFault.objects.filter(of__received_at__lt=day_begins(cut_off))
    return delete_oldest(old.exclude(of__state__in=RUNNING), limit)


KINDS = (
    RetentionKind(
        code=FILES,
        label=_("Files that were loaded"),
        why=_(
            "So long a load can be looked at again. The deployment may delete them "
            "sooner, never later."
        ),
        months=1,
        actions=(Action.DELETE,),
        apply=_old_files,
    ),
    RetentionKind(
        code=FAULTS,
        label=_("Cells that were refused"),
        why=_("A source of faulty files is found by comparing a year of them."),
        months=12,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_faults,
    ),
)
