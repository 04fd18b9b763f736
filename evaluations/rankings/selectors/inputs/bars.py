"""What keeps people from winning: bars and open cases of the ledger."""

from collections import defaultdict
from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import F, Q

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.rules.registry import BarEntry, resolved_bars


def bars_of(
    period: Period, until: int | None, people: Collection[int] | None = None
) -> tuple[dict[int, tuple[Any, ...]], dict[int, tuple[str, ...]]]:
    """Return (bars, codes of open cases) by employee, those that concern `period`.

    `until` is the last entry to read, `people` whose; None asks about everybody.
    """
    whose = Q(employee__isnull=False) if people is None else Q(employee__in=people)
    begun = Q(on__lte=period.last)
    rows = (
        Entry.objects.standing()
        .filter(
            Q(kind=EntryKind.BAR, scope=period.code)
            | Q(kind=EntryKind.BAR, scope="") & begun
            | Q(kind__in=(EntryKind.LIFT, EntryKind.HOLD)) & begun,
            whose,
            pk__lte=until or 0,
        )
        .order_by("employee_id", "pk")
        .values_list(
            "employee_id", "kind", "component", "scope", "on", "source", "source_id"
        )
        .annotate(number=F("pk"))
    )
    bars: dict[int, tuple[Any, ...]] = {}
    holds: dict[int, tuple[str, ...]] = {}
    for employee_id, group in groupby(rows, key=itemgetter(0)):
        kinds: dict[str, list[BarEntry]] = defaultdict(list)
        for _employee, kind, code, scope, on, source, source_id, number in group:
            kinds[kind].append(BarEntry(code, scope, on, (source, source_id), number))
        bars[employee_id] = resolved_bars(kinds[EntryKind.BAR], kinds[EntryKind.LIFT])
        holds[employee_id] = tuple(
            sorted({case.code for case in kinds[EntryKind.HOLD]})
        )
    return bars, holds
