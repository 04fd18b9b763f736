"""Where settings come from and what others rest on; a missing secret stops the start.

`.env` beside `manage.py` is read when it exists (`make demo` writes one).
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# What the running product writes beside its database: queue, collected static files.
VAR_DIR = Path(env.str("STARHALL_VAR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
# The demo serves plain HTTP on this machine; production redirects to HTTPS.
DEMO = env.bool("STARHALL_DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or weak: set it to 50 or more random characters, for "
        "example what `openssl rand -base64 60` prints."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
