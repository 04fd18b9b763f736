"""The ledger entries behind a standing, of those that its reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.sources import registered
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.scheme import BONUS, DEDUCTION
from outlets.places.sight import Viewer


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry that counted, and the page of the record that it came from."""

    entry: Entry
    source_label: str
    source_url: str


@dataclass(slots=True)
class EntriesBehind:
    """The entries that counted, by component, and how many were posted since."""

    by_component: Mapping[str, list[Entry]] = field(default_factory=dict)
    posted_since: int = 0


def entries_behind(
    standing: Standing, viewer: Viewer, months: Iterable[Period]
) -> EntriesBehind:
    """Return the entries that a run counted for somebody and the viewer may see.

    Bonus and deduction are among them under their own names, where the rules take them.
    """
    run = standing.run
    frame = Frame.parse(run.head)
    until = _read_until(run)
    seen, later = Q(pk__in=()), Q(pk__in=())
    components: set[str] = set()
    extras: dict[str, tuple[str, ...]] = {}
    for month in months:
        days = Q(on__range=(month.first, month.last))
        newest = until[month.code]
        seen |= days & Q(pk__lte=newest)
        later |= days & Q(pk__gt=newest)
        rules = frame.months[month.code][1]
        components |= {*rules.read_components}
        extras[month.code] = rules.extras
    wanted = Q(kind=EntryKind.SCORE, component__in=sorted(components))
    if any(extras.values()):
        wanted |= Q(kind=EntryKind.ADJUSTMENT)
    own = Entry.objects.visible_to(viewer).filter(wanted, employee=standing.employee_id)
    by_component: dict[str, list[Entry]] = defaultdict(list)
    found = own.filter(seen, reverses=None).select_related(
        "employee", "outlet", "reversal"
    )
    for entry in found.order_by("on", "pk"):
        month_code = Period.month_of(entry.on).code
        newest = until[month_code]
        reversal = getattr(entry, "reversal", None)
        if reversal is not None and reversal.pk <= newest:
            continue
        if entry.kind == EntryKind.SCORE:
            by_component[entry.component].append(entry)
        elif (side := _side(entry)) in extras[month_code]:
            by_component[side].append(entry)
    return EntriesBehind(by_component, own.filter(later).count())


def _side(entry: Entry) -> str:
    return DEDUCTION if entry.points < 0 else BONUS


def _read_until(run: Run) -> dict[str, int]:
    """Return, by month code, the newest ledger entry that was read for it."""
    own = run.entries_until or 0
    kept = Run.objects.in_bulk(run.month_runs.values()) if run.month_runs else {}
    months = {month.code: own for month in run.parsed_period.months}
    for code, pk in run.month_runs.items():
        months[code] = kept[pk].entries_until or 0
    return months


def bars_behind(standing: Standing, viewer: Viewer) -> tuple[EntryLine, ...]:
    """Return the bars behind the standing's reasons."""
    if not standing.reasons:
        return ()
    period = standing.run.parsed_period
    bars = Entry.objects.visible_to(viewer).filter(
        Q(scope=period.code) | Q(scope="", on__lte=period.last),
        employee=standing.employee_id,
        kind=EntryKind.BAR,
        component__in=standing.reasons,
        reverses=None,
        pk__lte=standing.run.entries_until or 0,
    )
    return tuple(
        map(line_of, bars.select_related("employee", "outlet").order_by("on", "pk"))
    )


def line_of(entry: Entry) -> EntryLine:
    """Return an entry with the name and the address of where it came from."""
    source = registered().get(entry.source)
    return EntryLine(
        entry=entry,
        source_label=str(source.label) if source else entry.source,
        source_url=source.link(entry.source_id) if source else "",
    )
