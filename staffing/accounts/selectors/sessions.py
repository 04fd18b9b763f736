"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from staffing.accounts.rules.sign_in import browser_and_system
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class SignedInAt:
    """One living session. `browser` and `system` are empty where unknown."""

    pk: int
    browser: str
    system: str
    address: str
    began_at: datetime
    seen_at: datetime
    current: bool


def sessions_of(user: User, *, current_key: str | None) -> list[SignedInAt]:
    """Return the user's living sessions: this one first, then the latest seen."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    living = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows],
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    found = []
    for row in rows:
        if row.session_key not in living:
            continue
        browser, system = browser_and_system(row.user_agent)
        found.append(
            SignedInAt(
                pk=row.pk,
                browser=browser,
                system=system,
                address=row.ip,
                began_at=row.created_at,
                seen_at=row.last_seen_at,
                current=row.session_key == current_key,
            )
        )
    return sorted(found, key=lambda one: not one.current)
