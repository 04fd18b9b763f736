from celery import shared_task
from django.utils import timezone

from evaluations.checks.services import drawing, flagging, live_photos


@shared_task
def keep_draws() -> None:
    """Keep the hour of today's random round of every outlet; safe to run twice."""
    drawing.keep_draws()


@shared_task
def draw_live_photos() -> None:
    """Draw whom the outlets whose day has begun photograph; safe to run twice."""
    live_photos.draw_live_photos(timezone.now())


@shared_task
def flag_checked_days() -> None:
    """Look through the days that are over; safe to run twice."""
    flagging.flag_checked_days(timezone.localdate())
