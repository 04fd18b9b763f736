from celery import shared_task
from django.utils import timezone

from evaluations.feedback.services import calls_drawing, messages


@shared_task
def draw_messages() -> None:
    """Draw whose visits are asked about by SMS; safe to run twice."""
    messages.draw_messages(timezone.now())


@shared_task
def send_messages() -> None:
    """Send what is due, but in quiet hours; safe to run twice, and at once."""
    messages.send_messages(timezone.now())


@shared_task
def draw_calls() -> None:
    """Draw the call-backs of outlets whose window is near; safe to run twice."""
    calls_drawing.draw_calls(timezone.now())


@shared_task
def forget_customers() -> None:
    """Forget the numbers of customers who cannot be asked any more."""
    calls_drawing.forget_customers(timezone.now())
