"""What this room holds about a person herself: register, account, places, roles."""

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Assignment, Employee, RoleGrant, User
from staffing.people.personal.changes import Delete, Put, Strike
from staffing.people.personal.keeping import RetentionKind
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import ERASURE_WAIT, LEAVERS, leavers
from staffing.people.personal.services.carrying_out import erase_leavers

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
_GRANT = (
    *("role", "region__code", "outlet__code", "agency__code", "starts_on", "ends_on"),
    *("granted_at", "reason", "withdrawn", "ended_at", "end_reason"),
)


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
    begun = _grants(employee).filter(starts_on__lte=today, withdrawn=False)
    return begun.filter(Q(ends_on=None) | Q(ends_on__gt=today))


def _grants_to_come(employee: Employee) -> QuerySet[RoleGrant]:
    today = timezone.localdate()
    return _grants(employee).filter(starts_on__gt=today, withdrawn=False)


def _any_grant(employee: Employee) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.all()


def _of_assignments(employee: Employee) -> QuerySet[Assignment]:
    return Assignment.objects.filter(employee=employee)


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
        words=frozenset({"reason", "end_reason"}),
        changes=(
            Put(
                _grants_in_force,
                lambda pseudonym: {
                    "ends_on": timezone.localdate(),
                    "ended_at": timezone.now(),
                },
            ),
            Put(
                _grants_to_come,
                lambda pseudonym: {"withdrawn": True, "ended_at": timezone.now()},
            ),
            Strike(_any_grant, "reason"),
            Strike(_any_grant, "end_reason"),
        ),
        erased=_(
            "Those still in force end today; her name and number are struck out of the "
            "reasons."
        ),
        covers=frozenset(
            {
                "people.RoleGrant.user",
                "people.RoleGrant.reason",
                "people.RoleGrant.end_reason",
            }
        ),
    ),
)


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
)
