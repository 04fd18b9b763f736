"""Reading a scheme's rules from JSON, key by key."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any


class SchemeError(ValueError):
    """The rules do not hold together; the message says where."""


class Reader:
    """One JSON object, read key by key; what nobody asked for is an error."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise SchemeError(f"{where}: not an object")
        self._data: dict[str, Any] = dict(data)
        self.where = where

    def take(self, key: str) -> Any:
        if key not in self._data:
            raise SchemeError(f"{self.where}.{key}: missing")
        return self._data.pop(key)

    def has(self, key: str) -> bool:
        return key in self._data

    def finish(self) -> None:
        if self._data:
            raise SchemeError(f"{self.where}: unknown {', '.join(sorted(self._data))}")

    def text(self, key: str) -> str:
        found = self.take(key)
        if not isinstance(found, str) or not found:
            raise SchemeError(f"{self.where}.{key}: not a text")
        return found

    def texts(self, key: str) -> list[str]:
        return [
            item if isinstance(item, str) and item else self._refuse(key, "texts")
            for item in self._list(key)
        ]

    def count(self, key: str, *, least: int) -> int:
        found = self.take(key)
        if type(found) is not int or found < least:
            raise SchemeError(f"{self.where}.{key}: no whole number from {least}")
        return found

    def number(self, key: str, *, zero: bool = False) -> Fraction:
        """A number above 0 (or from 0) and up to 100; decimals read as written."""
        found = self.take(key)
        try:
            exact = Fraction(Decimal(str(found)))
        except (InvalidOperation, ValueError, OverflowError):
            exact = Fraction(-1)
        enough = exact > 0 or (zero and exact == 0)
        if isinstance(found, bool) or not enough or exact > 100:
            raise SchemeError(f"{self.where}.{key}: no number above 0 and up to 100")
        return exact

    def choice(self, key: str, choices: Callable[[str], Any]) -> Any:
        found = self.take(key)
        try:
            return choices(found)
        except ValueError:
            raise SchemeError(f"{self.where}.{key}: unknown {found}") from None

    def flag(self, key: str) -> bool:
        found = self.take(key)
        return found if isinstance(found, bool) else self._refuse(key, "true or false")

    def part(self, key: str) -> "Reader":
        return Reader(self.take(key), f"{self.where}.{key}")

    def parts(self, key: str) -> Iterable["Reader"]:
        return [
            Reader(item, f"{self.where}.{key}[{number}]")
            for number, item in enumerate(self._list(key))
        ]

    def keys(self) -> list[str]:
        return sorted(self._data)

    def _list(self, key: str) -> list[Any]:
        found = self.take(key)
        return found if isinstance(found, list) else self._refuse(key, "a list")

    def _refuse(self, key: str, wanted: str) -> Any:
        raise SchemeError(f"{self.where}.{key}: not {wanted}")
