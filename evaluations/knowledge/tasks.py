from celery import shared_task
from django.utils import timezone

from evaluations.knowledge.services import marking, preparing, telling


@shared_task
def prepare_sittings() -> None:
    """Prepare the week that runs at each outlet; safe to run twice, and at once."""
    preparing.prepare_weeks(timezone.now())


@shared_task
def close_sittings() -> None:
    """Mark what ran out of time, settle weeks that are over; safe to run twice."""
    marking.close_overdue(timezone.now())


@shared_task
def tell_of_tests() -> None:
    """Tell whom a test waits for, and remind before it closes; safe to run twice."""
    telling.tell(timezone.now())
