"""Whence a request comes, behind as many proxies as are ours."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 (no socket is bound)
# One household or office holds a whole /64, so that a single address says little.
IPV6_BLOCK = 64


def address_in(meta: Mapping[str, str]) -> IPv4Address | IPv6Address | None:
    """Return the client's address; None when nobody trustworthy says it.

    With `PROXY_COUNT` proxies of ours, each has written one address at the end of
    X-Forwarded-For: the outermost of these is the client. What stands before it was
    written by the client and is not believed.
    """
    candidate = meta.get("REMOTE_ADDR", "")
    if count := settings.PROXY_COUNT:
        written = meta.get("HTTP_X_FORWARDED_FOR", "")
        hops = written.split(",") if written else []
        if len(hops) >= count:
            candidate = hops[-count]
    try:
        address = ip_address(candidate.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def block_of(address: IPv4Address | IPv6Address | None) -> str:
    """Return who shares one allowance: an IPv4 address, or an IPv6 block of /64."""
    if isinstance(address, IPv6Address):
        block = ip_network((address, IPV6_BLOCK), strict=False)
        return str(block.network_address)
    return str(address or UNKNOWN)


def address_of(request: HttpRequest) -> str:
    """Return the client's IP address; 0.0.0.0 when nobody trustworthy says it."""
    return str(address_in(request.META) or UNKNOWN)


def counted_address(request: HttpRequest) -> str:
    """Return the address that failed sign-ins and codes count against."""
    return block_of(address_in(request.META))
