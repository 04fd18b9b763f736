from celery import shared_task

from staffing.rosters.services import publishing, searching


@shared_task
def run_search(search_id: int) -> None:
    """Search for a roster; the same search twice is run once."""
    searching.run_search(search_id)


@shared_task
def run_publication(publication_id: int) -> None:
    """Publish the months of a region; safe to run twice."""
    publishing.run_publication(publication_id)
