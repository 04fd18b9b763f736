"""Who may try other rules on a run, and the asking for what that needs."""

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings import tasks
from evaluations.rankings.models import Run
from evaluations.rankings.selectors.matrices import Kept, claim, kept
from evaluations.rankings.services.preparing import prepare_what_if
from evaluations.rankings.services.rerunning import (
    Rerun,
    claim_rerun,
    kept_rerun,
    rerun,
)
from evaluations.rankings.services.runs import may_rank
from outlets.places.sight import Power
from staffing.people.models import User

# Up to so many people the matrix is made while the reader waits.
AT_ONCE = 1500


def may_try(user: User) -> bool:
    """Those who rank, and those who watch over everybody's records and their history.

    A what-if shows names from the whole chain, so the powers must reach everywhere.
    """
    sight = user.sight
    watches = (
        sight.reach(Power.SEE_RECORDS).everywhere
        and sight.reach(Power.SEE_HISTORY).everywhere
    )
    return may_rank(user) or watches


def ready(run: Run) -> Kept | None:
    """Return what a what-if needs; None while a worker is making it.

    Without a matrix in it the ranking has to be computed again: see `tried_again`.
    """
    if run.kind is not PeriodKind.MONTH:
        return Kept()
    found = kept(run)
    if found is not None:
        return found
    if run.people <= AT_ONCE:
        return prepare_what_if(run_id=run.pk)
    if claim(run):
        tasks.prepare_what_if.delay(run.pk)
    return kept(run)


def tried_again(run: Run, head: str) -> Rerun | None:
    """Return a run computed again by the rules of `head`; None while a worker does."""
    found = kept_rerun(run, head)
    if found is not None:
        return found
    if run.people * len(run.parsed_period.months) <= AT_ONCE:
        return rerun(run_id=run.pk, head=head)
    if claim_rerun(run, head):
        tasks.rerun.delay(run.pk, head)
    return kept_rerun(run, head)
