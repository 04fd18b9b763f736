"""Rankings, awards, what is given with them, and certificates."""

from hashlib import sha256

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEMO, SECRET_KEY, env

# Who publishes a ranking is not who reviewed it; off where one person does both.
RANKINGS_TWO_PEOPLE = env.bool("RANKINGS_TWO_PEOPLE", default=True)

# --- Awards: domain.md 11 and 14 -----------------------------------------------------

# Days after a decision in which the nominee may appeal.
AWARDS_APPEAL_DAYS = env.int("AWARDS_APPEAL_DAYS", default=14)
# The most that a winner of a title may get, in whole units of the currency.
AWARDS_BONUS_LIMITS = {
    "service_star": env.int("AWARDS_BONUS_SERVICE_STAR", default=1000),
    "quality_service_model": env.int("AWARDS_BONUS_QUALITY_MODEL", default=2000),
    "excellent_staff": env.int("AWARDS_BONUS_EXCELLENT_STAFF", default=5000),
}
# The most points that one line of an account may add or take.
AWARDS_POINTS_LIMIT = env.int("AWARDS_POINTS_LIMIT", default=100)

# --- Growth: innovation projects and skills contests, domain.md 14.2 and 14.3 ---------

# What a project scored 10 adds to its outlet's month, in points. domain.md: at most 2.
GROWTH_BONUS_MOST = env.int("GROWTH_BONUS_MOST", default=2)
if not 0 <= GROWTH_BONUS_MOST <= 2:
    raise ImproperlyConfigured("GROWTH_BONUS_MOST is 0, 1 or 2 points.")
# Personal points for the first, second and third place of a contest.
GROWTH_CONTEST_POINTS = tuple(
    env.list("GROWTH_CONTEST_POINTS", cast=int, default=[30, 20, 10])
)
if len(GROWTH_CONTEST_POINTS) != 3 or not all(
    1 <= points <= AWARDS_POINTS_LIMIT for points in GROWTH_CONTEST_POINTS
):
    raise ImproperlyConfigured(
        "GROWTH_CONTEST_POINTS are three numbers such as 30,20,10, from 1 to "
        "AWARDS_POINTS_LIMIT."
    )

# What signs certificates: `id:64 hexadecimal digits`, the newest key last. A key that
# is retired moves, as its public half, to the second list: what it signed stays good.
CERTIFICATE_ISSUER = env.str("CERTIFICATE_ISSUER", default="Starhall")


def _keys(name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in env.list(name, default=[]):
        key_id, _colon, digits = one.partition(":")
        try:
            raw = bytes.fromhex(digits)
        except ValueError:
            raw = b""
        if len(raw) != 32 or not key_id.replace("-", "").isalnum():
            raise ImproperlyConfigured(
                f"{name} is a list of `id:key`, with letters, digits and hyphens in "
                "the id and 64 hexadecimal digits in the key."
            )
        found[key_id] = raw
    return found


CERTIFICATE_KEYS = _keys("CERTIFICATE_KEYS")
CERTIFICATE_RETIRED_KEYS = _keys("CERTIFICATE_RETIRED_KEYS")
if DEMO and not CERTIFICATE_KEYS:
    _demo_key = sha256(f"certificates {SECRET_KEY}".encode()).digest()
    CERTIFICATE_KEYS = {"demo": _demo_key}
