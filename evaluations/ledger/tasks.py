from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from evaluations.ledger import services


@shared_task
def settle_yesterday() -> None:
    """Post what the sources hold for the days that are over; safe to run twice."""
    services.settle(timezone.localdate() - timedelta(days=1))
