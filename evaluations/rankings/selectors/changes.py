"""What differs between two revisions, and what late records would change.

Neither moves a published list: the first compares two lists that stand, the second
computes one that is shown and thrown away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from evaluations.ledger.components import component_label
from evaluations.ledger.models import Entry
from evaluations.rankings.models import Run, Standing
from evaluations.rankings.rules.ranking import rank_everybody
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.inputs import collect
from outlets.places.sight import Viewer
from staffing.people.models import Employee

CHUNK = 2000


class Side(NamedTuple):
    """What one of the two lists says of a person."""

    score: Decimal | None
    adjusted: Decimal | None
    rank: int | None
    eligible: bool
    input: str


@dataclass(frozen=True, slots=True)
class Change:
    """One person whom the two lists tell apart; a side is None: not on that list.

    `entries` were posted between both. `own` tells whether her own record changed;
    otherwise only others moved around her.
    """

    employee: Employee
    before: Side | None
    after: Side | None
    entries: Sequence[Entry]

    @property
    def own(self) -> bool:
        before, after = self.before, self.after
        return before is None or after is None or before.input != after.input

    @property
    def places(self) -> int | None:
        """Return the places gained, negative where lost; None without both ranks."""
        before, after = self.before, self.after
        if before is None or after is None or not before.rank or not after.rank:
            return None
        return before.rank - after.rank

    @property
    def eligibility(self) -> str:
        """Return whether she may win: "won" only after, "lost" only before, else ""."""
        may = [side is not None and side.eligible for side in (self.before, self.after)]
        return {(True, False): "lost", (False, True): "won"}.get((may[0], may[1]), "")

    @property
    def why(self) -> list[str]:
        """Return what was posted of her, a line per entry."""
        return [
            f"{component_label(one.component)} {one.on:%F}"
            + (" ↺" if one.reverses_id else "")
            for one in self.entries
        ]


def previous_revision(run: Run) -> Run | None:
    """Return the published revision before this one."""
    earlier = Run.objects.published().filter(
        period=run.period, scheme=run.scheme_id, revision__lt=run.revision
    )
    return earlier.order_by("-revision").first()


def changes_between(before: Run, after: Run, viewer: Viewer) -> list[Change]:
    """Return whom two runs of one period tell apart, of those in sight."""
    seen = Standing.objects.visible_to(viewer)
    earlier, later = (_sides(seen.filter(run=run)) for run in (before, after))
    entries = Entry.objects.visible_to(viewer)
    span = (before.entries_until, after.entries_until)
    return _changes(earlier, later, after, entries, *span)


def late_changes(run: Run) -> list[Change]:
    """Return whom a ranking of the same period by today's records would move.

    What is pending in a room and not in the ledger yet is not looked at. System read
    over everybody; nothing is written.
    """
    before = _sides(run.standings.all())
    today = collect(run.scheme_version, run.parsed_period)
    results = rank_everybody(today.everybody).results
    after = {
        person.employee_id: Side(
            _decimal(result.score, 2),
            _decimal(result.adjusted, 6),
            result.ranks[Level.ALL],
            result.eligible,
            person.line,
        )
        for person, result in zip(today.people, results, strict=True)
    }
    span = (run.entries_until, today.entries_until)
    return _changes(before, after, run, Entry.objects.all(), *span)


def _sides(standings: QuerySet[Standing]) -> dict[int, Side]:
    rows = standings.order_by().values_list(
        "employee_id", "score", "adjusted_score", "rank_all", "eligible", "input"
    )
    return {
        pk: Side(score, adjusted, rank, eligible, line)
        for pk, score, adjusted, rank, eligible, line in rows.iterator(chunk_size=CHUNK)
    }


def _changes(
    before: Mapping[int, Side],
    after: Mapping[int, Side],
    run: Run,
    entries: QuerySet[Entry],
    since: int | None,
    until: int | None,
) -> list[Change]:
    moved = {
        pk
        for pk in before.keys() | after.keys()
        if _said(before.get(pk)) != _said(after.get(pk))
    }
    posted = _entries_between(run, entries, moved, since, until)
    people = Employee.objects.in_bulk(moved)
    found = [
        Change(people[pk], before.get(pk), after.get(pk), posted.get(pk, ()))
        for pk in moved
    ]
    found.sort(key=lambda one: (not one.own, _place(one), one.employee.number))
    return found


def _said(side: Side | None) -> tuple[object, ...] | None:
    # Every estimate behind adjusted scores moves a little with every record.
    return side and (side.score, side.rank, side.eligible, side.input)


def _place(change: Change) -> int:
    ranks = [side.rank for side in (change.before, change.after) if side and side.rank]
    return min(ranks, default=1_000_000_000)


def _entries_between(
    run: Run,
    entries: QuerySet[Entry],
    people: Iterable[int],
    since: int | None,
    until: int | None,
) -> dict[int, list[Entry]]:
    period = run.parsed_period
    entries = entries.filter(
        pk__gt=since or 0,
        pk__lte=until or 0,
        on__range=(period.first, period.last),
        employee__isnull=False,
    ).order_by("pk")
    wanted, found = set(people), defaultdict(list)
    for entry in entries.iterator(chunk_size=CHUNK):
        if entry.employee_id in wanted:
            found[entry.employee_id].append(entry)
    return dict(found)


def _decimal(number: int | None, places: int) -> Decimal | None:
    return None if number is None else Decimal(number).scaleb(-places)
