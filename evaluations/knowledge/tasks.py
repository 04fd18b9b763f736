from celery import shared_task
from django.utils import timezone

from evaluations.knowledge.services import marking, preparing


@shared_task
def prepare_sittings() -> None:
    """Prepare this week's tests; safe to run twice, and at once."""
    preparing.prepare_week(timezone.localdate())


@shared_task
def close_sittings() -> None:
    """Mark what ran out of time, settle weeks that are over; safe to run twice."""
    marking.close_overdue(timezone.now())
