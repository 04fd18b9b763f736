"""From taps to spells: when something began and when it was over.

Several people may report the same thing, on tablets that send hours later and in any
order. What the taps add up to therefore depends on when they were made, never on when
they came: values in, values out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody reported that it is there."""

    uuid: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """Somebody confirmed that it is over.

    `names` is a report of the spell that is meant; None: whichever runs.
    """

    uuid: UUID
    at: datetime
    names: UUID | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """One thing from its first report (`uuid`) to its end; `ended_at` None: it runs.

    `reports` are all reports of it in order, `ended_by` is the confirmation.
    """

    uuid: UUID
    began_at: datetime
    reports: tuple[UUID, ...]
    ended_at: datetime | None = None
    ended_by: UUID | None = None


def spells(
    began: Iterable[Began],
    ended: Iterable[Ended],
    retracted: Collection[UUID] = frozenset(),
) -> list[Spell]:
    """Return the spells at one place, in order; at most the last one still runs.

    A report while a spell runs belongs to it. A confirmation ends the spell of the
    report that it names, or the one that runs; where that is over already it changes
    nothing. One made before its report by a wrong clock ends it at once. A report
    taken back (`retracted`) counts only where somebody has confirmed its end: what was
    cleaned was there.
    """
    ends = list(ended)
    confirmed = {end.names for end in ends}
    reports = {
        one.uuid: one
        for one in began
        if one.uuid not in retracted or one.uuid in confirmed
    }
    steps: list[tuple[datetime, int, UUID, Began | Ended]] = [
        (one.at, 0, one.uuid, one) for one in reports.values()
    ]
    for end in ends:
        if end.names is None:
            steps.append((end.at, 1, end.uuid, end))
        elif end.names in reports:
            at = max(end.at, reports[end.names].at)
            steps.append((at, 1, end.uuid, end))
    found: list[Spell] = []
    running: list[Began] = []
    for at, _kind, _uuid, step in sorted(steps, key=lambda one: one[:3]):
        if isinstance(step, Began):
            running.append(step)
        elif running and (
            step.names is None or step.names in {one.uuid for one in running}
        ):
            found.append(_spell(running, at, step.uuid))
            running = []
    if running:
        found.append(_spell(running, None, None))
    return found


def _spell(
    reports: list[Began], ended_at: datetime | None, ended_by: UUID | None
) -> Spell:
    first = reports[0]
    uuids = tuple(one.uuid for one in reports)
    return Spell(first.uuid, first.at, uuids, ended_at, ended_by)
