from celery import shared_task

from staffing.rosters.services import publishing, searching, swaps


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
