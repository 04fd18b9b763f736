"""What the ledger says of people's months, added up by the database."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import add, itemgetter

from django.db.models import (
    Case,
    F,
    IntegerField,
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
from evaluations.ledger.periods import Period
from evaluations.rankings.models import SchemeVersion
from evaluations.rankings.rules.people import LoadSums, MonthEvidence, RaterSums
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.selectors.bonuses import bonuses
from evaluations.rankings.selectors.inputs.rows import (
    BIG,
    NO_EVIDENCE,
    MonthRow,
    fetched,
    total,
)

PRESSURE = "pressure"


def ledger_streams(
    months: Iterable[Period], versions: Mapping[str, SchemeVersion], until: int | None
) -> list[Iterator[MonthRow]]:
    """Return what the ledger says of the months, each in order of the employee."""
    numbered = dict(enumerate(months))
    rules = [versions[month.code].parsed for month in numbered.values()]
    streams = [_ledger_months(numbered, rules, until)]
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
        entries_of(months.values(), until)
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


def _ledger_months(
    numbered: Mapping[int, Period], rules: Iterable[SchemeRules], until: int | None
) -> Iterator[MonthRow]:
    """Yield everybody's sums by component, and what each rater said of each person.

    Entries are told apart by size where they are counted, by rater where the rules ask
    for the raters; one query serves both, for it is the reading that costs.
    """
    given = list(rules)
    read = {code for one in given for code in one.read_components}
    counted = {code for one in given for code in one.counted_components}
    rated = {code for one in given for code in one.rated_components}
    rows = (
        _scores(numbered, sorted(read | rated), until)
        .annotate(
            judge=Case(
                When(component__in=sorted(rated), then=F("rater")), default=Value("")
            ),
            each=Case(
                When(component__in=sorted(counted | rated), then=Abs("out_of")),
                default=Value(0),
            ),
        )
        .values("employee_id", "month", "component", "judge", "each")
        .annotate(
            entries=total("sign"),
            records=total("n"),
            sum_points=total("points"),
            sum_out_of=total("out_of"),
            squares=total(F("sign") * Cast("points", BIG) * F("points")),
        )
        .order_by("employee_id", "month", "component", "judge", "each")
        .values_list(
            "employee_id",
            "month",
            "component",
            "judge",
            "each",
            "entries",
            "records",
            "sum_points",
            "sum_out_of",
            "squares",
        )
    )
    codes = {number: month.code for number, month in numbered.items()}
    for (employee_id, number), group in groupby(fetched(rows), key=itemgetter(0, 1)):
        found: dict[tuple[str, int], Sums] = {}
        raters: dict[str, list[RaterSums]] = {}
        for _e, _m, component, by, each, count, n, points, out_of, squares in group:
            if by and (count or points):
                raters.setdefault(component, []).append(
                    RaterSums(by, each, count, points, squares)
                )
            if component in counted:
                one = Sums(each, count, n, points, squares)
            elif component in read:
                each = 0
                one = Sums(out_of, 1, n, points)
            else:
                continue
            old = found.get((component, each))
            if old is not None:
                one = _both(old, one, counted=component in counted)
            found[component, each] = one
        sums = _by_component(found)
        if sums or raters:
            evidence = NO_EVIDENCE
            if raters:
                evidence = MonthEvidence(
                    {code: tuple(sorted(of)) for code, of in raters.items()}
                )
            yield employee_id, codes[number], sums, evidence


def _both(one: Sums, other: Sums, *, counted: bool) -> Sums:
    """Add up sums over two raters: of one size where entries are counted."""
    both = Sums(*map(add, one, other))
    return both._replace(out_of=one.out_of) if counted else both._replace(entries=1)


def _by_component(found: Mapping[tuple[str, int], Sums]) -> dict[str, tuple[Sums, ...]]:
    """Return what is left of sums once reversals have taken theirs away, sorted."""
    sums: dict[str, tuple[Sums, ...]] = {}
    for (component, _each), one in found.items():
        if one.n or one.points or (one.out_of and one.entries):
            old = sums.get(component)
            sums[component] = (one,) if old is None else tuple(sorted((*old, one)))
    return sums


def _loaded(
    months: Mapping[int, Period], components: Iterable[str], until: int | None
) -> Iterator[MonthRow]:
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
        .annotate(queue=Subquery(queue, output_field=BIG))
        .filter(queue__isnull=False)
        .values("employee_id", "month", "component")
        .annotate(
            records=total("n"),
            sum_points=total("points"),
            pressure=total(F("n") * F("queue")),
            pressures=total(F("n") * F("queue") * F("queue")),
            cross=total(F("points") * F("queue")),
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
    codes = {number: month.code for number, month in months.items()}
    for (employee_id, number), group in groupby(fetched(rows), key=itemgetter(0, 1)):
        load = {component: LoadSums(*sums) for _e, _m, component, *sums in group}
        yield employee_id, codes[number], {}, MonthEvidence(load=load)


def entries_of(months: Iterable[Period], until: int | None) -> QuerySet[Entry]:
    """Return the entries of people on the days of `months` that had been posted."""
    days = Q(pk__in=())
    for month in months:
        days |= Q(on__range=(month.first, month.last))
    return Entry.objects.filter(days, employee__isnull=False, pk__lte=until or 0)
