"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from staffing.accounts.rules.sign_in import browser_and_system
from staffing.people.models import User

_SALT = "staffing.accounts.session"


@dataclass(frozen=True, slots=True)
class SignedInAt:
    """One living session. `browser` and `system` are empty where unknown."""

    public_id: str
    browser: str
    system: str
    address: str
    began_at: datetime
    seen_at: datetime
    current: bool


def public_id_of(session_key: str) -> str:
    """Return what an address may call a session: 32 hex digits that tell nothing.

    Neither the key, which opens the session, nor a number that could be counted up can
    be found from it; it changes with SECRET_KEY.
    """
    return salted_hmac(_SALT, session_key, algorithm="sha256").hexdigest()[:32]


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
                public_id=public_id_of(row.session_key),
                browser=browser,
                system=system,
                address=row.ip,
                began_at=row.created_at,
                seen_at=row.last_seen_at,
                current=row.session_key == current_key,
            )
        )
    return sorted(found, key=lambda one: not one.current)
