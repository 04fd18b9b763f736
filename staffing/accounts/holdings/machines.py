"""Texts about tablets, services and agencies that may name a person."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.accounts.models import Device, ServiceAccount, ServiceEvent
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, words_for
from staffing.people.personal.registry import Holding

_COLUMNS = ("service", "owner")
_TEXTS = (
    *((ServiceAccount, field) for field in ("owner", "purpose", "revoked_reason")),
    (ServiceEvent, "note"),
    (Device, "name"),
    (Device, "revoke_reason"),
)


def _every(model: Any, employee: Employee) -> QuerySet[Any]:
    return model._default_manager.all()


def _all(model: Any) -> Callable[[Employee], QuerySet[Any]]:
    return partial(_every, model)


def _owned(employee: Employee) -> Iterator[Mapping[str, Any]]:
    """Yield the services whose owner is called like her."""
    called = Q(pk__in=[])
    for word in words_for(employee):
        called |= Q(owner__icontains=word)
    for service in ServiceAccount.objects.filter(called):
        yield {"service": service.name, "owner": service.owner}


HOLDINGS = (
    Holding(
        code="machines",
        label=_("Services and tablets"),
        about=_("Services for whose access you answer by name."),
        columns=_COLUMNS,
        rows_of=_owned,
        words=frozenset({"owner"}),
        changes=tuple(Strike(_all(model), field) for model, field in _TEXTS),
        erased=_(
            "Her name and number are struck out of the words about services and "
            "tablets."
        ),
        covers=frozenset(f"{model._meta.label}.{field}" for model, field in _TEXTS),
    ),
)
