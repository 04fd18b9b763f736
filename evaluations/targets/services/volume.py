"""What targets say in the ledger: a person's business volume against her base."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.ledger.services import Line, put
from evaluations.targets.models import Target
from outlets.flow.models import Transaction
from staffing.people.selectors import AssignmentBook

SOURCE = "targets"
VOLUME = "volume"
# Tills report late: a period is looked at again for two months after its end.
LOOK_BACK = timedelta(days=62)
BATCH = 1000


def settle(until: date) -> int:
    """Post the volume of everybody with a target whose period ended by `until`.

    Transactions carry no mark of their own, so every target of a period that ended
    within LOOK_BACK is compared again, and any that changed.

    Returns the entries written. System task: it sees everything.
    """
    over = Target.objects.of_people(VOLUME).ended_by(until)
    due = over.filter(Q(pending=True) | Q(ends_on__gt=until - LOOK_BACK))
    written, last = 0, 0
    while True:
        with transaction.atomic():
            batch = due.filter(pk__gt=last).order_by("pk").select_for_update()
            rows = list(batch[:BATCH])
            if not rows:
                return written
            lines = {line.source_id: line for line in volume_lines(rows)}
            written += put(
                source=SOURCE,
                lines=lines.values(),
                withdrawn=[str(row.uuid) for row in rows if str(row.uuid) not in lines],
            )
            changed = [row.pk for row in rows if row.pending]
            Target.objects.filter(pk__in=changed).update(pending=False)
            last = rows[-1].pk


def volume_lines(targets: Iterable[Target]) -> Iterator[Line]:
    """Yield achieved of base, in hundredths, for people's monthly volume targets.

    A quarter or year is gated by the sums of its months, so that a target for the
    whole of it would count twice. Nothing where the base is none or 0, nor where no
    transaction names the person in the period: unknown is not zero.
    """
    by_period: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        if target.base and target.employee_id is not None:
            by_period[target.period].append(target)
    for code, theirs in by_period.items():
        period = Period.parse(code)
        if period.kind is PeriodKind.MONTH:
            yield from _period_lines(period, theirs)


def _period_lines(period: Period, targets: Sequence[Target]) -> Iterator[Line]:
    people = {t.employee_id for t in targets if t.employee_id is not None}
    book = AssignmentBook(people)
    numbers = dict(
        Target.objects.filter(pk__in=[t.pk for t in targets]).values_list(
            "pk", "employee__number"
        )
    )
    achieved = dict(
        Transaction.objects.filter(
            date__range=(period.first, period.last),
            employee_number__in=set(numbers.values()),
        )
        .order_by()
        .values_list("employee_number")
        .annotate(Sum("quantity"))
    )
    for target in targets:
        quantity = achieved.get(numbers[target.pk])
        if quantity is None or target.employee_id is None:
            continue
        yield Line(
            source_id=str(target.uuid),
            component=VOLUME,
            on=period.last,
            employee_id=target.employee_id,
            outlet_id=book.outlet_id(target.employee_id, period.last),
            points=quantity * 100,
            out_of=target.base or 0,
        )
