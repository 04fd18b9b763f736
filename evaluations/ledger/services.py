"""The only writer of the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import Entry, EntryKind, PeriodChange, PeriodState
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import is_closed
from evaluations.ledger.sources import registered
from outlets.exchange import bulk
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User

BATCH = 1000
_Subject = tuple[str, str, str, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """What the ledger shall say about one judged thing; fields as in `Entry`."""

    source_id: str
    component: str
    on: date
    employee_id: int | None
    outlet_id: int | None
    points: int = 0
    out_of: int = 0
    n: int = 1
    rater: str = ""
    kind: str = EntryKind.SCORE
    scope: str = ""

    @property
    def subject(self) -> _Subject:
        return (self.component, self.kind, self.scope, self.employee_id)


def put(
    *,
    source: str,
    lines: Iterable[Line],
    withdrawn: Collection[str] = (),
    by: User | None = None,
    reason: str = "",
) -> int:
    """Make the ledger say exactly `lines` about their source ids; return the writes.

    All lines of one source id are given together. What already stands is left alone,
    what differs is reversed and posted as the next version, and what is no longer said
    (also: every line of a `withdrawn` source id) is reversed. Calling twice changes
    nothing. Reversals keep the day of the entry that they reverse.
    """
    written = 0
    with transaction.atomic():
        for wanted in _batches(lines, withdrawn):
            written += _put_batch(source, wanted, by, reason)
    return written


def _batches(
    lines: Iterable[Line], withdrawn: Collection[str]
) -> Iterator[dict[str, list[Line]]]:
    wanted: dict[str, list[Line]] = {source_id: [] for source_id in withdrawn}
    for line in lines:
        if len(wanted) >= BATCH and line.source_id not in wanted:
            yield wanted
            wanted = {}
        wanted.setdefault(line.source_id, []).append(line)
    if wanted:
        yield wanted


def _put_batch(
    source: str, wanted: dict[str, list[Line]], by: User | None, reason: str
) -> int:
    earlier = Entry.objects.filter(
        source=source, source_id__in=list(wanted), reverses=None
    ).select_related("reversal")
    standing: dict[tuple[str, _Subject], Entry] = {}
    versions: dict[tuple[str, _Subject], int] = defaultdict(int)
    for entry in earlier:
        place = (entry.source_id, _subject_of(entry))
        versions[place] = max(versions[place], entry.version)
        if not hasattr(entry, "reversal"):
            standing[place] = entry
    fresh: list[Entry] = []
    for source_id, lines in wanted.items():
        for line in lines:
            place = (source_id, line.subject)
            if place in standing:
                entry = standing.pop(place)
                if _says(entry, line):
                    continue
                fresh.append(_reversal(entry, by, reason))
            versions[place] += 1
            fresh.append(_entry(source, line, versions[place], by, reason))
    fresh += [_reversal(entry, by, reason) for entry in standing.values()]
    bulk.insert(Entry, fresh)
    return len(fresh)


def _subject_of(entry: Entry) -> _Subject:
    return (entry.component, entry.kind, entry.scope, entry.employee_id)


def _says(entry: Entry, line: Line) -> bool:
    return all(
        getattr(entry, name) == getattr(line, name)
        for name in ("on", "outlet_id", "points", "out_of", "n", "rater")
    )


def _entry(
    source: str, line: Line, version: int, by: User | None, reason: str
) -> Entry:
    return Entry(
        source=source,
        source_id=line.source_id,
        component=line.component,
        on=line.on,
        employee_id=line.employee_id,
        outlet_id=line.outlet_id,
        points=line.points,
        out_of=line.out_of,
        n=line.n,
        rater=line.rater,
        kind=line.kind,
        scope=line.scope,
        version=version,
        by=by,
        reason=reason,
    )


def _reversal(entry: Entry, by: User | None, reason: str) -> Entry:
    return Entry(
        source=entry.source,
        source_id=entry.source_id,
        component=entry.component,
        on=entry.on,
        employee_id=entry.employee_id,
        outlet_id=entry.outlet_id,
        points=-entry.points,
        out_of=-entry.out_of,
        n=-entry.n,
        rater=entry.rater,
        kind=entry.kind,
        scope=entry.scope,
        version=entry.version,
        reverses=entry,
        by=by,
        reason=reason,
    )


def settle(until: date) -> int:
    """Ask every source to post what is pending up to and including `until`.

    Returns the number of entries written. System task: it sees everything.
    """
    return sum(source.settle(until) for source in registered().values())


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why the period is opened again: the reason stays on record.")


class PeriodNotOver(DomainError):
    code = "period_not_over"
    message = _("%(period)s is not over yet.")


@transaction.atomic
def close_period(*, period: Period, by: User | None) -> None:
    """Close a period that is over; a closed one stays as it is.

    Raises:
        PeriodNotOver: its last day is still to come.
    """
    _require_closer(by)
    if period.last >= timezone.localdate():
        raise PeriodNotOver(period=period.code)
    if not is_closed(period):
        PeriodChange.objects.create(period=period.code, state=PeriodState.CLOSED, by=by)


@transaction.atomic
def reopen_period(*, period: Period, reason: str, by: User) -> None:
    """Open a closed period again; who and why stays on record.

    Raises:
        ReasonMissing: nobody could tell later why.
    """
    _require_closer(by)
    if not reason.strip():
        raise ReasonMissing
    if is_closed(period):
        PeriodChange.objects.create(
            period=period.code, state=PeriodState.REOPENED, by=by, reason=reason.strip()
        )


def _require_closer(by: User | None) -> None:
    if by is not None and not by.sight.reach(Power.CLOSE_PERIODS).everywhere:
        raise PermissionDenied
