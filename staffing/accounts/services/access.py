"""Keeping the access log."""

import re
from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest

from outlets.exchange import acting
from staffing.accounts.addresses import address_in
from staffing.accounts.models import AccessRecord
from staffing.people.models import User

# Networks that an address is cut to: a household or an office, not a person.
_NETWORK_BITS = {4: 24, 6: 48}
# The first that fits: some browsers claim to be others as well.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_DEVICES = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


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
    """Return the family of browser and device, such as "Safari, iPad"; "" unknown."""
    text = "" if request is None else request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for mark, name in _BROWSERS if mark in text), "")
    device = next((name for mark, name in _DEVICES if mark in text), "")
    if browser or device:
        return ", ".join(filter(None, (browser, device)))
    program = re.match(r"[\w.-]{1,60}", text)
    return program[0] if program else ""
