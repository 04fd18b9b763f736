"""Kinds of record that are not kept for ever, and the rule that holds for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from staffing.people.personal.models import Action, RetentionRule
from staffing.people.personal.rules import months_before

# Changes at most `limit` rows of before the day, and returns how many it changed.
Apply = Callable[[date, Action, int], int]

MOST_MONTHS = 240


def _nothing(cut_off: date, action: Action, limit: int) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """One kind of record: what it is, why it is kept so long, and how it ends.

    `actions` are those possible, the shipped one first. `judged`: rankings rest on it,
    so that a published one in its appeal window holds it back. Without `apply` nothing
    is done at night: the months are read elsewhere. `batch` rows at most go in one
    transaction.
    """

    code: str
    label: Any
    why: Any
    months: int
    actions: tuple[Action, ...]
    apply: Apply = _nothing
    judged: bool = False
    batch: int = 500

    @property
    def nightly(self) -> bool:
        return self.apply is not _nothing


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A kind with the months and the action that hold today.

    `rule` is the row that set them; None: as shipped.
    """

    kind: RetentionKind
    months: int
    action: Action
    rule: RetentionRule | None

    def cut_off(self, today: date) -> date:
        """Return the first day that is kept whole."""
        return months_before(today, self.months)

    @property
    def action_label(self) -> Any:
        return self.action.label


_kinds: dict[str, RetentionKind] = {}


def register(*kinds: RetentionKind) -> None:
    """Make kinds known; rooms call this when their app is ready."""
    _kinds.update({kind.code: kind for kind in kinds})


def kinds() -> dict[str, RetentionKind]:
    return dict(_kinds)


def label_of(code: str) -> Any:
    """Return what a kind is called; its code once no room registers it any more."""
    kind = _kinds.get(code)
    return code if kind is None else kind.label


def rules_in_force() -> list[RuleInForce]:
    """Return the rule of every kind, with one query."""
    newest: dict[str, RetentionRule] = {}
    for row in RetentionRule.objects.select_related("by__employee").order_by("id"):
        newest[row.kind] = row
    return [_in_force(kind, newest.get(kind.code)) for kind in _kinds.values()]


def rule_of(code: str) -> RuleInForce:
    """Return the rule of one kind.

    Raises:
        KeyError: no such kind is registered.
    """
    newest = RetentionRule.objects.filter(kind=code).order_by("-id").first()
    return _in_force(_kinds[code], newest)


def _in_force(kind: RetentionKind, rule: RetentionRule | None) -> RuleInForce:
    if rule is None or rule.action not in kind.actions:
        return RuleInForce(kind, kind.months, kind.actions[0], None)
    return RuleInForce(kind, rule.months, Action(rule.action), rule)


def day_begins(day: date) -> datetime:
    """Return the first instant of a day in the deployment's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def delete_oldest(rows: QuerySet[Any], limit: int) -> int:
    """Delete at most `limit` of the rows; return how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    if keys:
        rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def put_oldest(rows: QuerySet[Any], limit: int, **values: Any) -> int:
    """Write the same values into at most `limit` of the rows; return how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    if keys:
        rows.model._default_manager.filter(pk__in=keys).update(**values)
    return len(keys)
