"""Who may try other rules on a run, and the asking for what that needs."""

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings import tasks
from evaluations.rankings.models import Run
from evaluations.rankings.selectors.matrices import Kept, claim, kept
from evaluations.rankings.services.preparing import prepare_what_if
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
    """Return what a what-if needs; None while a worker is making it."""
    found = kept(run)
    if found is not None:
        return found
    if run.kind is not PeriodKind.MONTH:
        return None
    if run.people <= AT_ONCE:
        return prepare_what_if(run_id=run.pk)
    if claim(run):
        tasks.prepare_what_if.delay(run.pk)
    return kept(run)
