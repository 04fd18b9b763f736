"""Computing a run: settle the ledger, read, rank, and write in one transaction."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.ledger.services import settle
from evaluations.rankings.models import Run, RunStep, Standing
from evaluations.rankings.rules.adjusting import fits_parsed, fits_stored
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.ranking import (
    Ranking,
    Result,
    Tick,
    rank_people,
)
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.inputs import (
    Collected,
    CollectedPerson,
    PlaceIds,
    collect,
)
from evaluations.rankings.services.hashing import (
    Digest,
    fits_line,
    output_line,
    seal_line,
)
from outlets.exchange import bulk
from outlets.exchange.errors import DomainError

BATCH = 2000


def compute_run(*, run_id: int) -> Run:
    """Compute a run from the ledger as it is now; safe to run twice.

    Progress is written between the transactions, never inside one, so that nobody
    waits for the writer to watch it. A failure is kept in the row before it is raised.
    """
    run = Run.objects.select_related("scheme_version__scheme").get(pk=run_id)
    if run.is_computed:
        return run
    try:
        with collector_at_rest():
            _compute(run)
    except DomainError as error:
        _fail(run, str(error))
        raise
    except Exception as error:
        _fail(
            run,
            _("The computation stopped with %(fault)s. The server's log says more.")
            % {"fault": type(error).__name__},
        )
        raise
    run.refresh_from_db()
    return run


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python from searching millions of rows for cycles that are not there."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _compute(run: Run) -> None:
    _report(run, RunStep.SETTLING, total=0)
    settle(run.parsed_period.last)
    _report(run, RunStep.READING, total=0)
    collected = collect(run.scheme_version, run.parsed_period)
    total = len(collected.people)
    _report(run, RunStep.SCORING, total=total)

    def tick(done: int) -> None:
        _report(run, RunStep.SCORING, total=total, done=done)

    ranking = ranked(collected.head, (person.line for person in collected.people), tick)
    _report(run, RunStep.WRITING, total=total, done=total)
    _write(run, collected, ranking)


def ranked(
    head: str,
    lines: Iterable[str],
    tick: Tick = lambda done: None,
    fits: Mapping[str, Any] | None = None,
) -> Ranking:
    """Rank canonical lines; `fits` are the stored estimates of a frozen run."""
    return rank_people(
        Frame.parse(head), lines, tick, None if fits is None else fits_parsed(fits)
    )


def _report(run: Run, step: RunStep, *, total: int, done: int = 0) -> None:
    Run.objects.filter(pk=run.pk).exclude(step=RunStep.DONE).update(
        step=step,
        total=total,
        done=done,
        failed=False,
        message="",
        progress_at=timezone.now(),
    )


def _fail(run: Run, message: str) -> None:
    Run.objects.filter(pk=run.pk).exclude(step=RunStep.DONE).update(
        failed=True, message=message[:500], progress_at=timezone.now()
    )


@transaction.atomic
def _write(run: Run, collected: Collected, ranking: Ranking) -> None:
    locked = (
        Run.objects.select_for_update(of=["self"])
        .select_related("scheme", "scheme_version")
        .get(pk=run.pk)
    )
    if locked.is_computed:
        return  # the same task came twice, and the other one was faster
    digest = Digest(collected.head)
    for person in collected.people:
        digest.add(person.line)
    locked.input_hash = digest.hexdigest()
    locked.people = len(collected.people)
    locked.ranked = locked.eligible = 0
    rows: list[Standing] = []
    for person, result in zip(collected.people, ranking.results, strict=True):
        locked.ranked += result.score is not None
        locked.eligible += result.eligible
        rows.append(_standing(locked, person, result))
        digest.add(output_line(rows[-1]))
        if len(rows) == BATCH:
            bulk.insert(Standing, rows)
            rows = []
    bulk.insert(Standing, rows)
    locked.head, locked.entries_until = collected.head, collected.entries_until
    locked.month_runs = collected.month_runs
    locked.fits = fits_stored(ranking.fits)
    digest.add(fits_line(locked.fits))
    locked.hash = digest.hexdigest()
    locked.seal = Digest(seal_line(locked)).hexdigest()
    locked.step, locked.done, locked.failed = RunStep.DONE, locked.people, False
    locked.total, locked.message = locked.people, ""
    locked.progress_at = timezone.now()
    locked.save()


def _standing(run: Run, person: CollectedPerson, result: Result) -> Standing:
    low, high, *_ = result.intervals.get(Level.ALL) or (None, None)
    return Standing(
        run=run,
        employee_id=person.employee_id,
        employee_uuid=result.uuid,
        **place_columns(person.place_ids),
        raw_score=_decimal(result.raw, 2),
        adjusted_score=_decimal(result.adjusted, 6),
        adjusted_deviation=_decimal(result.deviation, 6),
        score=_decimal(result.score, 2),
        **{f"rank_{level}": rank for level, rank in result.ranks.items()},
        rank_low=low,
        rank_high=high,
        intervals=dict(result.intervals),
        eligible=result.eligible,
        reasons=list(result.reasons),
        components=dict(result.components),
        position=result.position,
        tied_position=result.tied_position,
        input=person.line,
    )


def _decimal(number: int | None, places: int) -> Decimal | None:
    return None if number is None else Decimal(number).scaleb(-places)


def place_columns(ids: PlaceIds) -> dict[str, Any]:
    return ids._asdict()
