import logging

from celery import shared_task
from django.db import OperationalError

from outlets.exchange.errors import DomainError
from staffing.people.personal.services import building, carrying_out, keeping

logger = logging.getLogger(__name__)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def build_export(export_id: int) -> None:
    """Make one file of personal data; safe to run twice."""
    building.build_export(export_id=export_id)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def erase_person(erasure_id: int) -> None:
    """Carry one confirmed erasure out; safe to run twice. Its row keeps a refusal."""
    try:
        carrying_out.carry_out(erasure_id=erasure_id)
    except DomainError as error:
        logger.info("Erasure %s was refused: %s", erasure_id, error.code)


@shared_task
def remove_expired_files() -> None:
    """Delete the files of personal data whose time is over; safe to run twice."""
    building.remove_expired_files()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def apply_retention() -> None:
    """Keep nothing longer than its rule says; safe to run twice."""
    keeping.apply_retention()
