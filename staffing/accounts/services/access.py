"""Keeping the access log."""

import re
from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest

from outlets.exchange import acting
from staffing.accounts.addresses import address_in
from staffing.accounts.models import AccessKind, AccessRecord
from staffing.accounts.rules.sign_in import browser_and_system
from staffing.people.models import User

# Networks that an address is cut to: a household or an office, not a person.
_NETWORK_BITS = {4: 24, 6: 48}


def record_access(
    kind: str,
    *,
    request: HttpRequest | None = None,
    user: User | None = None,
    what: str = "",
    rows: int | None = None,
    employee_id: int | None = None,
    outlet_id: int | None = None,
) -> AccessRecord:
    """Keep one line of the access log; fields as in `AccessRecord`.

    Without `user` the line names who acts now: the request's person or service, else
    the command or job.
    """
    name = ""
    if user is None:
        user, name = _who(request)
    return AccessRecord.objects.create(
        kind=kind,
        user=user,
        name=name[:150],
        what=what[:300],
        rows=rows,
        employee_id=employee_id,
        outlet_id=outlet_id,
        address=kept_address(request),
        agent=agent_of(request),
    )


def record_somebody_unknown(
    kind: str, *, request: HttpRequest | None, what: str = ""
) -> AccessRecord:
    """Keep a line about a name that nobody here has; the name itself is not kept."""
    return AccessRecord.objects.create(
        kind=kind, what=what, address=kept_address(request), agent=agent_of(request)
    )


def record_directory_change(
    what: str, *, request: HttpRequest | None, user: User
) -> AccessRecord:
    """Keep that an entry of the company's directory opens an account now, or no more.

    `what` is "connected" or "disconnected".
    """
    return record_access(
        AccessKind.DIRECTORY_CHANGED, request=request, user=user, what=what
    )


def _who(request: HttpRequest | None) -> tuple[User | None, str]:
    now = acting.current()
    who = getattr(request, "user", None) if request is not None else None
    if who is None and now.who is not None:
        who = now.who()
    if isinstance(who, User):
        return who, ""
    if service := getattr(who, "acts_as", ""):
        return None, service
    return None, now.name


def kept_address(request: HttpRequest | None) -> str:
    """Return where a request came from as far as ACCESS_LOG_ADDRESS lets us keep it."""
    if request is None or settings.ACCESS_LOG_ADDRESS == "none":
        return ""
    address = address_in(request.META)
    if address is None:
        return ""
    if settings.ACCESS_LOG_ADDRESS == "whole":
        return str(address)
    bits = _NETWORK_BITS[address.version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def agent_of(request: HttpRequest | None) -> str:
    """Return the family of browser and system, such as "Safari, iPad"; "" unknown.

    A program is kept by its own name, such as "curl".
    """
    text = "" if request is None else request.META.get("HTTP_USER_AGENT", "")
    names = [name for name in browser_and_system(text) if name]
    if names:
        return ", ".join(names)
    program = re.match(r"[\w.-]{1,60}", text)
    return program[0] if program else ""
