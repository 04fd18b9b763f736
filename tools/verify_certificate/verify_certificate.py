#!/usr/bin/env python3
"""Check a certificate without the product, a database or a network.

    python verify_certificate.py CERTIFICATE.txt --keys KEYS.json [--revoked LIST.txt]

CERTIFICATE.txt is the signed text (also attached to the PDF). KEYS.json maps key ids
to public keys, as `/awards/keys/` answers them; LIST.txt is what `/awards/revoked/`
answers. Needs only `cryptography`. Prints what the certificate says, and exits with

    0  it is genuine, and not on the list of the revoked
    1  it is not what was signed, or nobody known signed it
    2  it is genuine, and was revoked
"""

import argparse
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def read(text: bytes, keys: dict) -> dict:
    """Return what a signed text says.

    Raises:
        ValueError: a byte was changed, or the key is unknown.
    """
    try:
        line, last, rest = text.split(b"\n")
        algorithm, key_id, digits = last.decode("ascii").split(" ")
        signature = bytes.fromhex(digits)
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[key_id]))
    except (ValueError, KeyError) as error:
        raise ValueError("this is no certificate signed with a known key") from error
    if algorithm != "ed25519" or rest or signature.hex() != digits:
        raise ValueError("the signature is not written as it was made")
    try:
        public.verify(signature, f"{algorithm} {key_id}\n".encode() + line)
    except InvalidSignature as error:
        raise ValueError("the text is not what was signed") from error
    return json.loads(line)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a certificate offline.")
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--revoked", type=Path)
    given = parser.parse_args(arguments)
    keys = json.loads(given.keys.read_text(encoding="utf-8"))
    try:
        said = read(given.certificate.read_bytes(), keys)
        if "certificate" not in said:
            raise ValueError("this is a list of the revoked, not a certificate")
        revoked = {}
        made_at = ""
        if given.revoked is not None:
            listed = read(given.revoked.read_bytes(), keys)
            revoked, made_at = listed["revoked"], listed["made_at"]
    except (ValueError, KeyError) as error:
        sys.stderr.write(f"NOT GENUINE: {error}\n")
        return 1
    for name in sorted(said):
        sys.stdout.write(f"{name}: {said[name]}\n")
    if (since := revoked.get(said["certificate"])) is not None:
        sys.stdout.write(f"REVOKED since {since}\n")
        return 2
    asked = f"not revoked as of {made_at}" if made_at else "revocation was not asked"
    sys.stdout.write(f"GENUINE, {asked}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
