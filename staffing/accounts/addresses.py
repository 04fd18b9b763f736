"""Where a call comes from."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

# One customer of a provider holds a whole /64, so that a single address says little.
IPV6_BLOCK = 64


def address_in(meta: Mapping[str, str]) -> IPv4Address | IPv6Address | None:
    """Return the caller's address; None where there is none, as on a socket file.

    Behind proxies of ours (`TRUSTED_PROXIES`, how many) it is the one that the
    outermost of them saw; what stands further left was written by the caller.
    """
    text = meta.get("REMOTE_ADDR", "")
    if proxies := settings.TRUSTED_PROXIES:
        hops = [hop for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop]
        if hops:
            text = hops[-min(proxies, len(hops))]
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def block_of(address: IPv4Address | IPv6Address | None) -> str:
    """Return who shares one allowance: an IPv4 address, or an IPv6 block of /64."""
    if isinstance(address, IPv6Address):
        block = ip_network((address, IPV6_BLOCK), strict=False)
        return str(block.network_address)
    return str(address or "unknown")
