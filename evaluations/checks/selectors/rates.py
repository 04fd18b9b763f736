"""Pass rates: of items, people, outlets, regions and weeks, from what was observed."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet

from evaluations.checks.models import Check, CheckMark, MarkKind
from evaluations.standards.models import Item
from evaluations.standards.rules import OUTLET, PERSON, Judged
from evaluations.standards.selectors import sheets


class By(StrEnum):
    """What a report has a row for."""

    ITEM = "item"
    PERSON = "person"
    OUTLET = "outlet"
    REGION = "region"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Rate:
    """One row: how many items were observed, and how many of them failed."""

    key: Hashable
    observed: int
    failed: int

    @property
    def passed(self) -> int:
        return self.observed - self.failed

    @property
    def share(self) -> float | None:
        """Passed of observed items, 0 to 1; None where nothing was observed."""
        return self.passed / self.observed if self.observed else None


_DIMENSION = {
    By.PERSON: "employee",
    By.OUTLET: "outlet",
    By.REGION: "outlet__region",
    By.WEEK: "on",
}
_Key = Callable[[Any, str], Hashable]


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _key_of(by: By) -> _Key:
    if by is By.ITEM:
        return lambda value, code: (value, code)
    if by is By.WEEK:
        return lambda value, code: monday_of(value)
    return lambda value, code: value


def pass_rates(checks: QuerySet[Check], by: By) -> list[Rate]:
    """Return the rates of these checks, the lowest share first.

    Keys: (standard id, item code), employee id, outlet id, region id, or the Monday of
    the week. Of people, only checks of people count. What was neither applicable nor
    observed is no part of it; checks that carry only a score have no items. Three
    queries, whatever the number of checks.
    """
    checks = checks.filter(score=None).order_by()
    if by is By.PERSON:
        checks = checks.exclude(employee=None)
    dimension = _DIMENSION.get(by, "standard")
    kinds = checks.values_list(
        "version", "employee__gender", "post", "slot", dimension
    ).annotate(times=Count("pk"))
    marks = (
        CheckMark.objects.filter(check_record__in=checks)
        .order_by()
        .values_list("item__code", "mark", f"check_record__{dimension}")
        .annotate(times=Count("pk"))
    )
    key_of = _key_of(by)
    observed = _asked(kinds, key_of)
    failed: Counter[Hashable] = Counter()
    for code, mark, value, times in marks:
        if mark == MarkKind.FAILED:
            failed[key_of(value, code)] += times
        else:
            observed[key_of(value, code)] -= times
    found = [
        Rate(key, count, min(failed[key], count))
        for key, count in observed.items()
        if count > 0
    ]
    return sorted(found, key=lambda one: (one.share or 0, -one.failed))


def _asked(kinds: Iterable[tuple[Any, ...]], key_of: _Key) -> Counter[Hashable]:
    """Return how many items were asked, by key."""
    rows = list(kinds)
    held = sheets({row[0] for row in rows})
    asked: dict[tuple[Any, ...], tuple[str, ...]] = {}
    observed: Counter[Hashable] = Counter()
    for version, gender, post, slot, value, times in rows:
        kind = (version, gender, post, slot)
        if kind not in asked:
            # Nobody's gender: the check is one of the outlet.
            subject = OUTLET if gender is None else PERSON
            judged = Judged(subject, gender or "", post, slot)
            asked[kind] = tuple(held[version].applicable(judged))
        for code in asked[kind]:
            observed[key_of(value, code)] += times
    return observed


def item_names(keys: Iterable[Hashable]) -> Mapping[Hashable, Item]:
    """Return the newest item of each (standard id, code)."""
    wanted = set(keys)
    codes = {key[1] for key in wanted if isinstance(key, tuple)}
    found: dict[Hashable, Item] = {}
    items = Item.objects.filter(code__in=codes).select_related("version__standard")
    for item in items.order_by("version__number"):
        key = (item.version.standard_id, item.code)
        if key in wanted:
            found[key] = item
    return found


def weekly(rates: Iterable[Rate]) -> list[Rate]:
    """Return rates by week in the order of time."""
    return sorted(rates, key=lambda one: str(one.key))
