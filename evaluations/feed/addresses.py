"""Where webhooks may go: addresses of the public internet, and those named by hand.

A name is resolved each time, every address that it has must be allowed, and the call
connects to the very address that was checked: a name that answers otherwise a moment
later gains nothing. Nothing here follows a redirect.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError

TIMEOUT_SECONDS = 10
# What stands in a path as it is (RFC 3986), and what is percent-encoded already.
_AS_IT_IS = "/:@!$&'()*+,;=~%"
Address = IPv4Address | IPv6Address
# IPv6 that leads to IPv4: by a translator (RFC 6052, 8215), and by tunnels.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class AddressRefused(DomainError):
    """`why` says it in words for the log; the caller is told no more than this."""

    code = "address_refused"
    message = _(
        "Webhooks go to https addresses on the public internet only, without a user "
        "name or a fragment. %(why)s"
    )


class Problem(models.TextChoices):
    """Why a call got no status."""

    NO_NAME = "no_name", _("the name has no address")
    REFUSED = "refused", _("connection refused")
    TIMED_OUT = "timed_out", _("no answer in time")
    CERTIFICATE = "certificate", _("its certificate does not hold")
    NOT_HTTP = "not_http", _("the answer was not HTTP")
    FAILED = "failed", _("the connection failed")
    NOT_ALLOWED = "not_allowed", _("webhooks may not go to this address")

    @classmethod
    def of(cls, error: Exception) -> "Problem":
        kinds = (
            (ConnectionRefusedError, cls.REFUSED),
            (TimeoutError, cls.TIMED_OUT),
            (ConnectionError, cls.FAILED),
            (ssl.SSLError, cls.CERTIFICATE),
            (http.client.HTTPException, cls.NOT_HTTP),
        )
        return next((one for kind, one in kinds if isinstance(error, kind)), cls.FAILED)


class Unreachable(Exception):
    """Nothing answered, or not in a way that HTTP knows: `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: where to connect, and what to ask there."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address


def check(url: str) -> Target:
    """Resolve and check an address; call it when it is saved and before each call.

    Raises:
        AddressRefused: it is no address that webhooks may go to.
        Unreachable: its name has no address now.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(why=_("This is no address.")) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise AddressRefused(why=_("It has to begin with https://."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused(why="")
    if any(ord(one) <= 32 or ord(one) == 127 for one in url):
        raise AddressRefused(why=_("It has a space or a control character."))
    port = port or (443 if parts.scheme == "https" else 80)
    found = _resolved(host, port)
    for address in found:
        if not allowed(address):
            raise AddressRefused(why=_("The name leads into a private network."))
    if parts.scheme == "http" and not all(map(_named, found)):
        raise AddressRefused(why=_("It has to begin with https://."))
    path = quote(parts.path or "/", safe=_AS_IT_IS)
    if parts.query:
        path += "?" + quote(parts.query, safe=f"{_AS_IT_IS}?")
    return Target(parts.scheme, host, port, path, found[0])


def host_of(url: str) -> str:
    """Return the name in an address that `check` has taken apart without complaint."""
    return urlsplit(url).hostname or ""


def allowed(address: Address) -> bool:
    """Tell whether a call may go there: public, or in a network named by hand."""
    plain = unwrapped(address)
    if plain is None or plain.is_link_local or plain.is_multicast:
        return False  # never, whoever names it: metadata services live there
    return _named(plain) or (plain.is_global and not plain.is_reserved)


def unwrapped(address: Address) -> Address | None:
    """Return the IPv4 address that an IPv6 one stands for; None: it hides one."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    # Tunnels (6to4, Teredo) and the old "compatible" form: nobody serves HTTPS there.
    hides = address.sixtofour is not None or address.teredo is not None
    if hides or (int(address) >> 32 == 0 and int(address) > 1):
        return None
    return address


def _named(address: Address) -> bool:
    plain = unwrapped(address)
    networks = map(ip_network, settings.WEBHOOK_NETWORKS)
    return plain is not None and any(
        plain.version == network.version and plain in network for network in networks
    )


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(Problem.NO_NAME) from error
    # A scope ("%eth0") names an interface of ours.
    texts: Iterable[str] = (str(one[4][0]).partition("%")[0] for one in found)
    return list(dict.fromkeys(ip_address(text) for text in texts))


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send one POST to a checked address; return the status, and follow nothing.

    Raises:
        Unreachable: nothing answered in time: the whole call has `TIMEOUT_SECONDS`.
    """
    connection = _Connection(target)
    # Each wait for a byte has an end, and so has the whole call.
    alarm = threading.Timer(TIMEOUT_SECONDS, connection.give_up)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        late = connection.gave_up
        raise Unreachable(Problem.TIMED_OUT if late else Problem.of(error)) from error
    finally:
        alarm.cancel()
        connection.close()
    if connection.gave_up:  # cut off in its headers, which reads like their end
        raise Unreachable(Problem.TIMED_OUT)
    return status


class _Connection(http.client.HTTPConnection):
    """Connects to the address that was checked; the name serves TLS and `Host`."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_SECONDS)
        self._target = target
        self.gave_up = False
        if target.scheme == "https":
            self.default_port = 443

    def give_up(self) -> None:
        """End a call from another thread: whoever waits for a byte gets an error."""
        self.gave_up = True
        if (sock := self.sock) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        where = (str(self._target.address), self._target.port)
        self.sock = socket.create_connection(where, TIMEOUT_SECONDS)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            sock = context.wrap_socket(
                self.sock,
                server_hostname=self._target.host,
                do_handshake_on_connect=False,
            )
            self.sock = sock
            sock.do_handshake()
        if self.gave_up:
            raise TimeoutError
