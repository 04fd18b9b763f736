"""The signed text of a certificate: what it says, byte for byte, and who signed it.

Pure but for the key material, which the caller brings. A document has two lines:

    {"certificate":"…","holder":"…",…}      canonical JSON, keys in code-point order
    ed25519 KEY-ID SIGNATURE                 128 hexadecimal digits, lower case

The signature is over the first line and the key's id, so no byte of either line can
change. `tools/verify_certificate` reads the same with nothing of ours.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ALGORITHM = "ed25519"


class Tampered(ValueError):
    """The text is not what was signed, or no key of ours signed it."""


def canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signed(data: Mapping[str, Any], *, key_id: str, private: bytes) -> str:
    """Return the document of `data`; `private` is the raw key of 32 bytes."""
    line = canonical(data)
    key = Ed25519PrivateKey.from_private_bytes(private)
    signature = key.sign(_message(line, key_id)).hex()
    return f"{line}\n{ALGORITHM} {key_id} {signature}\n"


def checked(text: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what a document says; `keys` are raw public keys by id.

    Raises:
        Tampered: a byte was changed, or the key is unknown.
    """
    try:
        line, last, rest = text.split("\n")
        algorithm, key_id, signature = last.split(" ")
        known = keys[key_id]
        raw = bytes.fromhex(signature)
    except (ValueError, KeyError):
        raise Tampered from None
    if algorithm != ALGORITHM or rest or raw.hex() != signature:
        raise Tampered
    try:
        key = Ed25519PublicKey.from_public_bytes(known)
        key.verify(raw, _message(line, key_id))
        data = json.loads(line)
    except (InvalidSignature, ValueError):
        raise Tampered from None
    return dict(data)


def public_of(private: bytes) -> bytes:
    """Return the raw public key of 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    return key.public_key().public_bytes_raw()


def _message(line: str, key_id: str) -> bytes:
    return f"{ALGORITHM} {key_id}\n{line}".encode()
