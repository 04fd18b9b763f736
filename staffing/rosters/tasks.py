from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from staffing.rosters.services import publishing, reminding, searching, swaps


@shared_task
def run_search(search_id: int) -> None:
    """Search for a roster; the same search twice is run once."""
    searching.run_search(search_id)


@shared_task
def run_publication(publication_id: int) -> None:
    """Publish the months of a region; safe to run twice."""
    publishing.run_publication(publication_id)


@shared_task
def lapse_past_swaps() -> None:
    """Close swaps that nobody acted on in time; safe to run twice."""
    swaps.lapse_past_swaps()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def remind_of_rosters() -> None:
    """Remind of months that are not published; safe to run twice."""
    reminding.remind(now=timezone.now())
