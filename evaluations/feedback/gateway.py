"""The gateway that sends SMS: what we ask of any, and one that speaks HTTP.

Sending is `POST {address}/messages` with `{"key", "to", "text"}` and a bearer token;
the same key again sends nothing new. 2xx: taken. 4xx but 408 and 429: it will never be.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

import requests
from django.conf import settings

TIMEOUT_S = 10
# A reply that was signed longer ago is an old one, sent again by somebody else.
SIGNED_WITHIN_S = 300
_LATER = frozenset({408, 425, 429})


class NotNow(Exception):
    """The gateway cannot be reached, or asks for patience."""


class Never(Exception):
    """The gateway refuses this message for good."""


class Gateway(Protocol):
    def send(self, *, key: str, to: str, text: str) -> None:
        """Hand a message over; the same `key` again is the same message.

        Raises:
            NotNow: try again later.
            Never: it will not be sent.
        """


@dataclass(frozen=True, slots=True)
class HttpGateway:
    address: str
    token: str

    def send(self, *, key: str, to: str, text: str) -> None:
        try:
            answer = requests.post(
                f"{self.address.rstrip('/')}/messages",
                json={"key": key, "to": to, "text": text},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NotNow(type(error).__name__) from error
        if answer.ok and answer.status_code < 300:
            return
        if answer.status_code < 500 and answer.status_code not in _LATER:
            raise Never(str(answer.status_code))
        raise NotNow(str(answer.status_code))


def gateway() -> Gateway | None:
    """Return the gateway of the deployment; None: it has none, and nothing is sent."""
    if not settings.FEEDBACK_SMS_GATEWAY:
        return None
    return HttpGateway(settings.FEEDBACK_SMS_GATEWAY, settings.FEEDBACK_SMS_TOKEN)


def signature(secret: str, at: str, body: bytes) -> str:
    """Return what signs a reply: HMAC-SHA256 over `{at}.{body}`, hexadecimal."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest()


def is_signed(header: str, body: bytes, now_s: float) -> bool:
    """Tell whether `t={seconds},v1={signature}` signs a body, and did so just now."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    at, given = parts.get("t", ""), parts.get("v1", "")
    secret = settings.FEEDBACK_SMS_SECRET
    if not secret or not at.isascii() or not at.isdigit() or len(at) > 12:
        return False
    if abs(now_s - int(at)) > SIGNED_WITHIN_S:
        return False
    return hmac.compare_digest(signature(secret, at, body).encode(), given.encode())
