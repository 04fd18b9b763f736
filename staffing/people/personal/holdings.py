"""What this room holds about a person, and what flow holds under her number."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.flow.deliveries import forget_deliveries
from outlets.flow.models import ServerDay, Ticket, Transaction
from staffing.people.models import Assignment, Employee, RoleGrant, User
from staffing.people.personal.changes import Delete, Put, Strike
from staffing.people.personal.keeping import RetentionKind, delete_oldest
from staffing.people.personal.models import (
    Action,
    Erasure,
    PersonalExport,
    RetentionReport,
)
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import ERASURE_WAIT, LEAVERS, leavers
from staffing.people.personal.services.building import remove_file
from staffing.people.personal.services.carrying_out import erase_leavers


def _herself(employee: Employee) -> QuerySet[Employee]:
    return Employee.objects.filter(pk=employee.pk)


def _account(employee: Employee) -> QuerySet[User]:
    return User.objects.filter(employee=employee)


def _scrubbed(pseudonym: str) -> dict[str, Any]:
    return {
        "username": pseudonym,
        "first_name": "",
        "last_name": "",
        "email": "",
        "password": make_password(None),
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
        "last_login": None,
    }


def _grants(employee: Employee) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(user__employee=employee)


def _grants_in_force(employee: Employee) -> QuerySet[RoleGrant]:
    today = timezone.localdate()
    return _grants(employee).filter(Q(ends_on=None) | Q(ends_on__gt=today))


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


def _by_number(model: Any, employee: Employee) -> QuerySet[Any]:
    """Flow knows her by the number that the machines sent."""
    return model.objects.filter(employee_number=employee.number)


def _renumbered(model: Any) -> Put:
    return Put(
        partial(_by_number, model), lambda pseudonym: {"employee_number": pseudonym}
    )


_PERSON = (
    "uuid",
    "number",
    "name",
    "gender",
    "post",
    "contract",
    "hired_on",
    "left_on",
)
_ACCOUNT = (
    "username",
    "first_name",
    "last_name",
    "email",
    "is_active",
    "date_joined",
    "last_login",
)
_ASSIGNMENT = ("outlet__code", "outlet__name", "starts_on", "ends_on")
_GRANT = ("role", "region__code", "outlet__code", "starts_on", "ends_on", "granted_at")
_SERVED = ("outlet__code", "date", "called_at", "finished_at", "service")
_SERVER_DAY = (
    "outlet__code",
    "date",
    "served",
    "with_service_time",
    "service_sum_s",
    "vip_served",
)
_TRANSACTION = ("outlet__code", "date", "service", "quantity", "amount")
_EXPORT = ("requested_at", "by_herself", "reason", "downloads")
_ERASURE = ("proposed_at", "state", "reason")


def _erasures(employee: Employee) -> QuerySet[Erasure]:
    return Erasure.objects.filter(employee=employee)


def _of_assignments(employee: Employee) -> QuerySet[Assignment]:
    return Assignment.objects.filter(employee=employee)


_FLOW_STAYS = _(
    "The figures stay with the outlet; her pseudonym stands for the number."
)

HOLDINGS = (
    Holding(
        code="person",
        label=_("Person"),
        about=_("Who you are in the staff register."),
        columns=_PERSON,
        rows_of=columns_of(_herself, *_PERSON),
        changes=(
            Put(
                _herself,
                lambda pseudonym: {
                    "number": pseudonym,
                    "name": "",
                    "contract": "",
                    "erased_at": timezone.now(),
                },
            ),
        ),
        erased=_(
            "Number and name are replaced, the contract is cleared. Gender, post and "
            "the dates of joining and leaving stay: published results rest on them."
        ),
        covers=frozenset(
            {"people.Employee.number", "people.Employee.name", "people.User.employee"}
        ),
        retention=LEAVERS,
    ),
    Holding(
        code="account",
        label=_("Sign-in account"),
        about=_("The account that you sign in with; the password is kept as a hash."),
        columns=_ACCOUNT,
        rows_of=columns_of(_account, *_ACCOUNT),
        changes=(
            Put(_account, _scrubbed),
            Delete(lambda e: User.groups.through.objects.filter(user__employee=e)),
            Delete(
                lambda e: User.user_permissions.through.objects.filter(user__employee=e)
            ),
        ),
        erased=_("Nobody can sign in with it any more; name and e-mail are cleared."),
        covers=frozenset(
            {
                "people.User.username",
                "people.User.first_name",
                "people.User.last_name",
                "people.User.email",
                "people.User.password",
                "people.User_groups.user",
                "people.User_user_permissions.user",
            }
        ),
        retention=LEAVERS,
    ),
    Holding(
        code="assignments",
        label=_("Assignments"),
        about=_("Where you worked, from when to when."),
        columns=_ASSIGNMENT,
        rows_of=columns_of(_of_assignments, *_ASSIGNMENT),
        erased=_("They stay under the pseudonym: results say where they were earned."),
        covers=frozenset({"people.Assignment.employee"}),
    ),
    Holding(
        code="grants",
        label=_("Roles granted"),
        about=_("Roles you were given beyond your post, and for which places."),
        columns=_GRANT,
        rows_of=columns_of(_grants, *_GRANT),
        changes=(
            Put(_grants_in_force, lambda pseudonym: {"ends_on": timezone.localdate()}),
        ),
        erased=_("Those still in force end today."),
        covers=frozenset({"people.RoleGrant.user"}),
    ),
    Holding(
        code="served",
        label=_("Customers served"),
        about=_("When you called and finished which service; nothing about customers."),
        columns=_SERVED,
        rows_of=columns_of(partial(_by_number, Ticket), *_SERVED),
        changes=(_renumbered(Ticket),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.Ticket.employee_number"}),
    ),
    Holding(
        code="server_days",
        label=_("Days at the counter"),
        about=_("How many customers you served on each day, and for how long."),
        columns=_SERVER_DAY,
        rows_of=columns_of(partial(_by_number, ServerDay), *_SERVER_DAY),
        changes=(_renumbered(ServerDay),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.ServerDay.employee_number"}),
    ),
    Holding(
        code="transactions",
        label=_("Transactions"),
        about=_("The business of each day under your number; amounts in yuan."),
        columns=_TRANSACTION,
        rows_of=columns_of(partial(_by_number, Transaction), *_TRANSACTION),
        changes=(_renumbered(Transaction),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.Transaction.employee_number"}),
    ),
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


def _old_deliveries(cut_off: date, action: Action, limit: int) -> int:
    return forget_deliveries(before=cut_off, limit=limit)


def _old_reports(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(RetentionReport.objects.filter(at__date__lt=cut_off), limit)


def _old_leavers(cut_off: date, action: Action, limit: int) -> int:
    if action == Action.PSEUDONYMISE:
        return erase_leavers(limit=limit)
    return leavers(timezone.localdate()).count()


KINDS = (
    RetentionKind(
        code=LEAVERS,
        label=_("People who left"),
        why=_(
            "Awards of up to three years are looked up with names. Later human "
            "resources see whom they may erase; switched to pseudonymise, the night "
            "does it without asking."
        ),
        months=36,
        actions=(Action.PROPOSE, Action.PSEUDONYMISE, Action.KEEP),
        apply=_old_leavers,
        batch=10,
    ),
    RetentionKind(
        code=ERASURE_WAIT,
        label=_("Wait before an erasure on request"),
        why=_(
            "So long after leaving, references, final pay and appeals may still need "
            "the name."
        ),
        months=6,
        actions=(Action.KEEP,),
    ),
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
    RetentionKind(
        code="flow_deliveries",
        label=_("Marks of delivered tickets, counts and transactions"),
        why=_("A machine sends again within days; three months are ample."),
        months=3,
        actions=(Action.DELETE,),
        apply=_old_deliveries,
    ),
)
