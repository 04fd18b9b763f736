"""How an assessor is named where her name must not be known."""

from hashlib import sha256


def rater_key(agency: str) -> str:
    """Return an opaque, stable key of an agency; empty for an unknown one.

    The ledger is read in the outlets, which must not learn who assessed them.
    """
    name = " ".join(agency.casefold().split())
    if not name:
        return ""
    return f"agency:{sha256(name.encode()).hexdigest()[:16]}"
