"""Which PINs are too easy to guess."""

from datetime import date
from enum import StrEnum

SHORTEST, LONGEST = 4, 8
_ASCENDING, _DESCENDING = "01234567890123456789", "98765432109876543210"
# Beside what the rules below refuse: keypad patterns and lucky numbers.
_USUAL = frozenset(
    {
        "123321",
        "123654",
        "147258",
        "147852",
        "159357",
        "159753",
        "258369",
        "789456",
        "131452",
        "1314520",
        "5201314",
    }
)


class Weakness(StrEnum):
    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    REPEATED = "repeated"
    SEQUENCE = "sequence"
    DATE = "date"
    BADGE = "badge"
    USUAL = "usual"


def pin_weakness(pin: str, *, badge: str, shortest: int) -> Weakness | None:
    """Return why `pin` is refused; None: it may be used.

    `badge` is the number of the person's badge (may hold letters), `shortest` the
    fewest digits allowed, 4 to 8.
    """
    if not (pin.isascii() and pin.isdigit()):
        return Weakness.NOT_DIGITS
    if len(pin) < shortest:
        return Weakness.TOO_SHORT
    if len(pin) > LONGEST:
        return Weakness.TOO_LONG
    if _is_repeated(pin):
        return Weakness.REPEATED
    if pin in _ASCENDING or pin in _DESCENDING:
        return Weakness.SEQUENCE
    if _names_badge(pin, badge):
        return Weakness.BADGE
    if _is_date(pin):
        return Weakness.DATE
    return Weakness.USUAL if pin in _USUAL else None


def _is_repeated(pin: str) -> bool:
    """Tell whether a block of digits fills the whole: 777777, 454545, 123123."""
    return pin in (pin + pin)[1:-1]


def _names_badge(pin: str, badge: str) -> bool:
    """Tell whether the PIN is the badge number, its end, or ends with it."""
    digits = "".join(c for c in badge if c.isascii() and c.isdigit())
    bare = digits.lstrip("0")
    if pin == bare or digits.endswith(pin):
        return True
    return len(bare) >= SHORTEST and pin.endswith(bare)


def _is_date(pin: str) -> bool:
    """Tell whether the PIN reads as a year or a day of somebody's lifetime."""
    if len(pin) == 4:
        return _is_year(pin)
    if len(pin) == 6:
        a, b, c = pin[:2], pin[2:4], pin[4:]
        days = ((a, b, c), (c, a, b), (c, b, a))  # year, month, day
        return (
            _is_year(pin[:4])
            or _is_year(pin[2:])
            or any(
                _is_day(f"19{y}", m, d) or _is_day(f"20{y}", m, d) for y, m, d in days
            )
        )
    if len(pin) == 8:
        first, last = pin[:4], pin[4:]
        return (
            _is_day(first, pin[4:6], pin[6:])
            or _is_day(last, pin[:2], pin[2:4])
            or _is_day(last, pin[2:4], pin[:2])
        )
    return False


def _is_year(text: str) -> bool:
    return 1900 <= int(text) <= 2099


def _is_day(year: str, month: str, day: str) -> bool:
    if not _is_year(year):
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
