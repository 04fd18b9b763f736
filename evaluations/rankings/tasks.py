import logging

from celery import shared_task
from django.db import OperationalError

from evaluations.rankings.services import computing, places, preparing, rerunning
from outlets.exchange.errors import DomainError

logger = logging.getLogger(__name__)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def compute_run(run_id: int) -> None:
    """Compute one run and its outlets; safe to run twice.

    A refusal is kept in the run's own row.
    """
    try:
        computing.compute_run(run_id=run_id)
        places.compute_after_people(run_id=run_id)
    except DomainError as error:
        logger.info("Run %s was refused: %s", run_id, error.code)
    else:
        prepare_what_if.delay(run_id)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def prepare_what_if(run_id: int) -> None:
    """Keep what a what-if on the run needs; safe to run twice."""
    preparing.prepare_what_if(run_id=run_id)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def rerun(run_id: int, head: str) -> None:
    """Compute a run again by other rules, to be looked at; safe to run twice."""
    rerunning.rerun(run_id=run_id, head=head)
