"""Secrets of services: made here, shown once, kept as a digest.

A secret has 256 random bits, so that a plain SHA-256 cannot be searched backwards and
a token costs microseconds; a slow hash is for passwords that people think up.
"""

import secrets
from hashlib import sha256

# The old one and the new one; a third would be one that nobody keeps track of.
MOST_LIVE = 2
NO_DIGEST = "-" * 64  # of no value at all
PREFIX = "sh_"
RANDOM_BYTES = 32
TAIL = 4


def new_secret() -> str:
    """Return a secret that nobody else will ever make."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def digest_of(value: str) -> str:
    """Return what is stored and compared in place of a secret or a token."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
