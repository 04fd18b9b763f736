"""The secret address of one's own shifts: made, renewed, ended, and read."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from staffing.people.models import Employee, User
from staffing.rosters.models import CalendarFeed
from staffing.rosters.services.deciding import own_employee

KEY_BYTES = 32
READ_AGAIN_AFTER = timedelta(hours=1)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def renew_feed(*, by: User) -> str:
    """Make a new key, which ends the one before; it is shown once and never kept."""
    key = secrets.token_urlsafe(KEY_BYTES)
    CalendarFeed.objects.update_or_create(
        employee=own_employee(by),
        defaults={
            "key_hash": hash_of(key),
            "made_at": timezone.now(),
            "read_at": None,
        },
    )
    return key


def end_feed(*, by: User) -> None:
    """Close the address; calendars that read it find nothing there any more."""
    CalendarFeed.objects.filter(employee=own_employee(by)).delete()


def reader_of(key: str) -> Employee | None:
    """Return whose shifts a key opens; None: nobody's, or of who may not sign in.

    Keeps when it was last read, to the hour.
    """
    feed = (
        CalendarFeed.objects.filter(key_hash=hash_of(key))
        .select_related("employee__user")
        .first()
    )
    if feed is None:
        return None
    employee, now = feed.employee, timezone.now()
    account: User | None = getattr(employee, "user", None)
    if account is None or not account.is_active:
        return None
    if employee.has_left(timezone.localdate(now)):
        return None
    long_ago = Q(read_at=None) | Q(read_at__lt=now - READ_AGAIN_AFTER)
    CalendarFeed.objects.filter(long_ago, pk=feed.pk).update(read_at=now)
    return employee
