"""Settings, root URLs and the Celery app; nothing of the domain."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
