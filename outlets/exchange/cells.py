"""One row of a spreadsheet or of a bulk call, read cell by cell.

Every reader returns None (or "") for an empty cell, and for a bad one too after noting
what is wrong with it, so that one pass over a row finds all its faults.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from outlets.exchange.clock import LocalTimeMissing, local_instant

_CODE = re.compile(r"^[^\s/|\x00-\x1f](?:[^/|\x00-\x1f]*[^\s/|\x00-\x1f])?$")
_WHOLE = re.compile(r"^[+-]?\d{1,18}$")
_SHOWN = 80
_DATE = re.compile(r"^(?:19|2[01])\d\d-\d\d-\d\d$")
# The largest integer that every database column of ours holds.
MOST = 2_147_483_647

Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, and how to mend it. `row` 1 is the heading."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return _("row %(row)d, column %(column)s, value “%(value)s”: %(reason)s") % {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
        }


class Cells:
    """The cells of one row by column name, all text, stripped; "" is empty."""

    __slots__ = ("cells", "faults", "row", "warnings")

    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self.row = row
        self.cells = cells
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    @property
    def bad(self) -> bool:
        return bool(self.faults)

    def fail(self, column: str, reason: str) -> None:
        """Refuse the row because of this cell."""
        self.faults.append(self._fault(column, reason))

    def warn(self, column: str, reason: str) -> None:
        """Take the row, but say what is odd about this cell."""
        self.warnings.append(self._fault(column, reason))

    def _fault(self, column: str, reason: str) -> Fault:
        return Fault(self.row, column, self.text(column)[:_SHOWN], reason)

    def text(self, column: str, max_length: int | None = None) -> str:
        value = self.cells.get(column, "")
        if max_length is not None and len(value) > max_length:
            self.fail(
                column, _("is longer than %(limit)d characters") % {"limit": max_length}
            )
        return value

    def code(self, column: str, max_length: int = 40) -> str:
        """Read an identifier: no slash, bar or control character."""
        value = self.text(column, max_length)
        if value and not _CODE.match(value):
            self.fail(column, _("is no code: it may not contain / or |"))
        return value

    def choice(self, column: str, choices: Collection[str]) -> str:
        value = self.text(column)
        if value and value not in choices:
            allowed = ", ".join(choices)
            self.fail(column, _("is none of: %(allowed)s") % {"allowed": allowed})
            return ""
        return value

    def flag(self, column: str) -> bool | None:
        value = self.choice(column, ("0", "1"))
        return None if value == "" else value == "1"

    def integer(
        self, column: str, *, least: int = -MOST, most: int = MOST
    ) -> int | None:
        value = self.text(column)
        if not value:
            return None
        if not _WHOLE.match(value):
            self.fail(column, _("is not a whole number"))
            return None
        return self._within(column, int(value), least, most)

    def decimal(
        self,
        column: str,
        *,
        least: int = -MOST // 100,
        most: int = MOST // 100,
        places: int | None = 2,
    ) -> Decimal | None:
        value = self.text(column)
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            self.fail(column, _("is not a number"))
            return None
        if places is not None and number != round(number, places):
            self.fail(
                column,
                _("has more than %(places)d decimal places") % {"places": places},
            )
            return None
        return self._within(column, number, least, most)

    def hundredths(
        self, column: str, *, least: int = -MOST // 100, most: int = MOST // 100
    ) -> int | None:
        """Read a number with at most two decimals as whole hundredths: 87.5 → 8750."""
        number = self.decimal(column, least=least, most=most)
        return None if number is None else int(number * 100)

    def _within(
        self, column: str, number: Number, least: int, most: int
    ) -> Number | None:
        if least <= number <= most:
            return number
        self.fail(
            column,
            _("is not between %(least)d and %(most)d") % {"least": least, "most": most},
        )
        return None

    def date(self, column: str) -> date | None:
        # A workbook knows a date as the midnight it begins with.
        value = self.text(column).removesuffix("T00:00:00")
        if not value:
            return None
        try:
            if not _DATE.match(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            self.fail(column, _("is not a date such as 2026-10-31"))
            return None

    def instant(self, column: str, zone: ZoneInfo) -> datetime | None:
        """Read an aware instant; a time without offset is local to `zone`."""
        value = self.text(column)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if not _DATE.match(value[:10]) or len(value) < len("2026-10-31T09"):
                raise ValueError(value)
            return moment if moment.tzinfo else local_instant(moment, zone)
        except LocalTimeMissing:
            self.fail(
                column,
                _("does not exist in %(zone)s: the clock skips this hour")
                % {"zone": zone.key},
            )
        except ValueError:
            self.fail(column, _("is not a time such as 2026-10-31T09:05:00"))
        return None

    def uuid(self, column: str) -> UUID | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return UUID(value)
        except ValueError:
            self.fail(column, _("is not a UUID"))
            return None

    def codes(self, column: str) -> tuple[str, ...]:
        """Read codes separated by bars, each kept once, in the order given."""
        parts = (part.strip() for part in self.text(column).split("|"))
        return tuple(dict.fromkeys(part for part in parts if part))
