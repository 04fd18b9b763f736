"""The canonical input of a run, read from the ledger and the registry.

System reads: a ranking sees everybody. The number of queries does not grow with the
number of people.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Cast

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models import Run, Scheme, SchemeVersion
from evaluations.rankings.rules.people import (
    LoadSums,
    MonthEvidence,
    MonthSums,
    PersonInput,
    Place,
    RaterSums,
    head_line,
    on_duty,
)
from evaluations.rankings.rules.registry import (
    BarEntry,
    Stay,
    listed_at,
    resolved_bars,
)
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.selectors.bonuses import bonuses
from outlets.places.models import Outlet, Region
from staffing.people.models import Assignment, Employee

CHUNK = 2000
_BIG = BigIntegerField()
_MonthRow = tuple[int, str, MonthSums, MonthEvidence]
PRESSURE = "pressure"


class PlaceIds(NamedTuple):
    """The keys of where somebody is listed, for the standing's columns."""

    outlet_id: int | None = None
    region_id: int | None = None
    county_id: int | None = None
    city_id: int | None = None
    province_id: int | None = None
    outlet_class: str = ""


class CollectedPerson(NamedTuple):
    """One person of a run. `line` is her canonical input."""

    uuid: str
    employee_id: int
    place_ids: PlaceIds
    line: str


@dataclass(frozen=True, slots=True)
class Collected:
    """The input of a run: its head, and its people in code-point order of the uuid."""

    head: str
    people: list[CollectedPerson]
    entries_until: int | None
    month_runs: dict[str, int]


def collect(version: SchemeVersion, period: Period) -> Collected:
    """Read what a run of `period` by `version` is computed from.

    People are those with an assignment that overlaps the period or an entry in it.
    The months of a quarter or year come from the newest published run of the same
    scheme, else from the ledger.
    """
    until = Entry.objects.aggregate(newest=Max("id"))["newest"]
    kept = _kept_months(version.scheme, period)
    months = {
        month.code: _month_version(version, kept, month) for month in period.months
    }
    to_read = [month for month in period.months if month.code not in kept]
    streams = _ledger_streams(to_read, months, until) if to_read else []
    streams += [_stored_months(run) for run in kept.values()]
    return Collected(
        head=head_line(
            period=period,
            scheme=version.scheme.code,
            version=version.number,
            rules=version.rules,
            months={
                code: (of_month.number, of_month.rules)
                for code, of_month in months.items()
            },
        ),
        people=_people(
            period, kept.values(), heapq.merge(*streams, key=itemgetter(0)), until
        ),
        entries_until=until,
        month_runs={code: run.pk for code, run in kept.items()},
    )


def _kept_months(scheme: Scheme, period: Period) -> dict[str, Run]:
    """Return the newest published run of each month that a longer period is made of."""
    if period.kind is PeriodKind.MONTH:
        return {}
    runs = Run.objects.published().filter(
        scheme=scheme, period__in=[month.code for month in period.months]
    )
    return {run.period: run for run in runs.order_by("revision")}


def _month_version(
    version: SchemeVersion, kept: Mapping[str, Run], month: Period
) -> SchemeVersion:
    if month.code in kept:
        return kept[month.code].scheme_version
    found = SchemeVersion.objects.for_period(version.scheme.code, month)
    return found or version


def _ledger_streams(
    months: Iterable[Period], versions: Mapping[str, SchemeVersion], until: int | None
) -> list[Iterator[_MonthRow]]:
    """Return what the ledger says of the months, each in order of the employee."""
    numbered = dict(enumerate(months))
    rules = [versions[month.code].parsed for month in numbered.values()]
    streams = [_ledger_months(numbered, rules, until)]
    if rated := sorted({code for one in rules for code in one.rated_components}):
        streams.append(_rated(numbered, rated, until))
    if loaded := sorted({code for one in rules for code in one.loaded_components}):
        streams.append(_loaded(numbered, loaded, until))
    taken = dict(zip(numbered, rules, strict=True))
    if taking := {at: of for at, of in numbered.items() if taken[at].extras}:
        streams.append(bonuses(taking, until))
    return streams


def _scores(
    months: Mapping[int, Period], components: Iterable[str], until: int | None
) -> QuerySet[Entry]:
    """Return the scores of people in the months, each with the number of its month."""
    return (
        _entries(months.values(), until)
        .filter(kind=EntryKind.SCORE, component__in=list(components))
        .annotate(
            month=Case(
                *(
                    When(on__range=(month.first, month.last), then=Value(number))
                    for number, month in months.items()
                ),
                output_field=IntegerField(),
            ),
            sign=Case(
                When(reverses=None, then=Value(1)),
                default=Value(-1),
                output_field=IntegerField(),
            ),
        )
    )


def _total(summed: Any) -> Cast:
    """Return a sum that drivers give as a whole number, whatever the database adds."""
    return Cast(Sum(summed, output_field=_BIG), _BIG)


def _fetched(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver gives them: millions, of texts and whole numbers."""
    statement, parameters = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _rated(
    months: Mapping[int, Period], components: Iterable[str], until: int | None
) -> Iterator[_MonthRow]:
    """Yield what each rater said of each person."""
    rows = (
        _scores(months, components, until)
        .exclude(rater="")
        .annotate(each=Abs("out_of"))
        .values("employee_id", "month", "component", "rater", "each")
        .annotate(
            entries=_total("sign"),
            sum_points=_total("points"),
            squares=_total(F("sign") * Cast("points", _BIG) * F("points")),
        )
        .order_by("employee_id", "month", "component", "rater", "each")
        .values_list(
            "employee_id",
            "month",
            "component",
            "rater",
            "each",
            "entries",
            "sum_points",
            "squares",
        )
    )
    stream = _fetched(rows)
    for (employee_id, number), group in groupby(stream, key=itemgetter(0, 1)):
        raters: dict[str, list[RaterSums]] = defaultdict(list)
        for _employee, _month, component, rater, each, count, points, squares in group:
            if count or points:
                raters[component].append(RaterSums(rater, each, count, points, squares))
        if raters:
            found = {code: tuple(of) for code, of in raters.items()}
            yield employee_id, months[number].code, {}, MonthEvidence(raters=found)


def _loaded(
    months: Mapping[int, Period], components: Iterable[str], until: int | None
) -> Iterator[_MonthRow]:
    """Yield people's records beside the queue of their days."""
    queue = (
        Entry.objects.filter(
            component=PRESSURE,
            employee=None,
            outlet=OuterRef("outlet"),
            on=OuterRef("on"),
            pk__lte=until or 0,
        )
        .order_by()
        .values("outlet")
        .annotate(sum_points=Sum("points"))
        .values("sum_points")
    )
    rows = (
        _scores(months, components, until)
        .annotate(queue=Subquery(queue, output_field=_BIG))
        .filter(queue__isnull=False)
        .values("employee_id", "month", "component")
        .annotate(
            records=_total("n"),
            sum_points=_total("points"),
            pressure=_total(F("n") * F("queue")),
            pressures=_total(F("n") * F("queue") * F("queue")),
            cross=_total(F("points") * F("queue")),
        )
        .order_by("employee_id", "month", "component")
        .values_list(
            "employee_id",
            "month",
            "component",
            "records",
            "sum_points",
            "pressure",
            "pressures",
            "cross",
        )
    )
    stream = _fetched(rows)
    for (employee_id, number), group in groupby(stream, key=itemgetter(0, 1)):
        load = {component: LoadSums(*sums) for _e, _m, component, *sums in group}
        yield employee_id, months[number].code, {}, MonthEvidence(load=load)


def _ledger_months(
    numbered: Mapping[int, Period], rules: Iterable[SchemeRules], until: int | None
) -> Iterator[_MonthRow]:
    """Yield everybody's sums by component and, where entries are counted, by size."""
    given = list(rules)
    read = sorted({code for one in given for code in one.read_components})
    counted = sorted({code for one in given for code in one.counted_components})
    rows = (
        _scores(numbered, read, until)
        .annotate(
            each=Case(
                When(component__in=counted, then=Abs("out_of")), default=Value(0)
            ),
        )
        .values("employee_id", "month", "component", "each")
        .annotate(
            entries=_total("sign"),
            records=_total("n"),
            sum_points=_total("points"),
            sum_out_of=_total("out_of"),
            squares=_total(F("sign") * Cast("points", _BIG) * F("points")),
        )
        .order_by("employee_id", "month", "component", "each")
        .values_list(
            "employee_id",
            "month",
            "component",
            "each",
            "entries",
            "records",
            "sum_points",
            "sum_out_of",
            "squares",
        )
    )
    stream = _fetched(rows)
    for (employee_id, number), group in groupby(stream, key=itemgetter(0, 1)):
        sums: dict[str, list[Sums]] = defaultdict(list)
        for _e, _m, component, each, count, n, points, out_of, squares in group:
            if component not in counted:
                each, count, squares = out_of, 1, 0
            if n or points or (each and count):
                sums[component].append(Sums(each, count, n, points, squares))
        if sums:
            found = {code: tuple(groups) for code, groups in sums.items()}
            yield employee_id, numbered[number].code, found, MonthEvidence()


def _entries(months: Iterable[Period], until: int | None) -> QuerySet[Entry]:
    """Return the entries of people on the days of `months` that had been posted."""
    days = Q(pk__in=())
    for month in months:
        days |= Q(on__range=(month.first, month.last))
    return Entry.objects.filter(days, employee__isnull=False, pk__lte=until or 0)


def _stored_months(run: Run) -> Iterator[_MonthRow]:
    """Yield what a month's run read of everybody, in order of the employee."""
    lines = run.standings.order_by("employee_id").values_list("employee_id", "input")
    for employee_id, line in lines.iterator(chunk_size=CHUNK):
        person = PersonInput.parse(line)
        yield (
            employee_id,
            run.period,
            person.months.get(run.period, {}),
            person.evidence.get(run.period, MonthEvidence()),
        )


def _people(
    period: Period,
    kept: Iterable[Run],
    months: Iterator[_MonthRow],
    until: int | None,
) -> list[CollectedPerson]:
    stays = _stays(period)
    others = _people_with_entries(period, until).union(
        *(run.standings.values_list("employee_id", flat=True) for run in kept)
    )
    registry = _Registry(period.last, stays, _places())
    registry.add_last_stays(others - stays.keys())
    wanted = stays.keys() | others
    bars, holds = _bars(period, until)
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
        people.append(
            CollectedPerson(person.uuid, employee_id, place_ids, person.line())
        )
    people.sort(key=itemgetter(0))
    return people


class _MonthsInOrder:
    """The months of one person after the other, without holding everybody's at once."""

    def __init__(self, rows: Iterator[_MonthRow]) -> None:
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
                evidence[month] = evidence.get(month, MonthEvidence()) | more
        self._next = next(self._groups, None)
        return sums, evidence


class _Registry:
    """Who is listed where on the last day of the period."""

    def __init__(
        self,
        day: date,
        stays: dict[int, list[Stay]],
        places: Mapping[int, tuple[Place, PlaceIds]],
    ) -> None:
        self._day, self._stays, self._places = day, stays, places

    def add_last_stays(self, employees: Iterable[int]) -> None:
        """Look up earlier assignments of people who had none in the period."""
        ids = sorted(employees)
        for start in range(0, len(ids), CHUNK):
            earlier = Assignment.objects.filter(
                employee__in=ids[start : start + CHUNK], starts_on__lte=self._day
            )
            for employee_id, stay in _as_stays(earlier):
                self._stays.setdefault(employee_id, []).append(stay)

    def place_of(
        self, employee_id: int, left_on: date | None
    ) -> tuple[Place, PlaceIds, bool]:
        stays = self._stays.get(employee_id, ())
        stay, assigned = listed_at(stays, self._day, left_on)
        if stay is None:
            return Place(), PlaceIds(), False
        return *self._places[stay.outlet_id], assigned


def _stays(period: Period) -> dict[int, list[Stay]]:
    stays: dict[int, list[Stay]] = {}
    overlapping = Assignment.objects.overlapping(period.first, period.last)
    for employee_id, stay in _as_stays(overlapping):
        stays.setdefault(employee_id, []).append(stay)
    return stays


def _as_stays(assignments: QuerySet[Assignment]) -> Iterator[tuple[int, Stay]]:
    rows = assignments.order_by().values_list(
        "employee_id", "outlet_id", "outlet__code", "starts_on", "ends_on"
    )
    for employee_id, pk, code, starts_on, ends_on in rows.iterator(chunk_size=CHUNK):
        yield employee_id, Stay(pk, code, starts_on, ends_on)


def _people_with_entries(period: Period, until: int | None) -> set[int]:
    entries = _entries([period], until).order_by()
    return set(entries.values_list("employee_id", flat=True).distinct())


def _places() -> dict[int, tuple[Place, PlaceIds]]:
    """Return every outlet's place by code and by key."""
    regions = {
        pk: (code, level, parent_id)
        for pk, code, level, parent_id in Region.objects.order_by().values_list(
            "pk", "code", "level", "parent_id"
        )
    }
    places: dict[int, tuple[Place, PlaceIds]] = {}
    outlets = Outlet.objects.order_by().values_list(
        "pk", "code", "outlet_class", "region_id"
    )
    for pk, code, outlet_class, region_id in outlets:
        codes: dict[str, str] = {}
        keys: dict[str, int] = {}
        above: int | None = region_id
        while above is not None:
            region_code, level, parent_id = regions[above]
            if level != "area":
                codes.setdefault(level, region_code)
                keys.setdefault(f"{level}_id", above)
            above = parent_id
        places[pk] = (
            Place(
                outlet=code,
                region=regions[region_id][0],
                outlet_class=outlet_class,
                **codes,
            ),
            PlaceIds(pk, region_id, outlet_class=outlet_class, **keys),
        )
    return places


def _bars(
    period: Period, until: int | None
) -> tuple[dict[int, tuple[Any, ...]], dict[int, tuple[str, ...]]]:
    """Return (bars, codes of open cases) by employee, those that concern `period`."""
    begun = Q(on__lte=period.last)
    rows = (
        Entry.objects.standing()
        .filter(
            Q(kind=EntryKind.BAR, scope=period.code)
            | Q(kind=EntryKind.BAR, scope="") & begun
            | Q(kind__in=(EntryKind.LIFT, EntryKind.HOLD)) & begun,
            employee__isnull=False,
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
