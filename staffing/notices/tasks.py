from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from staffing.notices.services import bulletins


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def deliver_bulletins() -> None:
    """Tell whom an announcement has not reached yet; safe to run twice."""
    bulletins.deliver_bulletins(now=timezone.now())
