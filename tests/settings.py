"""The product's settings with a key for tests, a fast hasher and eager tasks.

`DATABASE_URL` chooses SQLite (a file of its own, the default here) or PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault(
    "SECRET_KEY", "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-tests-only"
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("STARHALL_DEMO", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: E402, F403

_database = DATABASES["default"]  # noqa: F405
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: the threads of a live server then have a connection each, as
    # they do in the product. What a crash would lose does not matter here.
    _folder = Path(tempfile.mkdtemp(prefix="starhall-tests-"))
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    _database["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    if _database["NAME"] == ":memory:":
        _database["NAME"] = str(_folder / "unused.sqlite3")
    _database["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )

_files = Path(tempfile.mkdtemp(prefix="starhall-files-"))
atexit.register(shutil.rmtree, _files, ignore_errors=True)

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _files / "imports"},
    },
}
# Keeps nothing, so that no test uses up the calls of another; tests of rates bring
# their own.
CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["progress"]["LOCATION"] = _files / "progress"  # noqa: F405
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
