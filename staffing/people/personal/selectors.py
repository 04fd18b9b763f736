"""Reads about personal data: who may do what, what is held, what waits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User
from staffing.people.personal.keeping import rule_of
from staffing.people.personal.models import Action, Erasure, PersonalExport
from staffing.people.personal.registry import guards, holdings

# Kinds of this room that others read.
LEAVERS, ERASURE_WAIT = "leavers", "erasure_wait"
FOUND_AT_ONCE = 50


def may_manage(user: User) -> bool:
    """A file about a person follows her wherever she worked: it takes everywhere."""
    return user.sight.reach(Power.MANAGE_PERSONAL_DATA).everywhere


def may_oversee(user: User) -> bool:
    return user.sight.may(Power.OVERSEE_PERSONAL_DATA)


def may_set_rules(user: User) -> bool:
    return may_oversee(user) and user.sight.reach(Power.CONFIGURE).everywhere


def people_managed(user: User) -> QuerySet[Employee]:
    """Return the people whose data `user` may hand out or erase, gone ones too."""
    return Employee.objects.all() if may_manage(user) else Employee.objects.none()


def found_people(user: User, text: str) -> list[Employee]:
    """Return the first people whose name or number contains `text`; none for ""."""
    if not text:
        return []
    people = people_managed(user).filter(
        Q(name__icontains=text) | Q(number__icontains=text), erased_at=None
    )
    return list(people.order_by("number")[:FOUND_AT_ONCE])


def outlets_of(employee: Employee) -> QuerySet[Assignment, Any]:
    """Return, for `outlet__in`, the outlets where she was ever assigned."""
    return Assignment.objects.filter(employee=employee).values("outlet")


def account_of(employee: Employee) -> User | None:
    return User.objects.filter(employee=employee).first()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an erasure would do to one holding; `rows` 0: nothing to change."""

    label: Any
    erased: Any
    rows: int


def foreseen(employee: Employee) -> list[Foreseen]:
    """Return what an erasure would change, holding by holding, changing nothing."""
    return [
        Foreseen(one.label, one.erased, one.foresee(employee)) for one in holdings()
    ]


def labelled(counts: dict[str, int]) -> list[tuple[Any, int]]:
    """Return the counts of an erasure with the labels of their holdings."""
    labels = {holding.code: holding.label for holding in holdings()}
    return [(labels.get(code, code), n) for code, n in counts.items()]


def blocks(employee: Employee) -> list[str]:
    """Return, in words, what stands against erasing somebody now."""
    return [text for guard in guards() for text in guard.blocks(employee)]


def protected_from() -> date | None:
    """Return the first day whose judged records may not go yet; None: all may."""
    days = [day for guard in guards() if (day := guard.needs_from()) is not None]
    return min(days, default=None)


def leavers(today: date) -> QuerySet[Employee]:
    """Return who left longer ago than the rule for leavers keeps them, longest first.

    Whose erasure is asked for already is not among them.
    """
    rule = rule_of(LEAVERS)
    if rule.action == Action.KEEP:
        return Employee.objects.none()
    asked = Erasure.objects.open().filter(employee=OuterRef("pk"))
    gone = Employee.objects.filter(erased_at=None, left_on__lt=rule.cut_off(today))
    return gone.exclude(Exists(asked)).order_by("left_on", "pk")


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for who manages personal data."""

    erasures: list[Erasure]
    exports: list[PersonalExport]
    leavers: list[Employee]
    found: list[Employee]


def desk(user: User, text: str) -> Desk:
    """Return the desk of `user`; `text` searches people by name or number."""
    erasures = Erasure.objects.visible_to(user).select_related(
        "employee", "proposed_by__employee", "confirmed_by__employee"
    )
    exports = PersonalExport.objects.overseen_by(user).select_related(
        "employee", "requested_by__employee"
    )
    return Desk(
        erasures=list(erasures[:FOUND_AT_ONCE]),
        exports=list(exports[:FOUND_AT_ONCE]),
        leavers=list(leavers(timezone.localdate())[:FOUND_AT_ONCE]),
        found=found_people(user, text),
    )
