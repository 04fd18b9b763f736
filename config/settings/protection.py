"""What browsers are told, what is kept of who did what, and the keys behind it."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, DEMO, SECRET_KEY, env

# --- Security -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Our own proxy ends TLS: its header says the scheme. PROXY_COUNT says whose addresses
# are believed.
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if not DEBUG and not DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    if BEHIND_TLS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- History ------------------------------------------------------------------------

# Rooms name what is tracked; the library's own table is not made.
AUDITLOG_LOGENTRY_MODEL = "accounts.HistoryRecord"
AUDITLOG_STORE_JSON_CHANGES = True
# A dump that is loaded brings its own history; reading it back is no change.
AUDITLOG_DISABLE_ON_RAW_SAVE = True
MIGRATION_MODULES = {"auditlog": None}
# Three years and a day; the purge refuses to take anything younger.
HISTORY_KEPT_DAYS = env.int("HISTORY_KEPT_DAYS", default=3 * 365 + 1)
# What the access log keeps of an address: "whole", "network" or "none".
ACCESS_LOG_ADDRESS = env.str("ACCESS_LOG_ADDRESS", default="network")
if ACCESS_LOG_ADDRESS not in ("whole", "network", "none"):
    raise ImproperlyConfigured("ACCESS_LOG_ADDRESS is whole, network or none.")

# Under this key the numbers of erased people are hashed. Set it before the first
# erasure and keep it when SECRET_KEY changes: with another one they are forgotten.
ERASURE_KEY = env.str("STARHALL_ERASURE_KEY", default=SECRET_KEY)
