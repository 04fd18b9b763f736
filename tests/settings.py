"""The product's settings with a key for tests, a fast hasher and eager tasks.

`DATABASE_URL` chooses SQLite (in memory, the default here) or PostgreSQL.
"""

import os

os.environ.setdefault(
    "SECRET_KEY", "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-tests-only"
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("STARHALL_DEMO", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
