"""Bonuses and deductions of the ledger, for schemes that take them.

System reads: a ranking sees everybody.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.rules.people import MonthEvidence, MonthSums
from evaluations.rankings.rules.scheme import BONUS, DEDUCTION
from evaluations.rankings.rules.values import Sums

CHUNK = 2000


def bonuses(
    months: Mapping[int, Period], until: int | None
) -> Iterator[tuple[int, str, MonthSums, MonthEvidence]]:
    """Yield everybody's bonus and deduction of each month, in order of the employee.

    Points keep their signs, in hundredths. A reversal counts on the side of what it
    takes back, so that a bonus taken back never looks like a deduction.
    """
    days = Q(pk__in=())
    for month in months.values():
        days |= Q(on__range=(month.first, month.last))
    rows = (
        Entry.objects.filter(
            days, kind=EntryKind.ADJUSTMENT, employee__isnull=False, pk__lte=until or 0
        )
        .annotate(
            month=Case(
                *(
                    When(on__range=(month.first, month.last), then=Value(number))
                    for number, month in months.items()
                ),
                output_field=IntegerField(),
            ),
            side=Case(
                When(reverses=None, points__gte=0, then=Value(BONUS)),
                When(reverses__isnull=False, points__lte=0, then=Value(BONUS)),
                default=Value(DEDUCTION),
            ),
            sign=Case(When(reverses=None, then=Value(1)), default=Value(-1)),
        )
        .values("employee_id", "month", "side")
        .annotate(entries=Sum("sign"), records=Sum("n"), added=Sum(F("points")))
        .order_by("employee_id", "month", "side")
        .values_list("employee_id", "month", "side", "entries", "records", "added")
    )
    stream = rows.iterator(chunk_size=CHUNK)
    for (employee_id, number), group in groupby(stream, key=itemgetter(0, 1)):
        sums: dict[str, tuple[Sums, ...]] = {
            side: (Sums(0, entries, n, points),)
            for _employee, _month, side, entries, n, points in group
            if n or points
        }
        if sums:
            yield employee_id, months[number].code, sums, MonthEvidence()
