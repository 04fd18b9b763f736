"""Counting failures before the answer is known, so that none slips through at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outlets.exchange.errors import DomainError
from staffing.accounts.models import Lock
from staffing.accounts.rules.locks import Patience, wait_seconds

DAY = 24 * 3600
KEPT = timedelta(days=8)  # longer than any memory


class TooManyAttempts(DomainError):
    code = "too_many_attempts"
    message = _("Too many wrong attempts. Try again in %(wait)s.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(wait=words_for(seconds))
        self.seconds = seconds


def words_for(seconds: int) -> str:
    """Return a wait in words, rounded up: seconds, minutes or hours."""
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = ceil(seconds / 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = ceil(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@transaction.atomic
def charge(keys: Mapping[str, Patience]) -> None:
    """Count one failure behind every key, before anything is compared.

    Who then turns out right takes it back (`clear`, `refund`): many guesses sent at
    the same time are each counted. While a key waits, nothing is counted.

    Raises:
        TooManyAttempts: one of the keys has to wait.
    """
    now = timezone.now()
    Lock.objects.bulk_create(
        (Lock(key=key, last_at=now) for key in sorted(keys)), ignore_conflicts=True
    )
    # In one order for everybody: two attempts never wait for each other.
    locks = list(Lock.objects.filter(key__in=keys).order_by("key").select_for_update())
    waiting = [lock.until for lock in locks if lock.until and lock.until > now]
    if waiting:
        seconds = ceil((max(waiting) - now).total_seconds())
        raise TooManyAttempts(seconds=seconds)
    for lock in locks:
        _count(lock, keys[lock.key], now)
    Lock.objects.bulk_update(locks, ["failures", "last_at", "until"])


def _count(lock: Lock, patience: Patience, now: datetime) -> None:
    forgotten = (now - lock.last_at).total_seconds() >= patience.memory
    lock.failures = 1 if forgotten else lock.failures + 1
    lock.last_at = now
    wait = wait_seconds(lock.failures, patience)
    lock.until = now + timedelta(seconds=wait) if wait else None


def clear(*keys: str) -> None:
    """Forget the failures behind these keys."""
    Lock.objects.filter(key__in=keys).delete()


def clear_prefix(prefix: str) -> None:
    """Forget the failures behind every key that begins so."""
    Lock.objects.filter(key__startswith=prefix).delete()


@transaction.atomic
def refund(key: str) -> None:
    """Take back the one failure just charged, and keep those before it."""
    lock = Lock.objects.select_for_update().filter(key=key).first()
    if lock is not None and lock.failures:
        lock.failures -= 1
        lock.until = None
        lock.save(update_fields=["failures", "until"])


def prune() -> None:
    """Delete what no patience remembers."""
    Lock.objects.filter(last_at__lt=timezone.now() - KEPT).delete()
