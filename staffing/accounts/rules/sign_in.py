"""Rules of sign-in: when a lock ends, when a factor is due, what browsers are."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

# The first that fits: browsers name their forebears too ("Chrome" also says "Safari").
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def lock_ends(
    failures: Iterable[tuple[datetime, int]], *, limit: int, cool_off: timedelta
) -> datetime | None:
    """Return when enough failures are forgotten for another attempt.

    Args:
        failures: when the last of a group happened, and how many the group counts; a
            group is forgotten as a whole, `cool_off` after its last failure.
        limit: that many failures lock, at least 1.

    Returns:
        The first instant with fewer than `limit` failures left; None when there are
        fewer already.
    """
    oldest_first = sorted(failures)
    left = sum(count for _at, count in oldest_first)
    if left < limit:
        return None
    for at, count in oldest_first:
        left -= count
        if left < limit:
            return at + cool_off
    raise AssertionError("none left is fewer than any limit")


def factor_due(starts: Sequence[date | None], *, grace_days: int) -> date:
    """Return the first day on which a second factor is demanded.

    Args:
        starts: when the rule, the account and the role began; None is "always was".
        grace_days: days from the latest of them, 0 for at once.
    """
    known = [start for start in starts if start is not None]
    return max(known, default=date.min) + timedelta(days=grace_days)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """Return what the browser and the system are called; empty where unknown."""

    def first(names: tuple[tuple[str, str], ...]) -> str:
        return next(
            (
                called
                for token, called in names
                if re.search(rf"\b{re.escape(token)}", user_agent)
            ),
            "",
        )

    return first(_BROWSERS), first(_SYSTEMS)
