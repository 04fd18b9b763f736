from celery import shared_task

from outlets.exchange.services import housekeeping, running


@shared_task
def run_import(import_id: int, attempt: int) -> None:
    """Check or load one file; the same attempt twice is done once."""
    running.run_import(import_id=import_id, attempt=attempt)


@shared_task
def notice_interrupted_imports() -> None:
    """Mark the imports whose worker is gone; safe to run twice."""
    housekeeping.notice_interrupted()


@shared_task
def delete_old_import_files() -> None:
    """Delete files kept long enough; safe to run twice."""
    housekeeping.delete_old_files()
