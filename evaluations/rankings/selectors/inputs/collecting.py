"""Everybody of a run, as canonical lines."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef

from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, SchemeVersion
from evaluations.rankings.rules.everybody import Everybody
from evaluations.rankings.rules.people import (
    Frame,
    MonthEvidence,
    MonthSums,
    PersonInput,
    head_line,
    on_duty,
)
from evaluations.rankings.selectors.inputs.bars import bars_of
from evaluations.rankings.selectors.inputs.ledger import entries_of, ledger_streams
from evaluations.rankings.selectors.inputs.months import (
    kept_months,
    month_version,
    stored_months,
)
from evaluations.rankings.selectors.inputs.registry import (
    PlaceIds,
    Registry,
    outlet_places,
    stays_of,
)
from evaluations.rankings.selectors.inputs.rows import CHUNK, NO_EVIDENCE, MonthRow
from staffing.people.models import Assignment, Employee


class CollectedPerson(NamedTuple):
    """One person of a run. `line` is her canonical input."""

    uuid: str
    employee_id: int
    place_ids: PlaceIds
    line: str


@dataclass(frozen=True, slots=True)
class Collected:
    """The input of a run: its head, and its people in code-point order of the uuid.

    `everybody` is what their lines say, read and ready to be ranked.
    """

    head: str
    people: list[CollectedPerson]
    everybody: Everybody
    entries_until: int | None
    month_runs: dict[str, int]


def collect(version: SchemeVersion, period: Period) -> Collected:
    """Read what a run of `period` by `version` is computed from.

    People are those with an assignment that overlaps the period or an entry in it.
    The months of a quarter or year come from the newest published run of the same
    scheme, else from the ledger.
    """
    until = Entry.objects.aggregate(newest=Max("id"))["newest"]
    kept = kept_months(version.scheme, period)
    months = {
        month.code: month_version(version, kept, month) for month in period.months
    }
    to_read = [month for month in period.months if month.code not in kept]
    streams = ledger_streams(to_read, months, until) if to_read else []
    streams += [stored_months(run) for run in kept.values()]
    head = head_line(
        period=period,
        scheme=version.scheme.code,
        version=version.number,
        rules=version.rules,
        months={
            code: (of_month.number, of_month.rules) for code, of_month in months.items()
        },
    )
    everybody = Everybody(Frame.parse(head))
    people = _people(
        everybody, kept.values(), heapq.merge(*streams, key=itemgetter(0)), until
    )
    order = everybody.close_in_order()
    return Collected(
        head=head,
        people=[people[row] for row in order],
        everybody=everybody,
        entries_until=until,
        month_runs={code: run.pk for code, run in kept.items()},
    )


def _people(
    everybody: Everybody,
    kept: Iterable[Run],
    months: Iterator[MonthRow],
    until: int | None,
) -> list[CollectedPerson]:
    """Add everybody, and return her line and keys in the same order."""
    period = everybody.frame.period
    stays = stays_of(period)
    others = _unassigned_with_entries(period, until).union(
        *(run.standings.values_list("employee_id", flat=True) for run in kept)
    )
    registry = Registry(period.last, stays, outlet_places())
    registry.add_last_stays(others - stays.keys())
    wanted = stays.keys() | others
    bars, holds = bars_of(period, until)
    sums_of = _MonthsInOrder(months)
    people: list[CollectedPerson] = []
    facts = Employee.objects.order_by("pk").values_list(
        "pk", "uuid", "post", "hired_on", "left_on"
    )
    for employee_id, uuid, post, hired_on, left_on in facts.iterator(chunk_size=CHUNK):
        if employee_id not in wanted:
            continue
        place, place_ids, assigned = registry.place_of(employee_id, left_on)
        months_of, evidence = sums_of.take(employee_id)
        person = PersonInput(
            uuid=str(uuid),
            post=post,
            on_duty=on_duty(
                day=period.last, hired_on=hired_on, left_on=left_on, assigned=assigned
            ),
            hired_on=hired_on.isoformat() if hired_on else None,
            place=place,
            months=months_of,
            bars=bars.get(employee_id, ()),
            holds=holds.get(employee_id, ()),
            evidence=evidence,
        )
        everybody.add(person)
        people.append(
            CollectedPerson(person.uuid, employee_id, place_ids, person.line())
        )
    return people


class _MonthsInOrder:
    """The months of one person after the other, without holding everybody's at once."""

    def __init__(self, rows: Iterator[MonthRow]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(
        self, employee_id: int
    ) -> tuple[dict[str, MonthSums], dict[str, MonthEvidence]]:
        """Return her months; employees are asked for in ascending order."""
        while self._next is not None and self._next[0] < employee_id:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != employee_id:
            return {}, {}
        sums: dict[str, MonthSums] = {}
        evidence: dict[str, MonthEvidence] = {}
        for _employee, month, of_month, more in self._next[1]:
            if of_month:
                sums[month] = {**sums.get(month, {}), **of_month}
            if more:
                evidence[month] = evidence.get(month, NO_EVIDENCE) | more
        self._next = next(self._groups, None)
        return sums, evidence


def _unassigned_with_entries(period: Period, until: int | None) -> set[int]:
    """Return who has an entry in the period without an assignment in it.

    They are few: asking for each of them spares reading everybody's entries once more.
    """
    entries = entries_of([period], until).filter(employee=OuterRef("pk"))
    assigned = Assignment.objects.overlapping(period.first, period.last).filter(
        employee=OuterRef("pk")
    )
    people = Employee.objects.filter(~Exists(assigned), Exists(entries)).order_by()
    return set(people.values_list("pk", flat=True))
