"""Days that hold and the key of an agency: values in, values out."""

from datetime import date
from hashlib import sha256


def holds(day: date, starts_on: date, ends_on: date | None) -> bool:
    """Tell whether `day` lies from `starts_on` to `ends_on` (last day; None: open)."""
    return starts_on <= day and (ends_on is None or day <= ends_on)


def agency_key(name: str) -> str:
    """Return an opaque, stable key of an agency's name; empty for an unknown one.

    The ledger is read in the outlets, which must not learn who assessed them.
    """
    folded = " ".join(name.casefold().split())
    if not folded:
        return ""
    return f"agency:{sha256(folded.encode()).hexdigest()[:16]}"
