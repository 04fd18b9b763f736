"""Whence a request comes, behind as many proxies as are ours."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 (no socket is bound)


def address_of(request: HttpRequest) -> str:
    """Return the client's IP address; 0.0.0.0 when nobody trustworthy says it.

    With `PROXY_COUNT` proxies of ours, each has written one address at the end of
    X-Forwarded-For: the outermost of these is the client. What stands before it was
    written by the client and is not believed.
    """
    candidate = request.META.get("REMOTE_ADDR", "")
    count = settings.PROXY_COUNT
    if count:
        written = request.META.get("HTTP_X_FORWARDED_FOR", "")
        hops = written.split(",") if written else []
        if len(hops) >= count:
            candidate = hops[-count]
    try:
        address = ip_address(candidate.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def counted_address(request: HttpRequest) -> str:
    """Return the address that failed sign-ins count against.

    One household or office owns a whole IPv6 /64, so that is what is counted.
    """
    address = address_of(request)
    if ":" not in address:
        return address
    return str(IPv6Network((address, 64), strict=False).network_address)
