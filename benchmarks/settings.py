"""The product's settings, with the bare views beside its own.

Static files are addressed without the manifest that `collectstatic` would make.
"""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "benchmarks-only-0123456789-" + "abcdefghijklm" * 3)
os.environ.setdefault("STARHALL_DEMO", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "benchmarks.urls"
_files = tempfile.TemporaryDirectory(prefix="starhall-bench-files-")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    # On a disk, so that a large file is not taken for the memory of what wrote it.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _files.name},
    },
    "imports": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The cache of one box, apart from that of whoever works on it.
_cache = tempfile.TemporaryDirectory(prefix="starhall-bench-cache-")
CACHES["default"] = {  # noqa: F405
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": _cache.name,
}
CELERY_TASK_ALWAYS_EAGER = True
