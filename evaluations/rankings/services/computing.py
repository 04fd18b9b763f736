"""Computing a run: settle the ledger, read, rank, and write in one transaction."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.ledger.services import settle
from evaluations.rankings.models import Run, RunStep, Standing
from evaluations.rankings.rules.fits import fits_parsed, fits_stored
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.ranking import (
    Ranking,
    rank_everybody,
    rank_people,
)
from evaluations.rankings.selectors.inputs import (
    Collected,
    collect,
)
from evaluations.rankings.services.hashing import (
    Digest,
    fits_line,
    seal_line,
)
from evaluations.rankings.services.writing import COLUMNS, odd_codes, row_of
from outlets.exchange import bulk
from outlets.exchange.errors import DomainError


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
    # Outside a transaction the server would first write down all that a cursor may ask.
    with transaction.atomic():
        collected = collect(run.scheme_version, run.parsed_period)
    total = len(collected.people)
    _report(run, RunStep.SCORING, total=total)
    ranking = rank_everybody(collected.everybody)
    _report(run, RunStep.WRITING, total=total, done=total)
    _write(run, collected, ranking)


def ranked(
    head: str,
    lines: Iterable[str],
    fits: Mapping[str, Any] | None = None,
) -> Ranking:
    """Rank canonical lines; `fits` are the stored estimates of a frozen run."""
    return rank_people(
        Frame.parse(head), lines, fitted=None if fits is None else fits_parsed(fits)
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
    bulk.insert_ready(Standing, COLUMNS, _rows(locked, collected, ranking, digest))
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


def _rows(
    run: Run, collected: Collected, ranking: Ranking, digest: Digest
) -> Iterator[list[Any]]:
    """Yield everybody's row, counting in the run and adding to the digest."""
    odd = odd_codes(Frame.parse(collected.head).rules.shown_components)
    for person, result in zip(collected.people, ranking.results, strict=True):
        run.ranked += result.score is not None
        run.eligible += result.eligible
        row, line = row_of(run, person, result, odd=odd)
        digest.add(line)
        yield row
