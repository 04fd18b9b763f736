"""What the monolith is made of: rooms, middleware, data, languages, files, jobs."""

from django.utils.translation import gettext_lazy as _

from config.beat import SCHEDULE
from config.settings.environment import BASE_DIR, VAR_DIR, env

INSTALLED_APPS = [
    "outlets.exchange",
    "outlets.places",
    "outlets.flow",
    "staffing.people",
    "staffing.accounts",
    "staffing.notices",
    "staffing.rosters",
    "evaluations.ledger",
    "evaluations.standards",
    "evaluations.checks",
    "evaluations.knowledge",
    "evaluations.mystery",
    "evaluations.feedback",
    "evaluations.complaints",
    "evaluations.targets",
    "evaluations.rankings",
    "evaluations.awards",
    "evaluations.growth",
    "evaluations.feed",
    "evaluations.today",
    "simulation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_filters",
    "auditlog",
    "rest_framework",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "outlets.exchange.middleware.PrivateAnswers",
    "outlets.exchange.middleware.ApiTags",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staffing.accounts.acting_middleware.ActingMiddleware",
    "staffing.people.middleware.FirstPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staffing.accounts.device_middleware.DeviceMiddleware",
    "staffing.accounts.middleware.KnownBrowser",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "staffing.accounts.middleware.AccountLanguage",
    "staffing.accounts.middleware.SessionCare",
    # Last: it turns the answer to a locked-out sign-in into the page that says so.
    "axes.middleware.AxesMiddleware",
    "staffing.accounts.rate_limits.RateLimitMiddleware",
    "outlets.exchange.middleware.NoNulCharacters",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evaluations.today.navigation.navigation",
            ],
        },
    },
]

FORM_RENDERER = "outlets.exchange.form_renderer.FormRenderer"

# --- Data ---------------------------------------------------------------------------

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{BASE_DIR}/starhall.sqlite3"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

# What all processes count in together, or must see at once: how often one caller
# called, codes that are used up, imposed waits. Redis counts exactly; files are for one
# box, and may miss one of two calls at the very same time.
_broker = env.str("CELERY_BROKER_URL", default="")
if "CACHE_URL" in env.ENVIRON:
    CACHES = {"default": env.cache_url("CACHE_URL")}
elif _broker.startswith(("redis://", "rediss://")):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _broker,
            "KEY_PREFIX": "starhall",
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# Where a job says how far it is while SQLite's only writer is itself. On PostgreSQL
# progress is kept in the import's own row.
CACHES["progress"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": str(VAR_DIR / "progress"),
}

# --- Languages and time -------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.str("STARHALL_TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True

# --- Files --------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.NpmFinder",
]
NPM_FILES = {
    "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "idb/index.js": "idb/build/index.js",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What only a view hands out, to whom it may: no address leads here.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "private",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "config.staticfiles.HashedStorage"},
    # Spreadsheets as they came in: no address leads here.
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "imports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
# What one file may be. Rows and unpacked size also bound `manage.py ingest`.
IMPORT_MOST_BYTES = env.int("IMPORT_MOST_MEGABYTES", default=200) * 1024**2
IMPORT_MOST_UNPACKED_BYTES = (
    env.int("IMPORT_MOST_UNPACKED_MEGABYTES", default=2048) * 1024**2
)
IMPORT_MOST_ROWS = env.int("IMPORT_MOST_ROWS", default=5_000_000)
IMPORT_FILES_KEPT_DAYS = env.int("IMPORT_FILES_KEPT_DAYS", default=30)

# --- Jobs ---------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    _queue = VAR_DIR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="starhall")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Logs ---------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # A line for each table of a font is no news.
    "loggers": {"fontTools": {"level": "WARNING"}, "fpdf": {"level": "WARNING"}},
}
