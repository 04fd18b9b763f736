from celery import shared_task
from django.utils import timezone

from evaluations.complaints.services import escalating


@shared_task
def escalate_cases() -> None:
    """Take cases that are late up the path; safe to run twice."""
    escalating.escalate_cases(timezone.now())
