from celery import shared_task
from django.utils import timezone

from evaluations.complaints.services import bulletins, escalating, orders


@shared_task
def escalate_cases() -> None:
    """Take cases that are late up the path; safe to run twice."""
    escalating.escalate_cases(timezone.now())


@shared_task
def escalate_orders() -> None:
    """Take supervision orders that are late up the path; safe to run twice."""
    orders.escalate_orders(timezone.now())


@shared_task
def tell_of_yesterday() -> None:
    """Send the daily bulletin of complaints to leaders; each is told once."""
    bulletins.tell_of_yesterday(timezone.now())


@shared_task
def watch_volume() -> None:
    """Alert leaders to unusually many complaints today; each is told once a day."""
    bulletins.watch_volume(timezone.now())
