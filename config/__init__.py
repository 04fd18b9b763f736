"""Settings, root URLs and the Celery app; nothing of the domain."""

import os

# Worker processes are what runs side by side here. Left alone, each of them would have
# NumPy's linear algebra start a thread per core, and they would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from config.celery import app as celery_app  # noqa: E402 - numpy must not come first

__all__ = ["celery_app"]
